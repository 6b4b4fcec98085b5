/** TL1, TL2, TL4, TL8, RV10 as a device meets them: lists fetched, kept, refused. */
import { signCaCrl } from '#credentials/ca-crl.js';
import { hashedId10, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { pseudonym } from '#credentials/spdu.fixture.js';
import { memoryDeviceStore } from './device-store.js';
import { DoubleHouse } from './house.fixture.js';
import { loadLists, refreshLists } from './lists.js';

let house: DoubleHouse;
beforeEach(async () => {
  house = await DoubleHouse.build();
});
const now = (): number => house.bench.clock.nowMillis();
async function emptyDevice() {
  return house.device({ trust: house.emptyTrust() });
}
const outcomes = (refreshed: ReadonlyMap<string, string>): string[] =>
  [...refreshed].map(([name, outcome]) => `${name.replace(/-[0-9a-f]{16}$/, '')} ${outcome}`);

it('takes TRCL, TDCL and CRL in one go, and then believes the CAs on them', async () => {
  const device = await emptyDevice();
  const sender = await pseudonym(house.member('pca').signer, house.member('cra').certificate, now());
  expect(isRefused(device.trust.authority(hashedId8(house.member('pca').certificate), now()))).toBe(true);
  expect(device.crls.check(sender.certificate, now())).toBe('no-crl');
  expect(outcomes(await refreshLists(device, device.crls))).toEqual([
    'lists/trcl taken',
    'lists/tdcl taken',
    'lists/crl taken',
  ]);
  expect(isRefused(device.trust.authority(hashedId8(house.member('pca').certificate), now()))).toBe(false);
  expect(device.crls.check(sender.certificate, now())).toBe('good');
});

it('asks for newer ones only, and goes on with what it has', async () => {
  const device = await emptyDevice();
  await refreshLists(device, device.crls);
  expect(outcomes(await refreshLists(device, device.crls))).toEqual([
    'lists/trcl unchanged',
    'lists/tdcl unchanged',
    'lists/crl unchanged',
  ]);
});

it('takes the same lists again from a publisher without ETag', async () => {
  house.etags = false;
  const device = await emptyDevice();
  await refreshLists(device, device.crls);
  expect(new Set((await refreshLists(device, device.crls)).values())).toEqual(new Set(['taken']));
});

it('has its lists back after a restart, without the network', async () => {
  const store = memoryDeviceStore();
  const before = await house.device({ trust: house.emptyTrust(), store });
  await refreshLists(before, before.crls);
  const trust = house.emptyTrust();
  const crls = new RevocationStore(trust, ccsa);
  const silent = (): Promise<Response> => Promise.reject(new Error('no network'));
  await loadLists({ ...before, trust, fetch: silent }, crls);
  expect(isRefused(trust.authority(hashedId8(house.member('pca').certificate), now()))).toBe(false);
  const sender = await pseudonym(house.member('pca').signer, house.member('cra').certificate, now());
  expect(crls.check(sender.certificate, now())).toBe('good');
});

it('TL4: learns of another brand with the next TDCL, and not before', async () => {
  const device = await emptyDevice();
  await refreshLists(device, device.crls);
  const other = hashedId8(house.bench.member('b-pca').certificate);
  expect(isRefused(device.trust.authority(other, now()))).toBe(true);
  house.bench.clock.advance(1000);
  house.publishTdcl(await house.bench.tdcl(['a', 'b']));
  await refreshLists(device, device.crls);
  expect(isRefused(device.trust.authority(other, now()))).toBe(false);
});

it('TL2: keeps the held TDCL when an older one is served', async () => {
  const device = await emptyDevice();
  await refreshLists(device, device.crls);
  house.publishTdcl(await house.bench.tdcl(['a', 'b'], now() - 3_600_000));
  expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/tdcl list-rollback');
  // Nor is the refused one kept for the next start.
  expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/tdcl list-rollback');
});

it('RV10: keeps the held CRL when something else is served', async () => {
  const device = await emptyDevice();
  await refreshLists(device, device.crls);
  house.publishCrl(Uint8Array.of(1, 2, 3));
  expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/crl crl-malformed');
  const sender = await pseudonym(house.member('pca').signer, house.member('cra').certificate, now());
  expect(device.crls.check(sender.certificate, now())).toBe('good');
});

it('RV10: keeps no list in the place of another, so that it is still there after a restart', async () => {
  const device = await emptyDevice();
  house.publishTdcl(await house.bench.tdcl(['a', 'b']));
  await refreshLists(device, device.crls);
  const other = await DoubleHouse.build({ bench: house.bench, domain: 'b' });
  house.publishCrl(await other.emptyCrl());
  expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/crl list-of-another');
  const crls = new RevocationStore(device.trust, ccsa);
  await loadLists(device, crls);
  const sender = await pseudonym(house.member('pca').signer, house.member('cra').certificate, now());
  expect(crls.check(sender.certificate, now())).toBe('good');
});

it('TL8: without a network it has nothing, and says so', async () => {
  const silent = (): Promise<Response> => Promise.reject(new Error('no network'));
  const device = await house.device({ trust: house.emptyTrust(), fetch: silent });
  expect(outcomes(await refreshLists(device, device.crls))).toEqual(['lists/trcl no-answer']);
  expect(device.trust.authorities(now())).toEqual([]);
});

describe('the CA CRL of a root', () => {
  const DAY_MILLIS = 86_400_000;
  const revoking = (serial: number, names: readonly string[], issueMillis = now()): Promise<Uint8Array> => {
    const revoked = names.map((name) => {
      const id = hashedId10(house.member(name).certificate);
      return { id, endsAtMillis: now() + 365 * DAY_MILLIS };
    });
    return signCaCrl({ serial, revoked, issueMillis, nextMillis: now() + DAY_MILLIS }, house.bench.root.signer);
  };
  const verdict = (device: Awaited<ReturnType<typeof emptyDevice>>): string => {
    const found = device.trust.authority(hashedId8(house.member('pca').certificate), now());
    return isRefused(found) ? found.reason : 'counts';
  };

  it('TL4 ends the ICA that it names and all below at the next fetch, and comes back no more by a restart or by waiting', async () => {
    const device = await emptyDevice();
    await refreshLists(device, device.crls);
    expect(verdict(device)).toBe('counts');
    house.caCrl = await revoking(1, ['ica']);
    expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/ca-crl taken');
    expect(verdict(device)).toBe('issuer-revoked');
    house.bench.clock.advance(2 * DAY_MILLIS);
    const restarted = await house.device({ trust: house.emptyTrust(), store: device.store });
    await loadLists(restarted, restarted.crls);
    expect(verdict(restarted)).toBe('issuer-revoked');
    expect(outcomes(await refreshLists(restarted, restarted.crls))).toContain('lists/ca-crl ca-crl-expired');
    expect(verdict(restarted)).toBe('issuer-revoked');
  });

  it('RV10 goes forward only, and one that has vanished is missed', async () => {
    const device = await emptyDevice();
    const [first, second] = [await revoking(1, [], now() - 5000), await revoking(2, ['pca'])];
    house.caCrl = second;
    await refreshLists(device, device.crls);
    house.caCrl = first;
    expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/ca-crl ca-crl-rollback');
    house.caCrl = undefined;
    expect(outcomes(await refreshLists(device, device.crls))).toContain('lists/ca-crl no-answer');
    expect(verdict(device)).toBe('issuer-revoked');
  });

  it('of another root is refused', async () => {
    const device = await emptyDevice();
    const stranger = await DoubleHouse.build();
    house.caCrl = await signCaCrl(
      { serial: 1, revoked: [], issueMillis: now(), nextMillis: now() + DAY_MILLIS },
      stranger.bench.root.signer,
    );
    expect(
      (await refreshLists(device, device.crls)).get(`lists/ca-crl-${idKey(hashedId8(house.bench.root.certificate))}`),
    ).toBe('root-not-listed');
  });
});
