/** Week one: brand A does not know brand B, then fetches the lists, then does. */
import { required } from './fleet.js';
import { driveWindow, WINDOW_TICKS, type Life } from './weeks.js';
import type { Heard } from './drive.js';

/** Two seconds are enough to hear several full certificates of the other brand. */
const BEFORE_TICKS = 20;
/** Refusals that say: nobody on my lists stands behind this certificate. */
const FOR_WANT_OF_TRUST = new Set([
  'issuer-not-listed',
  'root-not-listed',
  'no-trust-list',
  'issuer-expired',
  'no-current-crl',
]);

type Meeting = Life['report']['crossDomain']['beforeTrustList'];

/** Counts what brand A makes of brand B: what it accepts, and what it refuses for want of trust. */
function meeting(life: Life, into: Meeting): (what: Heard) => void {
  return ({ sender, receiver, verdict }) => {
    if (life.fleet.car(sender).brand !== 'B' || life.fleet.car(receiver).brand !== 'A') return;
    if (verdict.kind === 'accepted') into.accepted++;
    else if (FOR_WANT_OF_TRUST.has(verdict.reason)) into.refused++;
  };
}

export async function meetTheOtherBrand(life: Life): Promise<void> {
  const { fleet, house, progress, report } = life;
  const { beforeTrustList, afterTrustList } = report.crossDomain;
  await fleet.refreshLists(fleet.of('B'));
  await driveWindow(life, {
    name: 'week 1 on the road: brand A does not know brand B',
    ticks: BEFORE_TICKS,
    rotate: false,
    heard: meeting(life, beforeTrustList),
  });
  await progress.step('the lists are synchronised: brand A fetches the TDCL that names brand B', async () => {
    await house.refreshLists();
    await fleet.refreshLists();
    requireKnown(life);
  });
  await driveWindow(life, {
    name: 'week 1 on the road: both brands believe each other',
    ticks: WINDOW_TICKS,
    rotate: true,
    heard: meeting(life, afterTrustList),
  });
}

/** After the synchronisation every car must find both brands' PCAs on its lists. */
function requireKnown({ fleet, house }: Life): void {
  for (const { vehicle, index } of fleet.cars) {
    for (const domain of ['a', 'b'] as const) {
      const { hostname } = house.placedAt(`${domain}-pca`);
      const listed = vehicle.trust.named(hostname, house.clock.nowMillis());
      required(listed ?? { kind: 'refused', reason: 'not listed' }, `${hostname} at car ${index}`);
    }
  }
}
