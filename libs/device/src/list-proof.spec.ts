/** A device that demands proofs of the log: what it takes, what it refuses, and what it remembers. */
import { decode } from '#coer/codec.js';
import { signCaCrl } from '#credentials/ca-crl.js';
import { RevocationStore, verifyCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { certificateLeaf, crlLeaf, tdclLeaf, trclLeaf, type Leaf } from '#credentials/transparency/log-entry.js';
import { LogDouble } from '#credentials/transparency/log-double.fixture.js';
import { CrlContents } from '#wire/crl.js';
import type { SignedData } from '#wire/secured-data.js';
import { SignedTreeHead } from '#wire/transparency-log.js';
import { memoryDeviceStore, type DeviceStore } from './device-store.js';
import { DoubleHouse } from './house.fixture.js';
import type { Fetch } from './http.js';
import { loadLists, refreshLists } from './lists.js';

const HOUR_MILLIS = 3_600_000;
let house: DoubleHouse;
let log: LogDouble;
/** Requests that went to the log. */
let asked: string[];
/** What the log does instead of answering. */
let bend: ((answer: Uint8Array | undefined) => Response) | undefined;
let all: { trcl: Leaf; tdcl: Leaf; crl: Leaf };

beforeEach(async () => {
  house = await DoubleHouse.build();
  log = new LogDouble(house.bench.member('b-ma').signer, now).add(certificateLeaf(house.member('pca').certificate));
  asked = [];
  bend = undefined;
  const tdcl = await house.bench.tdcl([house.domain]);
  house.publishTdcl(tdcl);
  all = { trcl: trclLeaf(house.bench.trcl), tdcl: tdclLeaf(tdcl), crl: await publishCrl() };
});

const now = (): number => house.bench.clock.nowMillis();
async function publishCrl(): Promise<Leaf> {
  const bytes = await house.emptyCrl();
  house.publishCrl(bytes);
  const contents = verifyCrl(bytes, await house.bench.trust(), now(), ccsa);
  if (isRefused(contents)) throw new Error(contents.reason);
  return crlLeaf(bytes, contents);
}

const fetchAll: Fetch = async (url, init) => {
  if (!url.startsWith('double://log')) return house.fetch(url, init);
  asked.push(url);
  const answer = await log.answer(url.slice('double://log'.length));
  if (bend !== undefined) return bend(answer);
  return answer === undefined ? new Response(null, { status: 404 }) : new Response(new Uint8Array(answer));
};

function device(store: DeviceStore = memoryDeviceStore(), certificates = [log.signer.certificate]) {
  const demanded = { url: 'double://log', certificates, maxHeadAgeMillis: HOUR_MILLIS };
  const home = { ...house.home(), log: demanded };
  return house.device({ trust: house.emptyTrust(), store, fetch: fetchAll, home });
}
const outcomes = (refreshed: ReadonlyMap<string, string>): string[] =>
  [...refreshed].map(([name, outcome]) => `${name.replace(/-[0-9a-f]{16}$/, '')} ${outcome}`);
const taken = ['lists/trcl taken', 'lists/tdcl taken', 'lists/crl taken'];

it('takes lists and CRLs that stand in the log', async () => {
  log.add(all.trcl, all.tdcl, all.crl);
  const car = await device();
  expect(outcomes(await refreshLists(car, car.crls))).toEqual(taken);
  expect(asked).toHaveLength(3);
});

it('takes none of the same lists without the proof, though each is signed and current', async () => {
  log.add(all.trcl, all.tdcl);
  const car = await device();
  expect(outcomes(await refreshLists(car, car.crls))).toEqual([...taken.slice(0, 2), 'lists/crl not-in-the-log']);
  log.cut(2);
  const other = await device();
  expect(outcomes(await refreshLists(other, other.crls))).toContain('lists/tdcl not-in-the-log');
  log.cut(1);
  const third = await device();
  expect(outcomes(await refreshLists(third, third.crls))).toEqual(['lists/trcl not-in-the-log']);
  expect(third.trust.authorities(now())).toEqual([]);
});

it('takes what a root has revoked with the proof, and not without', async () => {
  const issueMillis = now();
  const list = { serial: 1, revoked: [], issueMillis, nextMillis: issueMillis + HOUR_MILLIS };
  const bytes = await signCaCrl(list, house.bench.root.signer);
  house.caCrl = bytes;
  log.add(all.trcl, all.tdcl, all.crl);
  const car = await device();
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/ca-crl not-in-the-log');
  const payload = signedPayload(asSignedData(bytes) as SignedData) as Uint8Array;
  log.add(crlLeaf(bytes, decode(CrlContents, payload)));
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/ca-crl taken');
});

it('demands nothing when it was not told to', async () => {
  const car = await house.device({ trust: house.emptyTrust(), fetch: fetchAll });
  expect(outcomes(await refreshLists(car, car.crls))).toEqual(taken);
  expect(asked).toEqual([]);
});

it.each([
  ['is silent', () => Promise.reject(new Error('no network')) as never, 'no-proof'],
  ['answers with an error', () => new Response(null, { status: 500 }), 'no-proof'],
  ['answers nonsense', () => new Response(Uint8Array.of(1, 2)), 'no-proof'],
  ['answers too much', () => new Response(new Uint8Array(70_000)), 'no-proof'],
  ['gives the proof of something else', flipLast, 'not-in-the-log'],
])('takes no list when the log %s', async (_, bent, reason) => {
  log.add(all.trcl, all.tdcl, all.crl);
  bend = bent as NonNullable<typeof bend>;
  const car = await device();
  expect(outcomes(await refreshLists(car, car.crls))).toEqual([`lists/trcl ${reason}`]);
});
/** The last bytes of a proof without consistency are the length of that, and before it the last hash of the path. */
function flipLast(answer: Uint8Array | undefined): Response {
  const bytes = new Uint8Array(answer as Uint8Array);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1;
  return new Response(bytes);
}

it('believes no head that is old, or that another signed', async () => {
  log.add(all.trcl, all.tdcl, all.crl);
  const then = now();
  log.headMillis = () => then - HOUR_MILLIS - 1000;
  const car = await device();
  expect(outcomes(await refreshLists(car, car.crls))).toEqual(['lists/trcl head-stale']);
  log.headMillis = now;
  const other = await device(memoryDeviceStore(), [house.member('cra').certificate]);
  expect(outcomes(await refreshLists(other, other.crls))).toEqual(['lists/trcl head-of-another-log']);
});

it('finds a log that has shown it another tree, and keeps both heads', async () => {
  log.add(all.trcl, all.tdcl, all.crl);
  const store = memoryDeviceStore();
  const car = await device(store);
  await refreshLists(car, car.crls);
  house.bench.clock.advance(1000);
  const tdcl = await house.bench.tdcl(['a', 'b']);
  house.publishTdcl(tdcl);
  // The same log without the CRL that this car was shown.
  log.cut(3);
  log.add(certificateLeaf(house.member('eca').certificate), tdclLeaf(tdcl));
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/tdcl log-forked');
  const sizeOf = async (name: string): Promise<number> =>
    decode(SignedTreeHead, (await store.read(name)) as Uint8Array).toBeSigned.value.treeSize;
  expect([await sizeOf('log/seen-head'), await sizeOf('log/contradicting-head')]).toEqual([4, 5]);
  // What it had it keeps.
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/trcl unchanged');
});

it('finds a log that goes back', async () => {
  log.add(all.trcl, all.tdcl, all.crl, certificateLeaf(house.member('eca').certificate));
  const car = await device();
  await refreshLists(car, car.crls);
  house.bench.clock.advance(1000);
  const crl = await publishCrl();
  log.cut(3);
  log.add(crl);
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/crl head-goes-back');
});

it('asks for no proof of what it has, and for one of what is new', async () => {
  log.add(all.trcl, all.tdcl, all.crl);
  const car = await device();
  await refreshLists(car, car.crls);
  asked = [];
  expect(outcomes(await refreshLists(car, car.crls))).toEqual([
    'lists/trcl unchanged',
    'lists/tdcl unchanged',
    'lists/crl unchanged',
  ]);
  expect(asked).toEqual([]);
  house.bench.clock.advance(1000);
  log.add(await publishCrl());
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/crl taken');
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain('&from=4');
});

describe('after a restart without the network', () => {
  const silent: Fetch = () => Promise.reject(new Error('no network'));
  async function restarted(store: DeviceStore, certificates?: [typeof log.signer.certificate]) {
    const car = { ...(await device(store, certificates)), fetch: silent };
    const crls = new RevocationStore(car.trust, ccsa);
    await loadLists(car, crls);
    return car.trust.authorities(now()).length;
  }

  it('has the lists back that were proved', async () => {
    log.add(all.trcl, all.tdcl, all.crl);
    const store = memoryDeviceStore();
    const car = await device(store);
    await refreshLists(car, car.crls);
    house.bench.clock.advance(24 * HOUR_MILLIS);
    expect(await restarted(store)).toBeGreaterThan(5);
  });

  it('has none that was taken before proofs were demanded, or under a log that it does not know', async () => {
    const store = memoryDeviceStore();
    const before = await house.device({ trust: house.emptyTrust(), store });
    await refreshLists(before, before.crls);
    expect(await restarted(store)).toBe(0);
    log.add(all.trcl, all.tdcl, all.crl);
    const car = await device(store);
    // They are still the same, and now they are proved.
    expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/trcl unchanged');
    expect(await restarted(store)).toBeGreaterThan(5);
    expect(await restarted(store, [house.member('cra').certificate])).toBe(0);
  });
});

it('TL2: keeps the proof of the list that it holds when an older one is served, which stands in the log too', async () => {
  const older = await house.bench.tdcl(['a', 'b'], now() - HOUR_MILLIS);
  log.add(all.trcl, tdclLeaf(older), all.tdcl, all.crl);
  const store = memoryDeviceStore();
  const car = await device(store);
  await refreshLists(car, car.crls);
  house.publishTdcl(older);
  expect(outcomes(await refreshLists(car, car.crls))).toContain('lists/tdcl list-rollback');
  const again = await device(store);
  await loadLists(again, again.crls);
  expect(again.trust.authorities(now()).length).toBeGreaterThan(5);
});
