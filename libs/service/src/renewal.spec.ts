/** An authority whose certificate is renewed while it works: which one signs, which are opened, and when their keys go. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { certificateToBytes, hashedId8, verificationKeyOf } from '#credentials/certificate-facts.js';
import { issueUnlinted, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench, BENCH_START, type Bench } from '../../../test/support/authority-bench.js';
import { authorityKeys, certificatePath } from './identity.js';
import type { Log } from './log.js';
import { OwnCertificates } from './own-certificates.js';
import { installRenewal, requestRenewal, type Renewing } from './renewal.js';

const HOUR_MILLIS = 3_600_000;
const HOSTNAME = 'pca.a.chrysalis.example';

describe('a renewed certificate', () => {
  let bench: Bench;
  let directory: string;
  let device: CryptoDevice;
  let trust: TrustStore;
  let first: Certificate;
  let told: string[];
  let listed = 0;
  const log: Log = {
    info: (event) => void told.push(event),
    warn: () => undefined,
    error: () => undefined,
  };

  const certify = (tbs: ToBeSignedCertificate, hours: number, change: object = {}): Promise<Certificate> => {
    const start = time32FromMillis(bench.clock.nowMillis() - HOUR_MILLIS);
    const validityPeriod = { start, duration: { kind: 'hours', value: hours } } as const;
    return issueUnlinted({ ...tbs, validityPeriod, ...change }, bench.member('a-ica').signer);
  };
  const list = async (...certificates: Certificate[]): Promise<void> => {
    const issueDate = time32FromMillis(bench.clock.nowMillis()) + ++listed;
    const entry = { certificate: [bench.member('a-ica').certificate, ...certificates], crlUrl: 'http://cra.example' };
    const nextPkiCtl = time32FromMillis(BENCH_START + 365 * 24 * HOUR_MILLIS);
    const contents = { series: 1, issueDate, nextPkiCtl, pkiCertInfoList: [entry] };
    const signed = await signPkiCtlUnlinted(contents, bench.root.signer);
    const taken = trust.takeTdcl(encode(PkiCtl, signed), bench.clock.nowMillis() + listed * 1000);
    if (isRefused(taken)) throw new Error(taken.reason);
  };
  const renewing = (): Renewing => ({ directory, device, profile: ccsa, nowMillis: bench.clock.nowMillis() });
  const open = (): Promise<OwnCertificates> =>
    OwnCertificates.open({ directory, device, trust, clock: bench.clock, log });
  /** What an ICA would give for a request, valid for so many hours from an hour ago. */
  const certified = async (hours = 1000, change: object = {}): Promise<Certificate> => {
    const asked = openAuthorityRequest(await requestRenewal(renewing()), ccsa);
    if (isRefused(asked)) throw new Error(asked.reason);
    return certify(asked, hours, change);
  };
  const install = (certificate: Certificate, from = 0): Promise<void> =>
    installRenewal(certificateToBytes(certificate), from, renewing());

  beforeAll(async () => (bench = await authorityBench()));
  beforeEach(async () => {
    bench.clock.set(BENCH_START + 60_000);
    told = [];
    trust = await bench.trust();
    directory = await mkdtemp(join(tmpdir(), 'chrysalis-renewal-'));
    device = await openSoftwareDevice({ directory: join(directory, 'keys'), random: systemRandom });
    const validity = { start: 0, duration: { kind: 'hours', value: 1 } } as const;
    const tbs = authorityTbs({ kind: 'pca', hostname: HOSTNAME, ...(await authorityKeys(device)), validity }, ccsa);
    first = await certify(tbs, 100);
    await writeFile(certificatePath(directory), certificateToBytes(first));
    await list(first);
  });
  afterEach(async () => {
    await device.close();
    await rm(directory, { recursive: true });
  });

  it('is asked for with new keys, the same ones until it is installed, and nothing else new', async () => {
    const [one, again] = [await certified(), await certified()];
    const key = verificationKeyOf(one);
    expect(key).toEqual(verificationKeyOf(again));
    expect(key).not.toEqual(verificationKeyOf(first));
    const { id, appPermissions } = first.value.toBeSigned.value;
    expect(one.value.toBeSigned.value).toMatchObject({ id, appPermissions });
    await install(one);
    expect(verificationKeyOf(await certified())).not.toEqual(key);
  });

  it.each<[string, string, () => Promise<Certificate>]>([
    ['another verification key', 'with former keys', () => certify(first.value.toBeSigned.value, 10, { crlSeries: 9 })],
    ['another host name', 'of another name', () => certified(10, { id: { kind: 'name', value: 'mca.example' } })],
    ['other rights', 'with other rights', () => certified(10, { appPermissions: [] })],
    ['other rights', 'that may issue other things', () => certified(10, { certIssuePermissions: undefined })],
    ['other rights', 'of another region', () => certified(10, { region: undefined })],
    [
      'has ended',
      'that has ended',
      () => certified(10, { validityPeriod: { start: 1000, duration: { kind: 'hours', value: 1 } } }),
    ],
    [
      'another encryption key',
      'with a former encryption key',
      () => certified(10, { encryptionKey: first.value.toBeSigned.value.encryptionKey }),
    ],
  ])('is refused (%s): one %s', async (message, _, other) => {
    await certified();
    await expect(install(await other())).rejects.toThrow(message);
    expect((await readdir(directory)).filter((name) => name.startsWith('certificate'))).toEqual(['certificate.coer']);
  });

  it('does not sign while it is on no list', async () => {
    await install(await certified());
    const own = await open();
    expect(own.current.number).toBe(1);
    expect(own.beside.map(({ number }) => number)).toEqual([2]);
  });

  it('does not sign before its moment, also when it is listed', async () => {
    const next = await certified();
    await install(next, bench.clock.nowMillis() + HOUR_MILLIS);
    await list(first, next);
    const own = await open();
    expect(own.current.number).toBe(1);
    bench.clock.advance(HOUR_MILLIS);
    expect(own.current.number).toBe(2);
    expect(own.beside.map(({ number }) => number)).toEqual([1]);
  });

  it('is taken up by an instance that runs, and signs with its own key', async () => {
    const own = await open();
    const next = await certified();
    await install(next);
    await install(next);
    await list(first, next);
    expect(own.current.number).toBe(1);
    await own.refresh();
    expect(own.current.number).toBe(2);
    expect(told).toEqual(['certificate.installed']);
    const message = new TextEncoder().encode('a message');
    for (const [one, signed] of [
      [own.current, next],
      [own.beside[0], first],
    ] as const) {
      const key = verificationKeyOf(signed) as Uint8Array;
      expect(sm2Verify(key, message, message, (await one?.signer.sign(message, message)) as Uint8Array)).toBe(true);
    }
  });

  it('outlives the former one, whose keys are destroyed when it has ended, and not before', async () => {
    const next = await certified(1000);
    await install(next);
    await list(first, next);
    const own = await open();
    // An hour before the beginning of the test, and then a hundred.
    bench.clock.advance(99 * HOUR_MILLIS);
    await own.refresh();
    expect(own.beside.length).toBe(1);
    expect(await device.publicKey('verification')).toBeDefined();
    bench.clock.advance(1000);
    expect(own.beside).toEqual([]);
    await own.refresh();
    expect(told).toEqual(['certificate.ended', 'certificate.key-destroyed', 'certificate.key-destroyed']);
    expect(await device.publicKey('verification')).toBeUndefined();
    expect(await device.publicKey('encryption')).toBeUndefined();
    expect(hashedId8(own.current.certificate)).toEqual(hashedId8(next));
    expect((await open()).current.number).toBe(2);
    await own.refresh();
    expect(told.length).toBe(3);
  });

  it('that is the only one keeps its keys, also when it has ended', async () => {
    const own = await open();
    bench.clock.advance(200 * HOUR_MILLIS);
    await own.refresh();
    expect(own.current.number).toBe(1);
    expect(await device.publicKey('verification')).toBeDefined();
  });

  it('destroys the keys of a certificate whose files went before, and none that were asked for since', async () => {
    const next = await certified();
    await install(next);
    await list(first, next);
    const asked = verificationKeyOf(await certified());
    await rm(certificatePath(directory, 1));
    await (await open()).refresh();
    expect(await device.labels()).toEqual(['encryption-2', 'encryption-3', 'verification-2', 'verification-3']);
    expect(verificationKeyOf(await certified())).toEqual(asked);
  });

  it('BI12 is refused at the start when it does not belong to its keys', async () => {
    await writeFile(certificatePath(directory, 2), certificateToBytes(first));
    await expect(open()).rejects.toThrow('another verification key');
    await rm(certificatePath(directory, 1));
    await rm(certificatePath(directory, 2));
    await expect(open()).rejects.toThrow('no certificate in');
  });
});
