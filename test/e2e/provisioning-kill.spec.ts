/** Nothing is lost and nothing issued twice: the worker is killed between the PCA's answer and its store, the queue emptied. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import pg from 'pg';
import { decode } from '#coer/codec.js';
import { cocoonPrivateKey, rebuildPrivateKey } from '#crypto/butterfly.js';
import { hex } from '#crypto/bytes.js';
import { sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, decodeSecured, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import {
  AUTHORIZATION_PATH,
  bundleName,
  DOWNLOAD_HEADER,
  DOWNLOAD_PATH,
  itemName,
} from '#edges/ee-pra/provisioning.js';
import { openQueueHost } from '#queue/queue-host.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import {
  headerOf,
  newDevice,
  requestContent,
  sealedTo,
  signedDownload,
  signedRequest,
  type TestDevice,
} from '../../apps/pra/src/device.fixture.js';
import { testPostgres } from '../support/postgres.js';
import { openHouse, type House } from './provisioning-house.fixture.js';

const DEVICES = 3;
const WEEKS = 2;
const KEYS = 20;
const ALL = DEVICES * WEEKS * KEYS;
const QUEUES = ['expand', 'shuffle', 'certify', 'reports'];

let house: House;
let round = 0;

beforeAll(async () => {
  // Small batches, so that there are several to be killed in.
  house = await openHouse({ minimumDevices: DEVICES, maximumItems: 30, downloadAheadHours: 1000 });
}, 120_000);

afterAll(async () => {
  await house.close();
  await (await testPostgres()).stop();
}, 60_000);

const now = (): number => house.clock.nowMillis();

interface Asked {
  readonly device: TestDevice;
  readonly hash8: Uint8Array;
}

async function ask(device: TestDevice): Promise<Asked> {
  const opened = await signedRequest(requestContent(device, now(), WEEKS), device.signer);
  const response = await fetch(`${house.praUrl}${AUTHORIZATION_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: sealedTo(opened, house.praCertificate) as Uint8Array<ArrayBuffer>,
  });
  expect(response.status).toBe(202);
  return { device, hash8: sm3(opened).subarray(24) };
}

/** The bundle, as soon as it is there; the test's own time limit ends the wait. */
async function bundle({ device, hash8 }: Asked, i: number): Promise<Record<string, Uint8Array>> {
  const filename = bundleName(hash8, i);
  for (;;) {
    const header = headerOf(sealedTo(await signedDownload(device.signer, filename, now()), house.praCertificate));
    const response = await fetch(`${house.praUrl}${DOWNLOAD_PATH}?filename=${filename}`, {
      headers: { [DOWNLOAD_HEADER]: header },
    });
    if (response.status === 200) return unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(response.status).toBe(404);
    await sleep(250);
  }
}

/** Opens an answer as the device would, and counts it only when the rebuilt key is the certificate's. */
async function open({ keys, secrets }: TestDevice, answer: Uint8Array, i: number, j: number): Promise<Certificate> {
  const signed = asSignedData(answer);
  const sealed = (signed && signedPayload(signed)) as Uint8Array;
  const q = cocoonPrivateKey(smSuite, secrets.p, keys.ke, 'encryption', i, j);
  const id = encryptionKeyId(sm2PublicKey(q));
  const opened = await openSealed(sealed, id, async (wrapped) => sm2Unwrap(q, wrapped), ccsa);
  const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(opened as Uint8Array)) as Uint8Array);
  if (pdu.content.kind !== 'aca-ee') throw new Error('another message');
  const { certificate, privateKeyInfo } = pdu.content.value.value;
  const b = cocoonPrivateKey(smSuite, secrets.a, keys.ks, 'signing', i, j);
  const s = rebuildPrivateKey(smSuite, b, privateKeyInfo as Uint8Array);
  expect(sm2PublicKey(s)).toEqual(verificationKeyOf(certificate));
  return certificate;
}

async function query(name: 'pca' | 'pra', text: string): Promise<number> {
  const client = new pg.Client({ connectionString: await house.databaseUrl(name) });
  await client.connect();
  try {
    return Number((await client.query(text)).rows[0].count);
  } finally {
    await client.end();
  }
}

/** Every requested certificate is there, once, at the device, at the PRA and at the PCA. */
async function expectExactlyOnce(asked: readonly Asked[]): Promise<void> {
  round += 1;
  const current = periodAt(ccsa.epochMillis, now());
  const certificates = new Set<string>();
  for (const one of asked) {
    for (let i = current; i < current + WEEKS; i++) {
      const files = await bundle(one, i);
      expect(Object.keys(files).length).toBe(KEYS + 1);
      for (let j = 0; j < KEYS; j++) {
        const certificate = await open(one.device, files[itemName(i, j)] as Uint8Array, i, j);
        certificates.add(hex(certificateHash(certificate)));
      }
    }
  }
  expect(certificates.size).toBe(ALL);
  expect(await query('pca', 'SELECT count(*) FROM issued')).toBe(round * ALL);
  const hashes =
    'SELECT DISTINCT substr(certificate_hashes, place * 32 + 1, 32) FROM issued JOIN issued_certificates USING (i, batch)';
  expect(await query('pca', `SELECT count(*) FROM (${hashes}) AS different`)).toBe(round * ALL);
  expect(await query('pra', 'SELECT count(*) FROM answers')).toBe(round * ALL);
  expect(await query('pra', 'SELECT count(*) FROM batches')).toBe(0);
}

const devices = (): Promise<TestDevice[]> => Promise.all(Array.from({ length: DEVICES }, () => newDevice(house.bench)));

describe('provisioning', () => {
  it('PR16 BI14 loses nothing when its worker is killed five times between the answer of the PCA and its store', async () => {
    let kills = 0;
    let dead: () => void = () => undefined;
    house.onAnswer = async () => {
      if (kills >= 5) return 'pass';
      kills += 1;
      await house.killWorker();
      dead();
      return 'kill';
    };
    await house.startWorker();
    let ended = new Promise<void>((resolve) => (dead = resolve));
    const asked: Asked[] = [];
    for (const device of await devices()) asked.push(await ask(device));
    for (let restart = 1; restart <= 5; restart++) {
      await ended;
      expect(kills).toBe(restart);
      ended = new Promise<void>((resolve) => (dead = resolve));
      await house.startWorker();
    }
    await expectExactlyOnce(asked);
    expect(kills).toBe(5);
    // The five answers that were lost were given again.
    expect(house.answers).toBeGreaterThanOrEqual(ALL / 30 + 5);
  }, 240_000);

  it('PR16 BI14 loses nothing when the queue is emptied in mid-run', async () => {
    const queues = await openQueueHost({
      instance: 'a-pra',
      backend: { kind: 'postgres', url: await house.databaseUrl('pra') },
      log: () => undefined,
    });
    let emptied = 0;
    house.onAnswer = async () => {
      if (emptied >= 2) return 'pass';
      emptied += 1;
      // Every queue of the instance is known to this host once it was woken.
      for (const queue of QUEUES) await queues.wake(queue, 'ff'.repeat(16));
      await queues.emptyAll();
      return 'pass';
    };
    const asked: Asked[] = [];
    for (const device of await devices()) asked.push(await ask(device));
    await expectExactlyOnce(asked);
    expect(emptied).toBe(2);
    await queues.close();
  }, 240_000);
});
