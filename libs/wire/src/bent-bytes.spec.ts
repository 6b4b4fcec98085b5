/**
 * Properties over every type the wire speaks: random values come back as they were, and whatever bent bytes are accepted
 * are the one spelling of what they were taken for.
 */
import fc from 'fast-check';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { Reader } from '#coer/reader.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';
import * as baseTypes from './base-types.js';
import * as crl from './crl.js';
import * as misbehaviourReport from './misbehaviour-report.js';
import * as scmsPdu from './scms-pdu.js';
import * as scmsSsp from './scms-ssp.js';
import * as securedData from './secured-data.js';
import * as trustLists from './trust-lists.js';

const types = Object.entries({
  ...baseTypes,
  ...crl,
  ...misbehaviourReport,
  ...scmsPdu,
  ...scmsSsp,
  ...securedData,
  ...trustLists,
}) as [string, Codec<unknown>][];

describe('a random value comes back as it was', () => {
  it.each(types)('%s', (_, codec) => {
    fc.assert(
      fc.property(arbitraryOf(codec), (value) => {
        const bytes = encode(codec, value);
        expect(decode(codec, bytes)).toEqual(value);
        expect(encodeAfresh(codec, value)).toEqual(bytes);
      }),
      { numRuns: 40 },
    );
  });
});

type Bend = (bytes: Uint8Array) => Uint8Array;

/** One small damage: a flipped bit, another byte, a byte lost, doubled or put in, an end cut off, two pieces exchanged. */
const bend: fc.Arbitrary<Bend> = fc
  .record({
    how: fc.integer({ min: 0, max: 6 }),
    where: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ how, where, byte }) => (bytes) => {
    const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
    if (at < 0) return Uint8Array.of(byte);
    const copy = Array.from(bytes);
    const here = copy[at] as number;
    if (how === 0) copy[at] = here ^ (1 << (byte & 7));
    if (how === 1) copy[at] = byte;
    if (how === 2) copy.splice(at, 1);
    if (how === 3) copy.splice(at, 0, here);
    if (how === 4) copy.splice(at, 0, byte);
    if (how === 5) copy.length = at;
    if (how === 6) copy.push(...copy.splice(at, byte & 7));
    return Uint8Array.from(copy);
  });

function readBent(codec: Codec<unknown>, bytes: Uint8Array): { value: unknown; otherEditions: number } | undefined {
  const reader = new Reader(bytes);
  try {
    const value = codec.read(reader);
    return reader.remaining === 0 ? { value, otherEditions: reader.otherEditions } : undefined;
  } catch (error) {
    if (error instanceof CoerError) return undefined;
    throw error;
  }
}

const structured: [string, Codec<unknown>][] = [
  ['Certificate', securedData.Certificate],
  ['V2XSecData', securedData.V2XSecData],
  ['ToBeSignedData', securedData.ToBeSignedData],
  ['EncryptedData', securedData.EncryptedData],
  ['CrlContents', crl.CrlContents],
  ['ScmsPdu', scmsPdu.ScmsPdu],
  ['SignedCertificateRequest', scmsPdu.SignedCertificateRequest],
  ['RaAcaCertRequest', scmsPdu.RaAcaCertRequest],
  ['LaRaInterfacePdu', scmsPdu.LaRaInterfacePdu],
  ['RootCtl', trustLists.RootCtl],
  ['PkiCtl', trustLists.PkiCtl],
  ['MisbehaviourReportData', misbehaviourReport.MisbehaviourReportData],
];

describe('bent bytes that are accepted are the one spelling of their value', () => {
  it.each(structured)('%s', (_, codec) => {
    const met = { accepted: 0, refused: 0, otherEditions: 0 };
    const judge = (bytes: Uint8Array): void => {
      const read = readBent(codec, bytes);
      if (read === undefined) return void met.refused++;
      const again = encodeAfresh(codec, read.value);
      if (read.otherEditions > 0) {
        // What another edition added is not in the value; what we know of it must still come back.
        met.otherEditions++;
        expect(encodeAfresh(codec, decode(codec, again))).toEqual(again);
      } else {
        met.accepted++;
        expect(Buffer.compare(again, bytes)).toBe(0);
      }
    };
    fc.assert(
      fc.property(arbitraryOf(codec), fc.array(bend, { minLength: 15, maxLength: 15 }), (value, bends) => {
        const bytes = encode(codec, value);
        for (const damaged of bends) judge(damaged(bytes));
      }),
      { numRuns: 250 },
    );
    expect(met.accepted).toBeGreaterThan(100);
    expect(met.refused).toBeGreaterThan(100);
  });
});
