/** A few vehicles of two brands over doubles of their authorities: the road part of a life, and what a restart keeps. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { certificateHash, idKey } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, expandEntry, signCrl, type LinkedEntry } from '#credentials/linked-crl.js';
import { periodAt, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { message, pseudonym } from '#credentials/spdu.fixture.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { anyBirth, DoubleHouse } from '#device/house.fixture.js';
import type { Fetch } from '#device/http.js';
import { periodOfLabel } from '#device/pseudonyms.js';
import { memoryDevice } from '#keys/software-device.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { encodeBsmFrame, encodeMessageFrame } from '#uper/messages/message-frame.js';
import { authorityBench } from '../../../../test/support/authority-bench.js';
import { falsify } from '../road/liar.js';
import { createRoad } from '../road/road.js';
import { toBsm } from '../road/vehicle-state.js';
import { sumTallies } from './tally.js';
import { Vehicle, vehicleAids, type VehicleOptions } from './vehicle.js';

const verify = tablingVerifier();
const NO_ID = new Uint8Array(8);
let a: DoubleHouse;
let b: DoubleHouse;
let now: number;
let i: number;

/** Lists of both domains stand at one place; everything else is the brand's own. */
const fetchOf =
  (own: DoubleHouse, other: DoubleHouse): Fetch =>
  async (url, init) => {
    const answer = await own.fetch(url, init);
    return answer.status === 404 && url.startsWith('bench:') ? other.fetch(url, init) : answer;
  };

function optionsOf(house: DoubleHouse, other: DoubleHouse, name: string): VehicleOptions {
  const home = house.home(vehicleAids());
  const parts = { clock: house.bench.clock, random: systemRandom, proveBirth: anyBirth, verify, timeoutMillis: 500 };
  return { name, home, fetch: fetchOf(house, other), ...parts };
}

async function provisioned(house: DoubleHouse, other: DoubleHouse, name: string): Promise<Vehicle> {
  const parts = { keys: memoryDevice(systemRandom), store: memoryDeviceStore() };
  return provision(await Vehicle.over({ ...optionsOf(house, other, name), ...parts }));
}

async function provision(vehicle: Vehicle): Promise<Vehicle> {
  const steps = [await vehicle.enrol(), await vehicle.requestCertificates(1), await vehicle.download(i)];
  for (const step of steps) if (isRefused(step)) throw new Error(step.reason);
  return vehicle;
}

async function signedBy(vehicle: Vehicle, bsm: BasicSafetyMessage, at: number): Promise<Uint8Array> {
  const signed = await vehicle.sign(bsm, at);
  if (signed.kind === 'refused') throw new Error(signed.reason);
  return signed.bytes;
}

beforeEach(async () => {
  const bench = await authorityBench({ domains: ['a', 'b'] });
  a = await DoubleHouse.build({ bench });
  b = await DoubleHouse.build({ bench, domain: 'b' });
  now = bench.clock.nowMillis();
  i = periodAt(ccsa.epochMillis, now);
});

const roadOf = (vehicles: number) => createRoad({ seed: 7, vehicles, startMillis: now });
const aBsm = (): BasicSafetyMessage => toBsm(roadOf(2).state(0), 0, NO_ID);

it('two cars of one brand understand each other; another brand is refused until it is on the list, and then understood', async () => {
  const [one, two, foreign] = [
    await provisioned(a, b, 'a1'),
    await provisioned(a, b, 'a2'),
    await provisioned(b, a, 'b1'),
  ];
  expect(two.receive(await signedBy(one, aBsm(), now), now)).toMatchObject({ kind: 'accepted' });
  expect(two.receive(await signedBy(foreign, aBsm(), now), now)).toMatchObject({ reason: 'issuer-not-listed' });
  a.bench.clock.advance(1000);
  a.publishTdcl(await a.bench.tdcl(['a', 'b']));
  await two.refreshLists();
  expect(two.receive(await signedBy(foreign, aBsm(), now + 1000), now + 1000)).toMatchObject({ kind: 'accepted' });
  expect(two.counts).toMatchObject({
    enrolled: 1,
    requested: 20,
    downloaded: 20,
    keysRebuilt: 20,
    accepted: 2,
    acceptedOfOwnDomain: 1,
    refused: { 'issuer-not-listed': 1 },
  });
  expect(sumTallies([one.counts, foreign.counts])).toMatchObject({ enrolled: 2, signed: 3 });
});

