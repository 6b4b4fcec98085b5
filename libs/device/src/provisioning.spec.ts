/** PR4, PR10, PR11, PR12, LK6 of the requirements: what a device takes of a bundle, and which keys it believes. */
import { WEEK_MILLIS, periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { isSm2PublicKey, newSm2PrivateKey, sm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { infoName, itemName } from '#edges/ee-pra/provisioning.js';
import { issuerIdOf, verificationKeyOf } from '#credentials/certificate-facts.js';
import { signerId } from '#credentials/sm2-binding.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import type { DeviceContext } from './device-context.js';
import { enrol } from './enrolment.js';
import { anyBirth, DoubleHouse, type Bends } from './house.fixture.js';
import { download, lastRequestedPeriod, requestCertificates } from './provisioning.js';
import { heldPeriods, periodCertificates, pseudonymLabel } from './pseudonyms.js';

let house: DoubleHouse;
let context: DeviceContext;
let i: number;

beforeAll(async () => {
  house = await DoubleHouse.build();
  context = await house.device();
  i = periodAt(ccsa.epochMillis, house.bench.clock.nowMillis());
  await enrol(context, anyBirth);
  await requestCertificates(context, 3);
});
beforeEach(() => {
  house.bend = { enrolment: {}, ack: {}, item: {}, bundle: {} };
});

const reasonOf = (outcome: object): string => (isRefused(outcome) ? (outcome as { reason: string }).reason : 'taken');
const withLv = (tbs: ToBeSignedCertificate, lv: Uint8Array, iCert = i): ToBeSignedCertificate => ({
  ...tbs,
  id: { kind: 'linkageData', value: { iCert, 'linkage-value': lv } },
});

/** Writes another uncompressed size into the directory entry of a file (APPNOTE 4.3.12: size at 24, name at 46). */
function statingSize(zip: Uint8Array, name: string, bytes: number): Uint8Array {
  const bent = Buffer.from(zip);
  const entry = bent.lastIndexOf(name) - 46;
  expect(bent.readUInt32LE(entry)).toBe(0x02014b50);
  bent.writeUInt32LE(bytes, entry + 24);
  return new Uint8Array(bent);
}

describe('a bundle is refused whole', () => {
  const itemCases: [string, string, () => Bends['item']][] = [
    [
      'an item of a PCA of another domain',
      'pca-of-another-domain',
      () => ({ signer: house.bench.member('b-pca').signer }),
    ],
    ['an item signed by an authority that is no PCA', 'pca-not-listed', () => ({ signer: house.member('pra').signer })],
    [
      'an item that somebody signed in the PCA’s name',
      'item-signature',
      () => ({ signer: { ...house.member('pca').signer, sign: house.member('pra').signer.sign } }),
    ],
    [
      'an item sealed to another key (PR12)',
      'item-not-for-this-key',
      () => ({ sealedTo: () => sm2PublicKey(newSm2PrivateKey(systemRandom)) }),
    ],
    ['an item that is no message', 'item-malformed', () => ({ bytes: () => Uint8Array.of(1, 2, 3) })],
    [
      'an answer without c',
      'no-private-key-info',
      () => ({ response: (right) => ({ ...right, privateKeyInfo: undefined }) }),
    ],
    ['another version', 'item-malformed', () => ({ response: (right) => ({ ...right, version: 2 }) })],
    [
      'a certificate of the next period',
      'other-period',
      () => ({ tbs: (tbs) => withLv(tbs, new Uint8Array(9), i + 1) }),
    ],
    [
      'one AID more (PR10)',
      'other-permissions',
      () => ({ tbs: (tbs) => ({ ...tbs, appPermissions: [...(tbs.appPermissions ?? []), { psid: 112 }] }) }),
    ],
    [
      'one AID less (PR10)',
      'other-permissions',
      () => ({ tbs: (tbs) => ({ ...tbs, appPermissions: [{ psid: 111 }] }) }),
    ],
    [
      'an SSP nobody asked for',
      'other-permissions',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          appPermissions: [{ psid: 111, ssp: { kind: 'opaque', value: Uint8Array.of(1) } }, { psid: 3629 }],
        }),
      }),
    ],
    ['another region', 'other-region', () => ({ tbs: (tbs) => ({ ...tbs, region: undefined }) })],
    [
      'an hour more',
      'other-validity',
      () => ({
        tbs: (tbs) => ({ ...tbs, validityPeriod: { ...tbs.validityPeriod, duration: { kind: 'hours', value: 169 } } }),
      }),
    ],
    ['another CRACA', 'other-craca', () => ({ tbs: (tbs) => ({ ...tbs, cracaId: new Uint8Array(3) }) })],
    ['another CRL series', 'other-craca', () => ({ tbs: (tbs) => ({ ...tbs, crlSeries: 7 }) })],
    [
      'an encryption key',
      'other-field',
      () => ({
        tbs: (tbs) => ({ ...tbs, encryptionKey: house.member('ma').certificate.value.toBeSigned.value.encryptionKey }),
      }),
    ],
    ['flags', 'other-field', () => ({ tbs: (tbs) => ({ ...tbs, flags: new Set(['usesCubk'] as const) }) })],
    [
      'an extension that could mark its holder',
      'other-field',
      () => ({ tbs: (tbs) => ({ ...tbs, appExtensions: [{ id: 1, content: Uint8Array.of(7) }] }) }),
    ],
    [
      'an extension for issuing',
      'other-field',
      () => ({
        tbs: (tbs) => ({ ...tbs, certIssueExtensions: [{ id: 1, permissions: { kind: 'all', value: null } }] }),
      }),
    ],
    [
      'an extension for requesting',
      'other-field',
      () => ({
        tbs: (tbs) => ({ ...tbs, certRequestExtension: [{ id: 1, permissions: { kind: 'all', value: null } }] }),
      }),
    ],
    ['a certificate of another PCA', 'certificate-issuer', () => ({ issuer: house.bench.member('b-pca').signer })],
    [
      'a certificate with a wrong signature',
      'certificate-signature',
      () => ({ issuer: { ...house.member('pca').signer, sign: house.member('pra').signer.sign } }),
    ],
    [
      'a linkage value that comes twice (LK6)',
      'linkage-value-twice',
      () => ({ tbs: (tbs, j) => (j === 3 || j === 17 ? withLv(tbs, new Uint8Array(9).fill(9)) : tbs) }),
    ],
    [
      'a certificate for a key that c does not give',
      'key-mismatch',
      () => ({
        tbs: (tbs, j) =>
          j === 19
            ? {
                ...tbs,
                verifyKeyIndicator: {
                  kind: 'verificationKey',
                  value: sm2VerificationKey(sm2PublicKey(newSm2PrivateKey(systemRandom))),
                },
              }
            : tbs,
      }),
    ],
  ];
  it.each(itemCases)('%s', async (_, reason, bend) => {
    house.bend.item = bend();
    expect(reasonOf(await download(context, i))).toBe(reason);
    expect(await heldPeriods(context.store)).toEqual([]);
  });

  const bundleCases: [string, string, () => Bends['bundle']][] = [
    ['an item missing (PR11)', 'item-missing', () => ({ files: ({ [itemName(i, 4)]: _gone, ...rest }) => rest })],
    ['no info', 'item-missing', () => ({ files: ({ [infoName(i)]: _gone, ...rest }) => rest })],
    [
      'a file too many',
      'item-unexpected',
      () => ({ files: (files) => ({ ...files, 'readme.txt': Uint8Array.of(1) }) }),
    ],
    [
      'two items swapped (PR11)',
      'item-not-for-this-key',
      () => ({
        files: (files) => ({
          ...files,
          [itemName(i, 1)]: files[itemName(i, 2)] as Uint8Array,
          [itemName(i, 2)]: files[itemName(i, 1)] as Uint8Array,
        }),
      }),
    ],
    [
      'one item in the place of another (PR11)',
      'item-not-for-this-key',
      () => ({ files: (files) => ({ ...files, [itemName(i, 1)]: files[itemName(i, 2)] as Uint8Array }) }),
    ],
    ['the info of another request', 'bundle-for-another', () => ({ info: { requestHash: new Uint8Array(8) } })],
    ['half a zip', 'bundle-malformed', () => ({ zip: (zip) => zip.subarray(0, zip.length / 2) })],
    [
      'an item that inflates without end',
      'bundle-malformed',
      () => ({ files: (files) => ({ ...files, [itemName(i, 1)]: new Uint8Array(100_000) }) }),
    ],
    [
      'an item that is larger than it says',
      'bundle-malformed',
      () => ({
        files: (files) => ({ ...files, [itemName(i, 1)]: systemRandom.bytes(9000) }),
        zip: (zip) => statingSize(zip, itemName(i, 1), 600),
      }),
    ],
    ['too many bytes', 'answer-too-large', () => ({ zip: () => new Uint8Array(600_000) })],
    ['before its time', 'not-yet', () => ({ status: { status: 404, retryAfter: 5 } })],
    ['a file nobody has', 'authority-refused', () => ({ status: { status: 404 } })],
    ['a blocked enrolment certificate', 'authority-refused', () => ({ status: { status: 400, code: '400-20' } })],
  ];
  it.each(bundleCases)('%s', async (_, reason, bend) => {
    house.bend.bundle = bend();
    expect(reasonOf(await download(context, i))).toBe(reason);
    expect(await heldPeriods(context.store)).toEqual([]);
  });

  it('an item that comes twice under one name (PR11)', async () => {
    const [one, other] = [itemName(i, 1), itemName(i, 2)];
    house.bend.bundle = {
      // The name of the same length is written over in the local header and in the directory.
      zip: (zip) => new Uint8Array(Buffer.from(Buffer.from(zip).toString('latin1').replaceAll(other, one), 'latin1')),
    };
    expect(reasonOf(await download(context, i))).toBe('item-twice');
  });

  it('a period that was not asked for', async () => {
    expect(reasonOf(await download(context, i + 3))).toBe('not-requested');
  });

  it('the items of another device', async () => {
    const other = await house.device();
    await enrol(other, anyBirth);
    await requestCertificates(other, 3);
    const [mine, theirs] = house.requests;
    if (mine === undefined || theirs === undefined) throw new Error('two requests');
    const files = await house.files(theirs, i, mine.hash.subarray(24));
    house.bend.bundle = { files: () => files };
    expect(reasonOf(await download(context, i))).toBe('item-not-for-this-key');
  });
});

