import { systemRandom } from '#crypto/random.js';
import { hex } from '#crypto/bytes.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateToBytes, hostnameOf } from '#credentials/certificate-facts.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused } from '#credentials/refusal.js';
import type { Application } from '#ceremony/reviewed-application.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../../test/support/authority-bench.js';
import { judgeAnswer } from './judge-answer.js';

describe('what comes back from a ceremony', () => {
  const hostname = 'ica.a.example';
  const privateKey = newSm2PrivateKey(systemRandom);
  const verificationKey = sm2PublicKey(privateKey);
  let bench: Bench;
  let tbs: ToBeSignedCertificate;
  let application: Application;

  beforeAll(async () => {
    bench = await authorityBench();
    const nowMillis = bench.clock.nowMillis();
    const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'years', value: 5 } } as const;
    const encryptionKey = sm2PublicKey(newSm2PrivateKey(systemRandom));
    tbs = authorityTbs({ kind: 'ica', hostname, verificationKey, encryptionKey, validity }, ccsa);
    const sign = sm2SignerFor(privateKey);
    const request = await requestAuthorityCertificate(tbs, (id, message) => Promise.resolve(sign(id, message)), {
      profile: ccsa,
      nowMillis,
    });
    application = {
      ...{ applicationId: '00'.repeat(16), applicant: hex(verificationKey), kind: 'ica', organisation: 'A', hostname },
      ...{ permissions: [111, 3618], regions: [156], request: Buffer.from(request).toString('base64') },
    };
  });

  const judged = async (change: Partial<ToBeSignedCertificate>) =>
    judgeAnswer(certificateToBytes(await issueUnlinted({ ...tbs, ...change }, bench.root.signer)), application);

  it('is taken when name, role, key and permissions are those that were asked for', async () => {
    const certificate = await judged({});
    expect(isRefused(certificate) ? certificate.reason : hostnameOf(certificate)).toBe(hostname);
  });

  it.each<
    [string, (groups: NonNullable<ToBeSignedCertificate['certIssuePermissions']>) => Partial<ToBeSignedCertificate>]
  >([
    ['nothing at all', () => ({ certIssuePermissions: undefined })],
    ['the authorities and no application', (groups) => ({ certIssuePermissions: groups.slice(0, 1) })],
    ['one of the applications and not the other', (groups) => ({ certIssuePermissions: groups.slice(0, -1) })],
  ])('is refused when it may issue %s', async (_, change) => {
    const groups = tbs.certIssuePermissions ?? [];
    expect(groups.length).toBeGreaterThan(2);
    application = { ...application, permissions: [111, 3624] };
    expect(await judged(change(groups))).toEqual(refused('answer-lacks-permissions'));
  });

  it('is refused with another name, without a role, or with another key', async () => {
    expect(await judged({ id: { kind: 'name', value: 'ica.b.example' } })).toEqual(refused('answer-names-another'));
    expect(await judged({ appPermissions: undefined })).toEqual(refused('answer-has-another-role'));
    const { verifyKeyIndicator } = bench.member('a-ica').certificate.value.toBeSigned.value;
    expect(await judged({ verifyKeyIndicator })).toEqual(refused('answer-has-another-key'));
  });
});
