import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { spanOf } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { memoryDevice } from '#keys/software-device.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench, type Member } from '../../../../test/support/authority-bench.js';
import { judgeOrder, type OrderedAs, type OrderRules } from './authority-order.js';

const HOUR_MILLIS = 3_600_000;
const pca: OrderedAs = { kind: 'pca', hostname: 'pca.a.chrysalis.example', validForHours: 1000 };

describe('an order for the certificate of an authority', () => {
  let bench: Bench;
  let ica: Member;

  beforeAll(async () => {
    bench = await authorityBench();
    ica = bench.member('a-ica');
  });

  const rules = (changes: Partial<OrderRules> = {}): OrderRules => ({
    profile: ccsa,
    issuer: ica.certificate,
    nowMillis: bench.clock.nowMillis(),
    beginsHoursBefore: 24,
    ...changes,
  });

  interface Asked {
    kind?: AuthorityKind;
    change?: (tbs: ToBeSignedCertificate) => ToBeSignedCertificate;
    oneKey?: boolean;
    member?: Member;
    signedByAnother?: boolean;
  }

  async function request({ kind = 'pca', change = (tbs) => tbs, oneKey, member, signedByAnother }: Asked = {}) {
    const device = member?.device ?? memoryDevice(systemRandom);
    const verificationKey = (await device.publicKey('verification')) ?? (await device.createKey('verification'));
    const other = (await device.publicKey('encryption')) ?? (await device.createKey('encryption'));
    const encryptionKey = oneKey === true ? verificationKey : other;
    const nowMillis = bench.clock.nowMillis();
    const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'years', value: 90 } } as const;
    const tbs = authorityTbs({ kind, hostname: 'asked.example', verificationKey, encryptionKey, validity }, ccsa);
    const label = signedByAnother === true ? 'encryption' : 'verification';
    return requestAuthorityCertificate(change(tbs), (id, message) => device.sign(label, id, message), {
      profile: ccsa,
      nowMillis,
    });
  }

  async function reasonFor(as: OrderedAs, asked: Asked = {}, changes: Partial<OrderRules> = {}): Promise<string> {
    const order = judgeOrder(await request(asked), as, rules(changes));
    return isRefused(order) ? order.reason : 'none';
  }

  it.each(['ica', 'root', 'trcla', 'tcmf'] as const)('refuses to certify a %s', async (kind) => {
    expect(await reasonFor({ ...pca, kind })).toBe('kind-not-allowed');
  });

  it.each(['', 'PCA.example', '-pca', 'pca..example', 'pca example', 'p'.repeat(64), 'pca.例'])(
    'refuses the name "%s"',
    async (hostname) => expect(await reasonFor({ ...pca, hostname })).toBe('hostname-malformed'),
  );

  it.each([
    ['a PCA with an LA id', { ...pca, laId: 1 }],
    ['an LA without one', { ...pca, kind: 'la' as const }],
    ['an LA id of 17 bits', { ...pca, kind: 'la' as const, laId: 65_536 }],
    ['an LA id that is no whole number', { ...pca, kind: 'la' as const, laId: 1.5 }],
  ])('refuses %s', async (_, as) => expect(await reasonFor(as)).toBe('la-id'));

  it.each([0, -1, 1.5, 65_536])('refuses a life of %s hours', async (validForHours) => {
    expect(await reasonFor({ ...pca, validForHours })).toBe('validity-length');
  });

  it('refuses bytes that are no request', () => {
    expect(judgeOrder(Uint8Array.of(3, 0), pca, rules())).toEqual({ kind: 'refused', reason: 'request-malformed' });
  });

  it('EN5 refuses a request that is signed by another key than it names', async () => {
    expect(await reasonFor(pca, { signedByAnother: true })).toBe('request-signature');
  });

  it('refuses a request without encryption key', async () => {
    const change = (tbs: ToBeSignedCertificate) => ({ ...tbs, encryptionKey: undefined });
    expect(await reasonFor(pca, { change })).toBe('request-encryption-key');
  });

  it('refuses one key for signing and for encryption', async () => {
    expect(await reasonFor(pca, { oneKey: true })).toBe('request-one-key-for-both');
  });

  it('refuses to certify its own key as something else', async () => {
    expect(await reasonFor(pca, { member: ica })).toBe('key-of-the-issuer');
  });

  it('refuses a life that ends after its own', async () => {
    const end = spanOf(ica.certificate.value.toBeSigned.value.validityPeriod).endMillis;
    expect(await reasonFor(pca, {}, { nowMillis: end - 100 * HOUR_MILLIS })).toBe('validity-outside-issuer');
    expect(await reasonFor({ ...pca, validForHours: 100 }, {}, { nowMillis: end - 100 * HOUR_MILLIS })).toBe('none');
  });

  it('TL7 refuses what its own certificate does not allow it to give', async () => {
    const narrow = async (change: Partial<ToBeSignedCertificate>) => ({
      issuer: await issueUnlinted({ ...ica.certificate.value.toBeSigned.value, ...change }, bench.root.signer),
    });
    expect(await reasonFor(pca, {}, await narrow({ certIssuePermissions: undefined }))).toBe(
      'permissions-outside-issuer',
    );
    const abroad = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } as const;
    expect(await reasonFor(pca, {}, await narrow({ region: { ...abroad, value: [...abroad.value] } }))).toBe(
      'region-outside-issuer',
    );
  });

  it('takes role, name and life from the operator and the keys alone from the request', async () => {
    const order = judgeOrder(await request({ kind: 'root' }), pca, rules());
    if (isRefused(order)) throw new Error(order.reason);
    const { id, validityPeriod, appPermissions, certIssuePermissions } = order.tbs;
    const expected = authorityTbs({ ...pca, ...order, encryptionKey: undefined, validity: validityPeriod }, ccsa);
    expect(id).toEqual({ kind: 'name', value: 'pca.a.chrysalis.example' });
    expect(validityPeriod.duration).toEqual({ kind: 'hours', value: 1000 });
    expect([appPermissions, certIssuePermissions]).toEqual([expected.appPermissions, expected.certIssuePermissions]);
  });

  it('begins as far back as it is told, and never before the issuer itself', async () => {
    const startOf = async (changes: Partial<OrderRules>) => {
      const order = judgeOrder(await request(), pca, rules(changes));
      if (isRefused(order)) throw new Error(order.reason);
      return spanOf(order.tbs.validityPeriod).startMillis;
    };
    const now = bench.clock.nowMillis();
    expect(await startOf({ beginsHoursBefore: 2 })).toBe(now - 2 * HOUR_MILLIS);
    expect(await startOf({ beginsHoursBefore: 168 })).toBe(
      spanOf(ica.certificate.value.toBeSigned.value.validityPeriod).startMillis,
    );
  });

  it('knows the same order again at another moment, and another order', async () => {
    const member = bench.member('a-pca');
    const hashOf = async (as: OrderedAs, nowMillis = bench.clock.nowMillis()) => {
      const order = judgeOrder(await request({ member }), as, rules({ nowMillis }));
      if (isRefused(order)) throw new Error(order.reason);
      return Buffer.from(order.orderHash).toString('hex');
    };
    const first = await hashOf(pca);
    expect(await hashOf(pca, bench.clock.nowMillis() + 5000)).toBe(first);
    expect(await hashOf({ ...pca, validForHours: 999 })).not.toBe(first);
    expect(await hashOf({ ...pca, hostname: 'pca2.a.chrysalis.example' })).not.toBe(first);
    expect(await hashOf({ ...pca, kind: 'eca' })).not.toBe(first);
  });
});
