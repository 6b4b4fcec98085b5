/** The rules over whatever a codec can decode: they answer, and never throw. */
import fc from 'fast-check';
import { preserve } from '#coer/preserved.js';
import { CrlContents } from '#wire/crl.js';
import { CertificateBase, SignedData, ToBeSignedCertificate } from '#wire/secured-data.js';
import { ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import { arbitraryOf } from '../../../../test/support/arbitrary-of.js';
import { certificateOf } from './examples.js';
import { ccsa, ieee } from '../profile.js';
import { lintCertificate, lintToBeSigned } from './lint-certificate.js';
import { lintCrl } from './lint-crl.js';
import { lintTdcl, lintTrcl } from './lint-list.js';
import { lintSpdu } from './lint-spdu.js';
import type { Finding } from './rule.js';

const profile = fc.constantFrom(ccsa, ieee);
const RUNS = { numRuns: 300 };

/** Runs a lint over many values; answers how many rules had something to say. */
function rulesMet<T>(values: fc.Arbitrary<T>, lint: (value: T) => readonly Finding[]): number {
  const met = new Set<string>();
  fc.assert(
    fc.property(values, (value) => {
      for (const { rule } of lint(value)) met.add(rule);
    }),
    RUNS,
  );
  return met.size;
}

describe('the rules take anything that decodes', () => {
  const issuer = certificateOf('pca');

  it('certificates, alone and under an issuer', () => {
    const values = fc.tuple(arbitraryOf(CertificateBase), profile);
    const met = rulesMet(values, ([value, by]) => {
      const certificate = preserve(CertificateBase, value);
      const alone = lintCertificate(certificate, { profile: by });
      return [...alone, ...lintCertificate(certificate, { profile: by, issuer })];
    });
    expect(met).toBeGreaterThan(30);
  });

  it('what is to be signed', () => {
    const values = fc.tuple(arbitraryOf(ToBeSignedCertificate), profile);
    expect(rulesMet(values, ([tbs, by]) => lintToBeSigned(tbs, issuer, { profile: by }))).toBeGreaterThan(20);
  });

  it('revocation lists', () => {
    const values = fc.tuple(arbitraryOf(CrlContents), profile);
    expect(rulesMet(values, ([contents, by]) => lintCrl(contents, { profile: by, signer: issuer }))).toBeGreaterThan(8);
  });

  it('trust lists', () => {
    const trcl = rulesMet(arbitraryOf(ToBeSignedRootCtl), (list) => lintTrcl(list, { profile: ccsa, signer: issuer }));
    const tdcl = rulesMet(arbitraryOf(ToBeSignedPkiCtl), (list) => lintTdcl(list, { profile: ccsa, signer: issuer }));
    expect([trcl > 4, tdcl > 4]).toEqual([true, true]);
  });

  it('signed messages', () => {
    const values = fc.tuple(arbitraryOf(SignedData), profile, fc.integer({ min: 0, max: 255 }));
    const lint = ([signed, by, protocolVersion]: [SignedData, typeof ccsa, number]) =>
      lintSpdu(signed, { profile: by, protocolVersion });
    expect(rulesMet(values, lint)).toBeGreaterThan(4);
  });
});
