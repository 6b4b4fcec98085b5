/**
 * PCA, PRA and an LA renew their certificates in the middle of provisioning: while items wait in the pool, when a batch is
 * formed, and when it was sent and its answer is lost. Every certificate comes once, and verifies; what was for a certificate
 * that has ended is refused.
 */
import { jest } from '@jest/globals';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { hex } from '#crypto/bytes.js';
import { cocoonPrivateKey } from '#crypto/butterfly.js';
import { sm2PublicKey, sm2Unwrap, sm2Verify, type Sm2WrappedKey } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { readBundle } from '#device/bundle.js';
import type { DeviceContext } from '#device/device-context.js';
import { openPseudonym } from '#device/pseudonym-answer.js';
import { LineFailure } from '#edge/transport.js';
import { AUTHORIZATION_PATH, bundleName, DOWNLOAD_HEADER, DOWNLOAD_PATH } from '#edges/ee-pra/provisioning.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';
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
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';
import { RenewingHouse, type RunningMember } from '../support/renewing-house.js';

const HOUR_MILLIS = 3_600_000;
const J_MAX = 20;
jest.setTimeout(240_000);

let house: RenewingHouse;
let bench: Bench;
/** What becomes of a call to the PCA: it does not arrive, its answer is lost, or nothing. */
let fate: 'unreached' | 'unheard' | undefined;

const at = (name: string): RunningMember => house.at(name);

const url = (path: string): string => `http://127.0.0.1:${String(at('a-pra').host.port)}${path}`;

interface Asked {
  readonly device: TestDevice;
  readonly request: Uint8Array;
}

async function ask(to: Certificate): Promise<Asked> {
  const device = await newDevice(bench);
  const request = await signedRequest(requestContent(device, bench.clock.nowMillis(), 1), device.signer);
  const body = sealedTo(request, to) as Uint8Array<ArrayBuffer>;
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch(url(AUTHORIZATION_PATH), { method: 'POST', headers, body });
  expect(response.status).toBe(202);
  await tick();
  return { device, request };
}

async function fetchBundle({ device, request }: Asked, i: number, to: Certificate): Promise<Response> {
  const filename = bundleName(sm3(request).subarray(24), i);
  const signed = await signedDownload(device.signer, filename, bench.clock.nowMillis());
  return fetch(url(`${DOWNLOAD_PATH}?filename=${filename}`), {
    headers: { [DOWNLOAD_HEADER]: headerOf(sealedTo(signed, to)) },
  });
}

/** The certificates of a bundle, each opened with its cocoon key and judged as the device does it. */
async function certificatesOf(asked: Asked, zip: Uint8Array, i: number): Promise<string[]> {
  const items = readBundle(zip, { i, jMax: J_MAX, requestHash: sm3(asked.request), profile: ccsa });
  if (isRefused(items)) throw new Error(items.reason);
  const { trust } = at('a-pra').context;
  const eca = { url: '', certificate: bench.member('a-eca').certificate };
  const known = { profile: ccsa, clock: bench.clock, trust, verify: sm2Verify, home: { eca } };
  // Nothing else of a device is asked here.
  const context = known as unknown as DeviceContext;
  const { tbsCert } = requestContent(asked.device, bench.clock.nowMillis(), 1);
  const { region } = asked.device.certificate.value.toBeSigned.value;
  const wanted = { i, appPermissions: tbsCert.appPermissions ?? [], region: region as never };
  const found: string[] = [];
  for (const [j, item] of items.entries()) {
    const key = cocoonPrivateKey(smSuite, asked.device.secrets.p, asked.device.keys.ke, 'encryption', i, j);
    const cocoon = { publicKey: sm2PublicKey(key), unwrap: async (wrapped: Sm2WrappedKey) => sm2Unwrap(key, wrapped) };
    const opened = await openPseudonym(item, cocoon, wanted, context);
    if (isRefused(opened)) throw new Error(`item ${j}: ${opened.reason}`);
    found.push(hex(sm3(opened.certificate.bytes)));
  }
  return found;
}

