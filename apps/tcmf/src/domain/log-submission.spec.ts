/** What may come into the log, and from whom. */
import { encode } from '#coer/codec.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { bendSignature, issueUnlinted } from '#credentials/chain.fixture.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, signCrl, verifyCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { signData } from '#credentials/signed-data.js';
import { pseudonym } from '#credentials/spdu.fixture.js';
import { certificateLeaf, crlLeaf, loggedCrl } from '#credentials/transparency/log-entry.js';
import { submissionOfCertificate, submissionOfCrl } from '#credentials/transparency/submission.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';
import { LoggedCrl, LogSubmission } from '#wire/transparency-log.js';
import { authorityBench, type Bench, type Member } from '../../../../test/support/authority-bench.js';
import { judgeSubmission, type LogRules } from './log-submission.js';

let bench: Bench;
let trust: TrustStore;
beforeAll(async () => {
  bench = await authorityBench({ domains: ['a'] });
  trust = await bench.trust();
});

const rules = (): LogRules => ({
  profile: ccsa,
  nowMillis: bench.clock.nowMillis(),
  receiver: () => trust,
  roots: [bench.root.certificate],
});
const certificate = (name: string): Certificate => bench.member(name).certificate;

describe('a certificate', () => {
  it('of an authority is taken, after those above it', () => {
    const leaves = judgeSubmission(submissionOfCertificate(certificate('a-pra'), [certificate('a-ica')]), rules());
    expect(leaves).toEqual([certificateLeaf(certificate('a-ica')), certificateLeaf(certificate('a-pra'))]);
  });

  it('of an ICA is taken alone', () => {
    const leaves = judgeSubmission(submissionOfCertificate(certificate('a-ica'), []), rules());
    expect(leaves).toEqual([certificateLeaf(certificate('a-ica'))]);
  });

  it('of every kind of authority below an ICA is taken', () => {
    const names = ['aaa', 'eca', 'pra', 'pca', 'la1', 'la2', 'ara', 'aca', 'ma', 'cra'].map((name) => `a-${name}`);
    const outcomes = names.map((name) =>
      judgeSubmission(submissionOfCertificate(certificate(name), [certificate('a-ica')]), rules()),
    );
    expect(outcomes.filter((outcome) => !isRefused(outcome))).toHaveLength(10);
  });

  it('of a device is not taken, though every certificate above it is in order', async () => {
    const { certificate: ofDevice } = await pseudonym(
      bench.member('a-pca').signer,
      certificate('a-cra'),
      bench.clock.nowMillis(),
    );
    const submission = submissionOfCertificate(ofDevice, [certificate('a-pca'), certificate('a-ica')]);
    expect(judgeSubmission(submission, rules())).toEqual(refused('certificate-not-of-an-authority'));
  });

  it('of an authority that is not an ICA’s is not taken', async () => {
    const tbs = certificate('a-pra').value.toBeSigned.value;
    const forged = await issueUnlinted(tbs, bench.member('a-pca').signer);
    const submission = submissionOfCertificate(forged, [certificate('a-pca'), certificate('a-ica')]);
    expect(judgeSubmission(submission, rules())).toEqual(refused('certificate-not-of-an-authority'));
  });

  it.each([
    ['without the one above it', () => submissionOfCertificate(certificate('a-pra'), [])],
    [
      'with a bent signature',
      () => submissionOfCertificate(bendSignature(certificate('a-pra')), [certificate('a-ica')]),
    ],
    ['under a bent ICA', () => submissionOfCertificate(certificate('a-pra'), [bendSignature(certificate('a-ica'))])],
  ])('%s is not taken', (_, submission) => {
    expect(judgeSubmission(submission(), rules())).toEqual(refused('chain-broken'));
  });

  it('under a root that is not listed is not taken', async () => {
    const submission = submissionOfCertificate(certificate('a-pra'), [certificate('a-ica')]);
    expect(judgeSubmission(submission, { ...rules(), roots: [] })).toEqual(refused('chain-broken'));
    const stranger = await authorityBench();
    expect(judgeSubmission(submission, { ...rules(), roots: [stranger.root.certificate] })).toEqual(
      refused('chain-broken'),
    );
  });

  it('of a root is not taken: roots stand on the TRCL', () => {
    const submission = submissionOfCertificate(bench.root.certificate, []);
    expect(judgeSubmission(submission, rules())).toEqual(refused('certificate-not-of-an-authority'));
  });
});

