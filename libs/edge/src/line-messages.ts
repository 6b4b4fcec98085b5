/** What travels on a line, inside signed and encrypted data; our own types (docs/choices.md, asn1/ChrysalisLine.asn). */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets, utf8String } from '#coer/strings.js';
import { HashedId8, Opaque, Time64, Uint8 } from '#wire/base-types.js';

/** `callee` binds the request to one addressee, `nonce` and `generationTime` to one moment. */
export const LineRequest = sequence('LineRequest', {
  version: Uint8,
  line: utf8String('line', 64),
  operation: utf8String('operation', 64),
  callee: HashedId8,
  nonce: octets('nonce', 16),
  generationTime: Time64,
  body: Opaque,
});
export type LineRequest = Infer<typeof LineRequest>;

export const LineResponse = sequence('LineResponse', {
  version: Uint8,
  requestHash: octets('requestHash', 32),
  generationTime: Time64,
  outcome: choice('LineOutcome', { answer: Opaque, refused: utf8String('reason', 64) }),
});
export type LineResponse = Infer<typeof LineResponse>;
