/**
 * Properties over every type the wire speaks: random values come back as they were, and whatever bent bytes are accepted
 * are the one spelling of what they were taken for.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { requireSame } from '#coer/judge-codec.js';
import { arbitraryOf } from '../../../test/support/arbitrary-of.js';
import { bend, meetBentBytes, Met } from './bent-bytes.fixture.js';
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
        // Not by toEqual, which takes ten times as long as all the rest.
        expect(isDeepStrictEqual(decode(codec, bytes), value)).toBe(true);
        requireSame(encodeAfresh(codec, value), bytes);
      }),
      { numRuns: 15 },
    );
  });
});

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
    const met = meetBentBytes(codec);
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
