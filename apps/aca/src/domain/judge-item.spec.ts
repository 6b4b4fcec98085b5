import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { systemRandom } from '#crypto/random.js';
import { OFF_THE_CURVE } from '#credentials/chain.fixture.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { spanOf } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { refused } from '#credentials/refusal.js';
import { emergencyPermission } from '#credentials/special-vehicle.js';
import type { IssueApplication } from '#edges/aca-ara/issue-application.js';
import type { Certificate, EncryptedData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, BENCH_START } from '../../../../test/support/authority-bench.js';
import { circleIn, testItem, testKeys, type ItemChange, type TestKeys } from './item.fixture.js';
import { judgeItem, type ItemRules } from './judge-item.js';

const HOUR = 3_600_000;
const hours = (value: number, startMillis = BENCH_START) =>
  ({ start: time32FromMillis(startMillis), duration: { kind: 'hours', value } }) as const;

describe('what an ACA certifies', () => {
  let issuer: Certificate;
  let keys: TestKeys;
  const rules = (change: Partial<ItemRules> = {}): ItemRules => ({
    profile: ccsa,
    issuerFor: () => issuer,
    nowMillis: BENCH_START,
    lifetimes: { applicationHours: 8760, identityHours: 720 },
    ...change,
  });

  beforeAll(async () => {
    issuer = (await authorityBench()).member('a-aca').certificate;
    keys = await testKeys();
  });

  const item = (change: ItemChange = {}): IssueApplication => testItem(keys, BENCH_START, change);
  const judged = (change: ItemChange = {}, at: Partial<ItemRules> = {}) => judgeItem(item(change), rules(at));

  it('takes an item of its ARA, and names it by its hashes', () => {
    const asked = item();
    expect(judgeItem(asked, rules())).toMatchObject({
      itemHash: sm3(asked.item),
      keyHash: sm3(keys.publicKey),
      requestHash: asked.requestHash,
      kind: 'application',
    });
  });

  it('knows an identity certificate by the emergency bit', () => {
    expect(judged({ tbs: { appPermissions: [emergencyPermission(111)] } })).toMatchObject({ kind: 'identity' });
  });

  it('refuses what is no item', () => {
    expect(judgeItem({ ...item(), item: Uint8Array.of(1, 2, 3) }, rules())).toEqual(refused('item-malformed'));
  });

  it('refuses another version', () => expect(judged({ item: { version: 2 } })).toEqual(refused('item-version')));

  const sealed: EncryptedData = {
    recipients: [],
    ciphertext: { kind: 'sm4Ccm', value: { nonce: new Uint8Array(12), ccmCiphertext: new Uint8Array(16) } },
  };
  const linkage = { version: 1, laId: new Uint8Array(2), 'enc-lv': sealed };
  const group = {
    subjectPermissions: { kind: 'explicit', value: [{ psid: 113 }] },
    minChainLength: 1,
    chainLengthRange: 0,
    eeType: new Set(['app'] as const),
  } as const;
  it.each<[string, ItemChange]>([
    ['a butterfly', { item: { flags: new Set(['butterflyExplicit'] as const) } }],
    ['a compact butterfly', { item: { flags: new Set(['cubk'] as const) } }],
    ['a linkage value', { item: { linkageInfo: linkage } }],
    ['a second linkage value', { item: { secondLinkageInfo: linkage } }],
    ['a name nobody vouches for', { tbs: { id: { kind: 'name', value: 'root.chrysalis.example' } } }],
    ['linkage data', { tbs: { id: { kind: 'linkageData', value: { iCert: 1, 'linkage-value': new Uint8Array(9) } } } }],
    ['a CRACA', { tbs: { cracaId: Uint8Array.of(0, 0, 1) } }],
    ['a CRL series', { tbs: { crlSeries: 1 } }],
    ['an assurance level', { tbs: { assuranceLevel: Uint8Array.of(0xe0) } as never }],
    [
      'the power to issue',
      { tbs: { certIssuePermissions: [{ ...group, subjectPermissions: group.subjectPermissions as never }] } },
    ],
    [
      'the power to ask',
      { tbs: { certRequestPermissions: [{ ...group, subjectPermissions: group.subjectPermissions as never }] } },
    ],
    ['a rollover', { tbs: { canRequestRollover: null } }],
  ])('refuses %s', (_, change) => expect(judged(change)).toEqual(refused('item-form')));

  it('refuses an encryption key, of which nobody has proven possession', () => {
    expect(judged({ tbs: { encryptionKey: sm2EncryptionKey(keys.answerKey) } })).toEqual(refused('item-form'));
  });

  it.each([
    ['a day and a second old', -(24 * HOUR + 1000), 'item-stale'],
    ['six seconds ahead of us', 6_000, 'item-stale'],
  ])('refuses an item that is %s', (_, age, reason) => {
    const generationTime = time32FromMillis(BENCH_START + age);
    expect(judged({ item: { generationTime } })).toEqual(refused(reason));
  });

  it.each<[string, ItemChange]>([
    ['no permissions', { tbs: { appPermissions: undefined } }],
    ['an empty list of them', { tbs: { appPermissions: [] } }],
    ['CO4 an AID beyond our certificate', { tbs: { appPermissions: [{ psid: 777 }] } }],
    ['CO4 the AID of management', { tbs: { appPermissions: [{ psid: ccsa.aid.management }] } }],
  ])('refuses %s', (_, change) => expect(judged(change)).toEqual(refused('item-permissions')));

  it.each<[string, ItemChange]>([
    ['no region of its own', { tbs: { region: undefined } }],
    ['CO4 a circle that is not known to lie in our country', { tbs: { region: circleIn(100_000_000) } }],
    [
      'CO4 another country',
      { tbs: { region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } } },
    ],
  ])('refuses %s', (_, change) => expect(judged(change)).toEqual(refused('item-region')));

  it('refuses a life that is longer than its kind may have, by an hour', () => {
    const year = (value: number): ItemChange => ({ tbs: { validityPeriod: hours(value) } });
    expect(judged(year(8760))).toMatchObject({ kind: 'application' });
    expect(judged(year(8761))).toEqual(refused('item-validity'));
    const special = (value: number): ItemChange => ({
      tbs: { appPermissions: [emergencyPermission(111)], validityPeriod: hours(value) },
    });
    expect(judged(special(720))).toMatchObject({ kind: 'identity' });
    expect(judged(special(721))).toEqual(refused('item-validity'));
  });

  it('refuses a beginning a day ago, one that is to come, and a life that is over', () => {
    const from = (startMillis: number, value = 48): ItemChange => ({
      tbs: { validityPeriod: hours(value, startMillis) },
    });
    expect(judged(from(BENCH_START - 24 * HOUR))).toMatchObject({ kind: 'application' });
    expect(judged(from(BENCH_START - 24 * HOUR - 1000))).toEqual(refused('item-validity'));
    expect(judged(from(BENCH_START + 6_000))).toEqual(refused('item-validity'));
    expect(judged(from(BENCH_START - 2 * HOUR, 1))).toEqual(refused('item-validity'));
  });

  it('refuses a life beyond our own', () => {
    const nowMillis = spanOf(issuer.value.toBeSigned.value.validityPeriod).endMillis - HOUR;
    const at = (value: number) =>
      judgeItem(testItem(keys, nowMillis, { tbs: { validityPeriod: hours(value, nowMillis) } }), rules({ nowMillis }));
    expect(at(1)).toMatchObject({ kind: 'application' });
    expect(at(2)).toEqual(refused('item-validity'));
  });

  it.each<[string, () => ItemChange]>([
    [
      'a key off the curve',
      () => ({
        tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } },
      }),
    ],
    [
      'a key of another kind',
      () => ({
        tbs: {
          verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: OFF_THE_CURVE } },
        },
      }),
    ],
    [
      'a point to reconstruct a key from',
      () => ({ tbs: { verifyKeyIndicator: { kind: 'reconstructionValue', value: OFF_THE_CURVE } } }),
    ],
    ['no key for the answer', () => ({ item: { certEncKey: undefined } })],
    ['one key for both', () => ({ item: { certEncKey: sm2EncryptionKey(keys.publicKey) } })],
  ])('refuses %s', (_, change) => expect(judged(change())).toEqual(refused('item-key')));

  it('PR6 refuses a foreign key, and a proof for another request', () => {
    const stranger = sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom)));
    expect(judged({ tbs: { verifyKeyIndicator: { kind: 'verificationKey', value: stranger } } })).toEqual(
      refused('item-possession'),
    );
    expect(judgeItem({ ...item(), requestHash: new Uint8Array(32) }, rules())).toEqual(refused('item-possession'));
    const { item: asked, requestHash, possession } = item();
    const bent = possession.map((byte, n) => (n === 40 ? byte ^ 1 : byte));
    expect(judgeItem({ item: asked, requestHash, possession: bent }, rules())).toEqual(refused('item-possession'));
  });
});
