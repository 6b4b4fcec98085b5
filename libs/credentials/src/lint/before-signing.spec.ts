/** The door before every signature: what is wrong never reaches the key, and what our own authorities issue passes. */
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { CRL_SERIES, type AuthorityKind } from '../authority-certificate.js';
import { certificateKindOf } from '../certificate-kind.js';
import { issueCertificate, issueSelfSigned } from '../issue-certificate.js';
import { buildLinkedCrl, signCrl } from '../linked-crl.js';
import { periodAt } from '../period.js';
import { ccsa } from '../profile.js';
import type { Signer } from '../sm2-binding.js';
import { signPkiCtl, signRootCtl } from '../trust-lists.js';
import { certificate } from './examples.js';
import { LintError } from './before-signing.js';
import { lintCertificate, lintCertificateSubject } from './lint-certificate.js';
import { lintTdcl, lintTrcl } from './lint-list.js';
import { decode } from '#coer/codec.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { time32FromMillis } from '#wire/time.js';
import { pseudonym } from '../spdu.fixture.js';

let bench: Bench;
let now: number;
beforeAll(async () => {
  bench = await authorityBench();
  now = bench.clock.nowMillis();
});

/** A signer that counts how often it was asked. */
function counted(name: string): { signer: Signer; calls: () => number } {
  const { certificate: own, signer } =
    name === 'root' ? bench.root : name === 'trcla' ? bench.trcla : bench.member(name);
  let calls = 0;
  const sign: Signer['sign'] = (id, message) => {
    calls++;
    return signer.sign(id, message);
  };
  return { signer: { certificate: own, sign }, calls: () => calls };
}

async function rulesOf(attempt: Promise<unknown>): Promise<string[]> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof LintError)) throw error;
    expect(error.message).toContain(error.errors[0]?.rule);
    return error.errors.map(({ rule }) => rule);
  }
  return [];
}

describe('an error stops the signature (BI4), the key untouched', () => {
  const tbsOf = (name: string) => bench.member(name).certificate.value.toBeSigned.value;

  it('of a certificate under another', async () => {
    const { signer, calls } = counted('a-ica');
    const wrong = { ...tbsOf('a-eca'), validityPeriod: { start: 0, duration: { kind: 'hours', value: 0 } } } as const;
    expect(await rulesOf(issueCertificate(wrong, signer))).toEqual(['validity-is-positive', 'validity-within-issuer']);
    expect(calls()).toBe(0);
    expect(await rulesOf(issueCertificate(tbsOf('a-eca'), signer))).toEqual([]);
    expect(calls()).toBe(1);
  });

  it('of a certificate that is another kind than was ordered', async () => {
    const { signer, calls } = counted('a-ica');
    const as = { profile: ccsa, kind: 'pra' } as const;
    expect(await rulesOf(issueCertificate(tbsOf('a-ma'), signer, as))).toEqual(['management-ssp-fits-kind']);
    expect(calls()).toBe(0);
  });

  it('of a certificate by its own key', async () => {
    const { signer, calls } = counted('root');
    const tbs = { ...bench.root.certificate.value.toBeSigned.value, cracaId: Uint8Array.of(1, 2, 3) };
    expect(await rulesOf(issueSelfSigned(tbs, signer.sign))).toEqual(['roots-name-no-craca']);
    expect(calls()).toBe(0);
  });

  it('of a CRL', async () => {
    const { signer, calls } = counted('a-cra');
    const list = (issueMillis: number) =>
      buildLinkedCrl({
        craca: signer.certificate,
        series: CRL_SERIES,
        entries: [],
        iRev: periodAt(ccsa.epochMillis, now),
        indexWithinI: 0,
        issueMillis,
        nextMillis: now + 86_400_000,
      });
    expect(await rulesOf(signCrl(list(now + 86_400_000), signer, ccsa))).toEqual(['crl-ends-after-it-begins']);
    expect(calls()).toBe(0);
    expect(await rulesOf(signCrl(list(now), signer, ccsa))).toEqual([]);
    expect(calls()).toBe(1);
  });

  it('of a TRCL', async () => {
    const { signer, calls } = counted('trcla');
    const dates = { issueDate: time32FromMillis(now), nextRootCtl: time32FromMillis(now + 86_400_000) };
    const ica = bench.member('a-ica').certificate;
    const list = { ...dates, series: 1, pkiCtlInfoList: [{ rootCertificate: ica }] };
    expect(await rulesOf(signRootCtl(list, signer))).toEqual(['trcl-names-roots-only']);
    expect(calls()).toBe(0);
  });

  it('of a TDCL', async () => {
    const { signer, calls } = counted('root');
    const dates = { issueDate: time32FromMillis(now), nextPkiCtl: time32FromMillis(now + 86_400_000) };
    const pca = bench.member('a-pca').certificate;
    const list = { ...dates, series: 1, pkiCertInfoList: [{ certificate: [pca] }] };
    expect(await rulesOf(signPkiCtl(list, signer))).toEqual(['tdcl-names-its-domain']);
    expect(calls()).toBe(0);
  });
});

describe('what we issue today', () => {
  it.each<AuthorityKind>(['trcla', 'root', 'ica', 'aaa', 'eca', 'pra', 'pca', 'la', 'ara', 'aca', 'ma', 'cra', 'tcmf'])(
    'has a template of kind %s without a finding, also when the kind is read off it',
    (kind) => {
      const subject = certificate(kind);
      const read = certificateKindOf(subject.tbs, subject.issuerId, ccsa);
      expect(read).toBe({ trcla: 'root', ara: 'pra', aca: 'pca', tcmf: 'pg' }[kind as string] ?? kind);
      expect(lintCertificateSubject(subject)).toEqual([]);
      expect(lintCertificateSubject({ ...subject, kind: read })).toEqual([]);
    },
  );

  it('is clean: the certificates and the lists of a whole domain, each under its issuer', async () => {
    const names = ['a-ica', 'a-aaa', 'a-eca', 'a-pra', 'a-pca', 'a-la1', 'a-la2', 'a-ara', 'a-aca', 'a-ma', 'a-cra'];
    const kinds: string[] = [];
    for (const name of names) {
      const issuer = name === 'a-ica' ? bench.root.certificate : bench.member('a-ica').certificate;
      const { certificate: own, kind } = bench.member(name);
      expect([name, lintCertificate(own, { profile: ccsa, issuer, kind })]).toEqual([name, []]);
      expect([name, lintCertificate(own, { profile: ccsa, issuer })]).toEqual([name, []]);
      kinds.push(kind);
    }
    expect(new Set(kinds).size).toBe(10);
    for (const { certificate: own, kind } of [bench.root, bench.trcla])
      expect(lintCertificate(own, { profile: ccsa, kind })).toEqual([]);
    const trcl = decode(RootCtl, bench.trcl).toBeSignedRootCtl.value;
    expect(lintTrcl(trcl, { profile: ccsa, signer: bench.trcla.certificate })).toEqual([]);
    const tdcl = decode(PkiCtl, await bench.tdcl(['a'])).toBeSignedPkiCtl.value;
    // The bench has no addresses on the web.
    expect(lintTdcl(tdcl, { profile: ccsa, signer: bench.root.certificate }).map(({ rule }) => rule)).toEqual([
      'list-addresses-are-urls',
    ]);
  });

  it('is clean: a pseudonym certificate under its PCA', async () => {
    const { certificate: own } = await pseudonym(bench.member('a-pca').signer, bench.member('a-cra').certificate, now);
    expect(lintCertificate(own, { profile: ccsa, issuer: bench.member('a-pca').certificate })).toEqual([]);
  });
});