async function sumOf(name: string, query: string): Promise<number> {
  const [{ sum }] = await at(name).context.dataSource.query<[{ sum: string }]>(query);
  return Number(sum);
}
/** Items in the PRA's pool, and in batches that are not answered. */
const praItems = async (): Promise<{ pool: number; batches: number }> => ({
  pool: await sumOf('a-pra', 'SELECT coalesce(sum(item_count), 0) AS sum FROM pool'),
  batches: await sumOf('a-pra', 'SELECT coalesce(sum(item_count), 0) AS sum FROM batches'),
});
const issued = (): Promise<number> => sumOf('a-pca', 'SELECT count(*) AS sum FROM issued');

/** What the PRA's worker does at its next tick. */
async function tick(): Promise<void> {
  const { queues } = at('a-pra');
  for (const [queue, key] of [
    ['expand', 'due'],
    ['shuffle', 'pool'],
    ['certify', 'lane 0'],
  ] as const) {
    await queues.wake(queue, key);
    await queues.settled();
  }
}

withPostgres(() => house.close());
beforeAll(async () => {
  bench = await authorityBench();
  house = new RenewingHouse(bench);
  house.between = (edge, handler) => async (message) => {
    if (edge === pcaPra.name && fate === 'unreached') throw new LineFailure('does not arrive');
    const answer = await handler(message);
    if (edge === pcaPra.name && fate === 'unheard') throw new LineFailure('is lost');
    return answer;
  };
  await house.start('a-pca', pcaAuthority, { craHostname: 'cra.a.chrysalis.example' });
  await house.start('a-la1', laAuthority, { laId: 1 });
  await house.start('a-la2', laAuthority, { laId: 2 });
  await house.start('a-pra', praAuthority, {
    gatherSeconds: 0,
    minimumDevices: 3,
    maximumItems: 400,
    flushSeconds: 0,
    maximumWeeks: 4,
  });
});

describe('certificates of PCA, PRA and an LA that are renewed while issuing goes on', () => {
  it('let every certificate come once, and are refused when they have ended', async () => {
    const i = periodAt(ccsa.epochMillis, bench.clock.nowMillis());
    const pra = at('a-pra').context;
    const firstPra = pra.certificate;
    // Two wait below D = 3, with values for the PCA's first certificate.
    const asked = [await ask(pra.certificate), await ask(pra.certificate)];
    expect(await praItems()).toEqual({ pool: 40, batches: 0 });
    for (const name of ['a-pca', 'a-la1']) await house.renew(name);
    await house.renew('a-pra', { hours: 30 });
    const shortPra = pra.certificate;
    // The third has not heard of the PRA's new certificate; its values are for the PCA's second. The batch is formed.
    fate = 'unreached';
    asked.push(await ask(firstPra));
    expect([await praItems(), await issued()]).toEqual([{ pool: 0, batches: 60 }, 0]);
    await house.renew('a-pca');
    // Issued under the third, and nobody hears of it.
    fate = 'unheard';
    await tick();
    expect([await praItems(), await issued()]).toEqual([{ pool: 0, batches: 60 }, 60]);
    for (const name of ['a-pca', 'a-la1', 'a-pra']) await house.renew(name);
    fate = undefined;
    await tick();

    const found: string[] = [];
    for (const [n, to] of [firstPra, shortPra, pra.certificate].entries()) {
      const one = asked[n] as Asked;
      const response = await fetchBundle(one, i, to);
      expect(response.status).toBe(200);
      found.push(...(await certificatesOf(one, new Uint8Array(await response.arrayBuffer()), i)));
    }
    expect([found.length, new Set(found).size]).toEqual([3 * J_MAX, 3 * J_MAX]);
    expect(await issued()).toBe(60);

    // The second of the PRA ends thirty hours after it began, a day before the test.
    bench.clock.advance(7 * HOUR_MILLIS);
    await at('a-pra').own.refresh();
    expect((await fetchBundle(asked[0] as Asked, i, shortPra)).status).toBe(400);
    expect((await fetchBundle(asked[0] as Asked, i, pra.certificate)).status).toBe(200);
    expect(pra.formerCertificates.some((one) => one.bytes === shortPra.bytes)).toBe(false);
  });
});