describe('a CRL', () => {
  async function crlOf(signer: Member): Promise<{ bytes: Uint8Array; contents: CrlContents }> {
    const contents = buildLinkedCrl({
      craca: signer.certificate,
      series: CRL_SERIES,
      entries: [],
      iRev: 358,
      indexWithinI: 0,
      issueMillis: bench.clock.nowMillis(),
      nextMillis: bench.clock.nowMillis() + 86_400_000,
    });
    return { bytes: await signCrl(contents, signer.signer, ccsa), contents };
  }
  const submissionOf = (payload: Uint8Array, psid: number, signer: Member): Promise<Uint8Array> =>
    signData(payload, { psid }, signer.signer).then((value) => encode(LogSubmission, { kind: 'crl', value }));

  it('is taken from its CRA, as the leaf that a receiver computes from the list', async () => {
    const cra = bench.member('a-cra');
    const crl = await crlOf(cra);
    const received = verifyCrl(crl.bytes, trust, bench.clock.nowMillis(), ccsa);
    if (isRefused(received)) throw new Error(received.reason);
    expect(judgeSubmission(await submissionOfCrl(crl, cra.signer, ccsa), rules())).toEqual([
      crlLeaf(crl.bytes, received),
    ]);
  });

  it('is not taken from a CRA that nobody lists', async () => {
    const crl = await crlOf(bench.member('a-cra'));
    const submission = await submissionOfCrl(crl, bench.member('a-cra').signer, ccsa);
    const knowsNobody = { ...rules(), receiver: () => new TrustStore(bench.trcla.certificate) };
    expect(judgeSubmission(submission, knowsNobody)).toEqual(refused('crl-signer-not-listed'));
  });

  it('is not taken from another authority, nor from another CRA', async () => {
    const { bytes, contents } = await crlOf(bench.member('a-cra'));
    const pca = bench.member('a-pca');
    const statement = loggedCrl(bytes, contents);
    for (const [said, signer] of [
      [{ ...statement, craca: hashedId8(pca.certificate) }, pca],
      [{ ...statement, craca: new Uint8Array(8) }, bench.member('a-cra')],
    ] as const) {
      const submission = await submissionOf(encode(LoggedCrl, said), ccsa.aid.management, signer);
      expect(judgeSubmission(submission, rules())).toEqual(refused('crl-signer-not-craca'));
    }
  });

  it('is not taken when it is signed for something else, and not as the list itself', async () => {
    const cra = bench.member('a-cra');
    const { bytes, contents } = await crlOf(cra);
    const statement = encode(LoggedCrl, loggedCrl(bytes, contents));
    expect(judgeSubmission(await submissionOf(statement, ccsa.aid.crl, cra), rules())).toEqual(refused('crl-header'));
    const list = encode(LogSubmission, { kind: 'crl', value: bytes });
    expect(isRefused(judgeSubmission(list, rules()))).toBe(true);
  });

  it('is not taken with a bent signature', async () => {
    const cra = bench.member('a-cra');
    const submission = await submissionOfCrl(await crlOf(cra), cra.signer, ccsa);
    submission[submission.length - 1] = (submission[submission.length - 1] as number) ^ 1;
    expect(judgeSubmission(submission, rules())).toEqual(refused('crl-signature'));
  });
});

it('takes no bytes that are no submission', () => {
  expect(judgeSubmission(Uint8Array.of(1, 2, 3), rules())).toEqual(refused('submission-malformed'));
  expect(judgeSubmission(encode(LogSubmission, { kind: 'crl', value: Uint8Array.of(1) }), rules())).toEqual(
    refused('submission-malformed'),
  );
});
