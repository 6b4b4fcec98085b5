/** What travels on a line, and what it travels in; our own types (docs/choices.md, asn1/ChrysalisLine.asn). */
import { choice } from '#coer/choice.js';
import { encode, type Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets, utf8String } from '#coer/strings.js';
import { sm3 } from '#crypto/sm3.js';
import { HashedId8, Opaque, Time64, Uint8 } from '#wire/base-types.js';
import { PkRecipientInfo } from '#wire/secured-data.js';

/** A fresh SM4 key, wrapped for one certificate, and signed data sealed under it in pieces (`line-sealing.ts`). */
export const LineMessage = sequence('LineMessage', { version: Uint8, recipient: PkRecipientInfo, pieces: Opaque });
export type LineMessage = Infer<typeof LineMessage>;

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

const NO_BODY = new Uint8Array(0);

/**
 * By which a call is remembered and its answer told from others: SM3, 32 bytes, of the request without its body. Caller and
 * callee know the body; it is the nonce that makes a request one of its kind.
 */
export const hashOfRequest = (request: LineRequest): Uint8Array =>
  sm3(encode(LineRequest, { ...request, body: NO_BODY }));

export const LineResponse = sequence('LineResponse', {
  version: Uint8,
  requestHash: octets('requestHash', 32),
  generationTime: Time64,
  outcome: choice('LineOutcome', { answer: Opaque, refused: utf8String('reason', 64) }),
});
export type LineResponse = Infer<typeof LineResponse>;