it('learns the certificate of a car whose first message it missed, by asking for it', async () => {
  const [one, two] = [await provisioned(a, b, 'a1'), await provisioned(a, b, 'a2')];
  await signedBy(one, aBsm(), now);
  const unknown = await signedBy(one, aBsm(), now + 100);
  expect(two.receive(unknown, now + 100)).toMatchObject({ reason: 'unknown-certificate' });
  // It is asked at once, and answers in its next message, long before the 450 ms are over.
  expect(one.receive(await signedBy(two, aBsm(), now + 150), now + 150)).toMatchObject({ kind: 'accepted' });
  expect(two.receive(await signedBy(one, aBsm(), now + 200), now + 200)).toMatchObject({ kind: 'accepted' });
  expect(two.receive(await signedBy(one, aBsm(), now + 300), now + 300)).toMatchObject({
    kind: 'accepted',
    spdu: { named: 'digest' },
  });
});

it('accepts nothing without a current CRL', async () => {
  a.publishCrl(Uint8Array.of(0));
  const [one, two] = [await provisioned(a, b, 'a1'), await provisioned(a, b, 'a2')];
  expect(two.receive(await signedBy(one, aBsm(), now), now)).toMatchObject({ reason: 'no-current-crl' });
});

it('RV7: refuses all twenty certificates of a revoked car, and nobody else’s', async () => {
  const entry: LinkedEntry = {
    iRev: i,
    iMax: i,
    jMax: 20,
    la1Id: Uint8Array.of(0, 1),
    seed1: systemRandom.bytes(16),
    la2Id: Uint8Array.of(0, 2),
    seed2: systemRandom.bytes(16),
  };
  const values = expandEntry(entry, i);
  a.bend.item = {
    tbs: (tbs, j) => ({
      ...tbs,
      id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': values[j] as Uint8Array } },
    }),
  };
  const culprit = await provisioned(a, b, 'culprit');
  a.bend.item = {};
  const [honest, listener] = [await provisioned(a, b, 'honest'), await provisioned(a, b, 'listener')];
  expect(listener.receive(await signedBy(culprit, aBsm(), now), now)).toMatchObject({ kind: 'accepted' });
  a.bench.clock.advance(1000);
  const [cra, at] = [a.member('cra').signer, now + 1000];
  const list = { craca: cra.certificate, series: 1, entries: [entry], iRev: i, indexWithinI: 1 };
  a.publishCrl(await signCrl(buildLinkedCrl({ ...list, issueMillis: at, nextMillis: at + 86_400_000 }), cra, ccsa));
  await listener.refreshLists();
  const certificates = new Set<string>();
  for (let k = 0; k < 20; k++) {
    const bytes = await signedBy(culprit, aBsm(), at + k);
    certificates.add(idKey(certificateHash(culprit.currentCertificate ?? fail())));
    // A certificate heard before is named by digest at first; the full one follows with the change.
    expect(listener.receive(bytes, at + k)).toMatchObject({ kind: 'refused', reason: 'revoked' });
    culprit.changePseudonym();
  }
  expect(certificates.size).toBe(20);
  // It says nothing more once it knows.
  await culprit.refreshLists();
  expect(await culprit.sign(aBsm(), at + 20)).toEqual({ kind: 'refused', reason: 'revoked' });
  expect(listener.receive(await signedBy(honest, aBsm(), at), at)).toMatchObject({ kind: 'accepted' });
});

const fail = (): never => {
  throw new Error('no certificate');
};

it('neighbours of both brands report a liar, each to its own PRA and once, and nobody else is reported', async () => {
  a.publishTdcl(await a.bench.tdcl(['a', 'b'], now - 30_000));
  b.publishTdcl(await a.bench.tdcl(['a', 'b'], now - 30_000));
  const cars = [await provisioned(a, b, 'liar'), await provisioned(b, a, 'b1'), await provisioned(a, b, 'a2')];
  const road = roadOf(cars.length);
  const send = async (at: number): Promise<void> => {
    for (const [index, car] of cars.entries()) {
      const state = index === 0 ? falsify(road.state(index), 'jump') : road.state(index);
      const bytes = await signedBy(car, toBsm(state, 0, NO_ID), at);
      for (const other of cars) if (other !== car) other.receive(bytes, at);
    }
  };
  for (let step = 0; step < 40; step++) {
    road.step(100);
    a.bench.clock.set(road.timeMillis);
    await send(road.timeMillis);
  }
  const [liar, ...honest] = cars;
  expect(liar?.counts.suspicions).toBe(0);
  expect(honest.map(({ reportsDue }) => reportsDue)).toEqual([1, 1]);
  expect(await Promise.all(honest.map((car) => car.sendReports()))).toEqual([1, 1]);
  expect([a.reports.length, b.reports.length]).toEqual([1, 1]);
  expect(sumTallies(cars.map(({ counts }) => counts))).toMatchObject({ reportsHandedIn: 2, refused: {}, signed: 120 });
  expect(await Promise.all(honest.map((car) => car.sendReports()))).toEqual([0, 0]);
});

