/** The CRL as a device keeps it up to date: deltas after the list it holds, a full list anew, and both after a restart. */
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { buildHashCrl, HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { buildLinkedCrl, RevocationStore, signCrl } from '#credentials/linked-crl.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { systemRandom } from '#crypto/random.js';
import { memoryDeviceStore } from './device-store.js';
import { DoubleHouse } from './house.fixture.js';
import { loadLists, refreshLists } from './lists.js';

const HOUR = 3_600_000;
let house: DoubleHouse;
let asked: string[];
beforeEach(async () => {
  house = await DoubleHouse.build();
  asked = [];
});
const now = (): number => house.bench.clock.nowMillis();
const craca = (): Uint8Array => hashedId8(house.member('cra').certificate);

/** A list with this many entries of its own. */
function seeds(kind: 'full' | 'delta', indexWithinI: number, count: number): Promise<Uint8Array> {
  const { certificate, signer } = house.member('cra');
  const iRev = periodAt(ccsa.epochMillis, now());
  const entries = Array.from({ length: count }, () => ({
    ...{ iRev, iMax: iRev + 1, jMax: 2, la1Id: Uint8Array.of(0, 1), seed1: systemRandom.bytes(16) },
    ...{ la2Id: Uint8Array.of(0, 2), seed2: systemRandom.bytes(16) },
  }));
  const issueMillis = now() - HOUR + indexWithinI * 1000;
  const place = { iRev, indexWithinI, issueMillis, nextMillis: issueMillis + 48 * HOUR };
  return signCrl(buildLinkedCrl({ kind, craca: certificate, series: CRL_SERIES, entries, ...place }), signer, ccsa);
}
function hashes(kind: 'full' | 'delta', serial: number): Promise<Uint8Array> {
  const { certificate, signer } = house.member('cra');
  const issueMillis = now() - HOUR + serial * 1000;
  const entries = [{ id: systemRandom.bytes(10), endsAtMillis: now() + HOUR }];
  const times = { issueMillis, nextMillis: issueMillis + 48 * HOUR };
  const list = { kind, craca: certificate, series: HASH_CRL_SERIES, serial, entries, ...times };
  return signCrl(buildHashCrl(list), signer, ccsa);
}
/** What is published of series 1, by what is held; of series 2 nothing. */
const publish = (answers: Readonly<Record<string, readonly Uint8Array[]>>): void => {
  house.updates = (held, series) => {
    if (series !== String(CRL_SERIES)) return undefined;
    asked.push(held);
    return answers[held] ?? answers['else'];
  };
};
const newDevice = () => house.device({ trust: house.emptyTrust(), store: memoryDeviceStore() });
const place = (crls: RevocationStore) => crls.seedPlace(craca(), CRL_SERIES);
const held = (index: number): string => `iRev=${periodAt(ccsa.epochMillis, now())}&indexWithinI=${index}`;
const crlOutcome = async (...[device, crls]: Parameters<typeof refreshLists>): Promise<string | undefined> =>
  [...(await refreshLists(device, crls))].find(([name]) => name.startsWith('lists/crl-'))?.[1];

it('asks for what follows the list it holds, takes that, and nothing when there is nothing', async () => {
  const device = await newDevice();
  publish({ else: [await seeds('full', 0, 3)], [held(0)]: [await seeds('delta', 1, 1), await seeds('delta', 2, 2)] });
  const outcomes = [];
  for (let n = 0; n < 2; n++) outcomes.push(await crlOutcome(device, device.crls));
  expect([place(device.crls)?.indexWithinI, device.crls.held.chains]).toEqual([2, 6]);
  publish({ [held(2)]: [] });
  outcomes.push(await crlOutcome(device, device.crls));
  expect(outcomes).toEqual(['taken', 'taken', 'unchanged']);
  expect(asked).toEqual(['', held(0), held(2)]);
});

it('has full list and deltas back after a restart, and none of an earlier full list', async () => {
  const store = memoryDeviceStore();
  const device = await house.device({ trust: house.emptyTrust(), store });
  const restarted = async (): Promise<RevocationStore> => {
    const trust = house.emptyTrust();
    const crls = new RevocationStore(trust, ccsa);
    await loadLists({ ...device, trust }, crls);
    return crls;
  };
  publish({ else: [await seeds('full', 0, 3), await seeds('delta', 1, 1), await seeds('delta', 2, 1)] });
  await refreshLists(device, device.crls);
  const after = await restarted();
  expect([place(after)?.indexWithinI, after.held.chains]).toEqual([2, 5]);
  publish({ else: [await seeds('full', 3, 1)] });
  await refreshLists(device, device.crls);
  expect((await store.list('lists')).filter((name) => name.startsWith('crl-'))).toHaveLength(1);
  expect((await restarted()).held.chains).toBe(1);
});

it('begins anew when what came does not follow what it holds', async () => {
  const device = await newDevice();
  publish({ '': [await seeds('full', 0, 3)] });
  await refreshLists(device, device.crls);
  publish({ '': [await seeds('full', 5, 7)], [held(0)]: [await seeds('delta', 4, 1)] });
  expect(await crlOutcome(device, device.crls)).toBe('taken');
  expect([place(device.crls)?.indexWithinI, device.crls.held.chains]).toEqual([5, 7]);
  expect(asked).toEqual(['', held(0), '']);
});

it('RV10: keeps what it holds when something else is sent, and what came before that', async () => {
  const device = await newDevice();
  publish({ else: [await seeds('full', 2, 3)] });
  await refreshLists(device, device.crls);
  publish({ else: [await seeds('full', 1, 0)] });
  expect(await crlOutcome(device, device.crls)).toBe('crl-rollback');
  const bent = await seeds('delta', 4, 1);
  bent[bent.length - 1]! ^= 1;
  publish({ else: [await seeds('delta', 3, 1), bent] });
  expect(await crlOutcome(device, device.crls)).toBe('crl-signature');
  expect([place(device.crls)?.indexWithinI, device.crls.held.chains]).toEqual([3, 4]);
});

it('RV10: keeps no list of another CRA in the place of this one', async () => {
  const other = await DoubleHouse.build({ bench: house.bench, domain: 'b' });
  house.publishTdcl(await house.bench.tdcl(['a', 'b']));
  const device = await newDevice();
  const bytes = await other.emptyCrl();
  publish({ else: [bytes] });
  expect(await crlOutcome(device, device.crls)).toBe('list-of-another');
  expect((await device.store.list('lists')).filter((name) => name.startsWith('crl-'))).toEqual([]);
});

it('holds lists by hash beside those by seed', async () => {
  const device = await newDevice();
  const lists = { full: await hashes('full', 7), delta: await hashes('delta', 8) };
  house.updates = (have, series) => {
    if (series !== String(HASH_CRL_SERIES)) return undefined;
    asked.push(have);
    return have === '' ? [lists.full] : [lists.delta];
  };
  await refreshLists(device, device.crls);
  await refreshLists(device, device.crls);
  expect(asked).toEqual(['', 'crlSerial=7']);
  expect(device.crls.hashPlace(craca(), HASH_CRL_SERIES)).toMatchObject({ serial: 8 });
  // Of series 1 the full list, from a publisher that has no other.
  expect(place(device.crls)).toMatchObject({ indexWithinI: 0 });
});

it('takes what is no answer for none', async () => {
  const device = await newDevice();
  const answers: Response[] = [new Response('no', { status: 500 }), new Response(new Uint8Array([9, 9]))];
  const fetch: typeof house.fetch = async (url, init) =>
    url.includes('/crl-updates') && url.includes('crlSeries=1')
      ? (answers.shift() as Response)
      : house.fetch(url, init);
  expect(await crlOutcome({ ...device, fetch }, device.crls)).toBe('no-answer');
  expect(await crlOutcome({ ...device, fetch }, device.crls)).toBe('crl-malformed');
});
