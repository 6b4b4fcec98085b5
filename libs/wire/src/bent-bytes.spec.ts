/**
 * Properties over every type the wire speaks: random values come back as they were, and whatever bent bytes are accepted
 * are the one spelling of what they were taken for.
 */
import fc from 'fast-check';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { DEFAULT_DEPTH, Reader } from '#coer/reader.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';
import * as crl from './crl.js';
import * as misbehaviourReport from './misbehaviour-report.js';
import { artefacts, issCrl, issPseudonym } from './real-artefacts.fixture.js';
import * as scmsPdu from './scms-pdu.js';
import * as securedData from './secured-data.js';
import * as trustLists from './trust-lists.js';
import { allTypes } from './types.fixture.js';

describe('a random value comes back as it was', () => {
  it.each(allTypes)('%s', (_, codec) => {
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

function readBent(
  codec: Codec<unknown>,
  bytes: Uint8Array,
  tolerant = false,
): { value: unknown; otherEditions: number } | undefined {
  const reader = new Reader(bytes, DEFAULT_DEPTH, tolerant);
  try {
    const value = codec.read(reader);
    return reader.remaining === 0 ? { value, otherEditions: reader.otherEditions } : undefined;
  } catch (error) {
    if (error instanceof CoerError) return undefined;
    throw error;
  }
}

/** Thrown rather than expected: it is asked a hundred thousand times. */
function mustBe(written: Uint8Array, read: Uint8Array): void {
  if (Buffer.compare(written, read) !== 0)
    throw new Error(`read ${Buffer.from(read).toString('hex')}, written ${Buffer.from(written).toString('hex')}`);
}

/** What a reader takes of bent bytes, and how often: what is judged and what is only shown. */
class Met {
  accepted = 0;
  refused = 0;
  /** Accepted to be shown only: it holds an alternative or a value that our edition does not know. */
  shownOnly = 0;
  otherEditions = 0;

  judge(codec: Codec<unknown>, bytes: Uint8Array): void {
    const read = readBent(codec, bytes);
    const shown = readBent(codec, bytes, true);
    // Whatever is shown is the one spelling of what it was taken for, whoever wrote it.
    if (shown !== undefined) mustBe(encodeAfresh(codec, shown.value), bytes);
    if (read === undefined) {
      if (shown === undefined) this.refused++;
      else this.shownOnly++;
      return;
    }
    if (shown === undefined) throw new Error(`accepted, but not to be shown: ${Buffer.from(bytes).toString('hex')}`);
    const again = encodeAfresh(codec, read.value);
    if (read.otherEditions > 0) {
      // What another edition added is not in the value; what we know of it must still come back.
      this.otherEditions++;
      mustBe(encodeAfresh(codec, decode(codec, again)), again);
    } else {
      this.accepted++;
      mustBe(again, bytes);
    }
  }
}

const structured: [string, Codec<unknown>][] = [
  ['Certificate', securedData.Certificate],
  ['ToBeSignedCertificate', securedData.ToBeSignedCertificate],
  ['V2XSecData', securedData.V2XSecData],
  ['ToBeSignedData', securedData.ToBeSignedData],
  ['HeaderInfo', securedData.HeaderInfo],
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
    const met = new Met();
    fc.assert(
      fc.property(arbitraryOf(codec), fc.array(bend, { minLength: 15, maxLength: 15 }), (value, bends) => {
        const bytes = encode(codec, value);
        for (const damaged of bends) met.judge(codec, damaged(bytes));
      }),
      { numRuns: 250 },
    );
    expect(met.accepted).toBeGreaterThan(100);
    expect(met.refused).toBeGreaterThan(100);
  });

  it('what came from others', () => {
    const met = new Met();
    fc.assert(
      fc.property(
        fc.constantFrom(...artefacts),
        fc.array(bend, { minLength: 1, maxLength: 2 }),
        ([, codec, bytes], bends) => {
          met.judge(
            codec,
            bends.reduce((bent, one) => one(bent), bytes),
          );
        },
      ),
      { numRuns: 8000 },
    );
    expect(met.accepted).toBeGreaterThan(500);
    expect(met.refused).toBeGreaterThan(500);
    expect(met.shownOnly).toBeGreaterThan(2);
  });

  it('every byte of a certificate and of a CRL changed to every other', () => {
    for (const [codec, bytes] of [
      [securedData.Certificate, issPseudonym],
      [crl.CrlContents, issCrl],
    ] as const) {
      const met = new Met();
      for (let at = 0; at < bytes.length; at++)
        for (let byte = 0; byte < 256; byte++) met.judge(codec, bytes.with(at, byte));
      expect(met.accepted).toBeGreaterThan(bytes.length);
      expect(met.refused).toBeGreaterThan(1000);
    }
  });
});