it('keeps a report that finds nobody, and hands it in later', async () => {
  let isOnline = true;
  const answered = fetchOf(a, b);
  const options = {
    ...optionsOf(a, b, 'a2'),
    fetch: ((url, init) => (isOnline ? answered(url, init) : Promise.reject(new Error('no network')))) as Fetch,
  };
  const listener = await provision(
    await Vehicle.over({ ...options, keys: memoryDevice(systemRandom), store: memoryDeviceStore() }),
  );
  const liar = await provisioned(a, b, 'liar');
  const road = roadOf(2);
  for (let step = 0; step < 30; step++) {
    road.step(100);
    await listener.sign(toBsm(road.state(1), 0, NO_ID), road.timeMillis);
    const told = toBsm(falsify(road.state(0), 'jump'), 0, NO_ID);
    listener.receive(await signedBy(liar, told, road.timeMillis), road.timeMillis);
  }
  isOnline = false;
  expect([await listener.sendReports(), listener.reportsDue]).toEqual([0, 1]);
  isOnline = true;
  expect([await listener.sendReports(), listener.reportsDue, a.reports.length]).toEqual([1, 0, 1]);
});

describe('content is refused', () => {
  const sent = async (payload: Uint8Array): Promise<object> => {
    const listener = await provisioned(a, b, 'a1');
    const sender = await pseudonym(a.member('pca').signer, a.member('cra').certificate, now);
    return listener.receive(await message(sender, now, { payload }), now);
  };

  it('bytes that are no frame', async () => {
    expect(await sent(Uint8Array.of(0xff))).toMatchObject({ reason: 'payload-malformed' });
  });

  it('a MAP under the application of BSMs', async () => {
    const nodes = [{ id: { id: 700 }, refPos: aBsm().pos }];
    const map = encodeMessageFrame({ kind: 'mapFrame', value: { msgCnt: 1, nodes } });
    expect(await sent(map)).toMatchObject({ reason: 'wrong-application' });
  });

  it('VM3: an ordinary car that claims to be an ambulance', async () => {
    const bsm: BasicSafetyMessage = { ...aBsm(), emergencyExt: { lightsUse: 'inUse' } };
    expect(await sent(encodeBsmFrame(bsm))).toMatchObject({ reason: 'content-not-permitted' });
  });
});

it('signs with its pseudonym’s id, whatever the BSM says, and not at all without certificates', async () => {
  const keys = memoryDevice(systemRandom);
  const bare = await Vehicle.over({ ...optionsOf(a, b, 'bare'), keys, store: memoryDeviceStore() });
  expect(await bare.sign(aBsm(), now)).toEqual({ kind: 'refused', reason: 'no-valid-pseudonym' });
  const [one, two] = [await provisioned(a, b, 'a1'), await provisioned(a, b, 'a2')];
  const heard = two.receive(await signedBy(one, aBsm(), now), now);
  expect(heard.kind === 'accepted' && heard.frame.kind === 'bsmFrame' && idKey(heard.frame.value.id)).not.toBe(
    idKey(NO_ID),
  );
});

it('keeps itself in certificates: asks once, fetches each week, signs in each, and keeps no key of the week before', async () => {
  const keys = memoryDevice(systemRandom);
  const car = await Vehicle.over({ ...optionsOf(a, b, 'a1'), keys, store: memoryDeviceStore() });
  await car.enrol();
  const plan = { weeks: 3, askBelow: 0 };
  for (const week of [i, i + 1, i + 2]) {
    const at = a.bench.clock.nowMillis();
    await car.keepSupplied(plan);
    expect(await car.sign(aBsm(), at)).toMatchObject({ kind: 'signed' });
    const periods = (await keys.labels()).flatMap((label) => periodOfLabel(label) ?? []);
    expect([Math.min(...periods), periods.length % 20]).toEqual([week, 0]);
    a.bench.clock.advance(WEEK_MILLIS);
  }
  expect(a.requests).toHaveLength(1);
  expect(car.counts).toMatchObject({ requested: 60, downloaded: 60, keysRebuilt: 60, signed: 3 });
});

it('is the same car after a restart: enrolled, with certificates, keys and lists, and no need of the network', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chrysalis-vehicle-'));
  try {
    const first = await provision(await Vehicle.open(directory, optionsOf(a, b, 'a1')));
    const before = await first.storedCertificates();
    await first.close();
    const fetch: Fetch = () => Promise.reject(new Error('no network'));
    const again = await Vehicle.open(directory, { ...optionsOf(a, b, 'a1'), fetch });
    expect(await again.isEnrolled()).toBe(true);
    const hashes = (held: typeof before): string[] => (held.get(i) ?? []).map((one) => idKey(certificateHash(one)));
    expect(hashes(await again.storedCertificates())).toEqual(hashes(before));
    const other = await provisioned(a, b, 'a2');
    expect(other.receive(await signedBy(again, aBsm(), now), now)).toMatchObject({ kind: 'accepted' });
    expect(again.receive(await signedBy(other, aBsm(), now), now)).toMatchObject({ kind: 'accepted' });
    expect(again.counts.enrolled).toBe(0);
    await again.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