describe('an acknowledgement is refused', () => {
  it.each([
    ['for another request', 'ack-for-another-request', () => ({ requestHash: new Uint8Array(8) })],
    ['by another PRA', 'ack-signer', () => ({ signer: house.bench.member('b-pra').signer })],
    [
      'with a wrong signature',
      'ack-signature',
      () => ({ signer: { ...house.member('pra').signer, sign: house.member('pca').signer.sign } }),
    ],
  ])('%s', async (_, reason, bend) => {
    const device = await house.device();
    await enrol(device, anyBirth);
    house.bend.ack = bend();
    expect(reasonOf(await requestCertificates(device, 1))).toBe(reason);
    expect(await lastRequestedPeriod(device)).toBeUndefined();
  });

  it('before enrolment nothing is asked', async () => {
    expect(reasonOf(await requestCertificates(await house.device(), 1))).toBe('not-enrolled');
  });
});

describe('provisioning', () => {
  it('downloads twenty certificates a period and rebuilds twenty keys, each of which signs', async () => {
    for (const week of [i, i + 1, i + 2]) {
      const outcome = await download(context, week);
      if (isRefused(outcome)) throw new Error(outcome.reason);
      expect(outcome.keysRebuilt).toBe(20);
      const keys = new Set(
        outcome.certificates.map((one) => Buffer.from(verificationKeyOf(one) as Uint8Array).toString('hex')),
      );
      expect(keys.size).toBe(20);
    }
    expect(await heldPeriods(context.store)).toEqual([i, i + 1, i + 2]);
    const [certificate] = await periodCertificates(context.store, i + 1);
    if (certificate === undefined) throw new Error('no certificate');
    const message = Uint8Array.of(1, 2, 3);
    const signature = await context.keys.sign(pseudonymLabel(certificate, i + 1, 0), signerId(certificate), message);
    const key = verificationKeyOf(certificate) as Uint8Array;
    expect(isSm2PublicKey(key) && sm2Verify(key, signerId(certificate), message, signature)).toBe(true);
    expect(certificate.value.issuer).toEqual(issuerIdOf(house.member('pca').certificate));
  });

  it('has nothing to rebuild the second time', async () => {
    expect(await download(context, i)).toMatchObject({ kind: 'downloaded', keysRebuilt: 0 });
  });

  it('asks next for the periods that follow', async () => {
    expect(await requestCertificates(context, 2)).toMatchObject({ iMin: i + 3, iMax: i + 4, certificates: 40 });
  });

  it('PR4: sends the very same request again until it is acknowledged, however long that takes', async () => {
    const device = await house.device();
    await enrol(device, anyBirth);
    const before = house.requests.length;
    house.bend.ack = { requestHash: new Uint8Array(8) };
    await requestCertificates(device, 1);
    house.bench.clock.advance(86_400_000);
    house.bend.ack = {};
    expect(reasonOf(await requestCertificates(device, 1))).toBe('taken');
    house.bench.clock.advance(-86_400_000);
    const [first, second] = house.requests.slice(before);
    expect(second?.hash).toEqual(first?.hash);
    expect(reasonOf(await download(device, i))).toBe('taken');
  });

  it.each([
    ['400-77', 3],
    ['400-50', 3],
    ['400-20', 2],
  ])('makes another request only when the PRA took none (%s)', async (code, requests) => {
    const device = await house.device();
    await enrol(device, anyBirth);
    const before = house.requests.length;
    house.bend.ack = { requestHash: new Uint8Array(8) };
    await requestCertificates(device, 1);
    // The repeat is refused; what is new is taken.
    house.bend.ack = { status: { status: 400, code } };
    const outcome = reasonOf(await requestCertificates(device, 1));
    house.bend.ack = {};
    expect(outcome).toBe(requests === 3 ? 'taken' : 'authority-refused');
    expect(house.requests.slice(before)).toHaveLength(requests);
  });

  it('asks from the current period on after weeks of silence', async () => {
    const device = await house.device();
    await enrol(device, anyBirth);
    await requestCertificates(device, 1);
    house.bench.clock.advance(3 * WEEK_MILLIS);
    expect(await requestCertificates(device, 1)).toMatchObject({ iMin: i + 3 });
    house.bench.clock.set(house.bench.clock.nowMillis() - 3 * WEEK_MILLIS);
  });
});
