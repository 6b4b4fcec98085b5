/**
 * `chrysalis matrix`: every tenant's car hears every tenant's car, before and after one tenant is removed. What must be accepted
 * follows from who has joined and not gone; what is accepted, from the lists that were fetched. The run is good when both agree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '#credentials/clock.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { signSpdu } from '#credentials/spdu.js';
import { bsmOf } from '../sample/payloads.js';
import { OfflineSide } from './offline-side.js';
import { Publisher } from './publisher.js';
import { Receiver, type Verdict } from './receiver.js';
import { foundTenants, hasOwnRoot, removeTenant, type Tenant } from './tenants.js';

export interface MatrixOptions {
  readonly tenants: number;
  /** How many of them, the last ones, have a root of their own; at least one stands under the shared root. */
  readonly ownRoots: number;
  /** Which goes half-way, from 1 on. */
  readonly remove: number;
  /** Called when the lists of a look are served and nobody has fetched them yet: where tests plant a wrong one. */
  readonly beforeFetch?: (look: number, publisher: Publisher) => void;
}

/** Verdicts by sender and then receiver, in the order of the tenants. */
export interface Look {
  readonly name: string;
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly agrees: readonly (readonly boolean[])[];
  readonly fetchSeconds: number;
  readonly pairSeconds: number;
}

export interface Matrix {
  readonly tenants: readonly { readonly name: string; readonly ownRoot: boolean }[];
  readonly removed: string;
  readonly setUpSeconds: number;
  readonly looks: readonly Look[];
  readonly agreeing: number;
  readonly expected: number;
}

const HOUR_MILLIS = 3_600_000;
/** What a receiver says of one who is not, or no longer, on its lists; any other reason is no agreement. */
const NOT_TRUSTED: readonly Verdict[] = ['issuer-not-listed', 'issuer-revoked', 'root-not-listed'];

/** Runs in a folder of its own, which goes with the run; `progress` is told what is being done. */
export async function runMatrix(options: MatrixOptions, progress: (line: string) => void): Promise<Matrix> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-matrix-'));
  try {
    return await runIn(new OfflineSide(folder), options, progress);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(offline: OfflineSide, options: MatrixOptions, progress: (line: string) => void): Promise<Matrix> {
  const { tenants: count, ownRoots, remove, beforeFetch } = options;
  const atMillis = periodStartMillis(ccsa.epochMillis, periodAt(ccsa.epochMillis, systemClock.nowMillis()));
  const clock = new RoadClock(atMillis + HOUR_MILLIS);
  const publisher = new Publisher();
  progress(`setting up ${String(count)} tenants, ${String(ownRoots)} of them with roots of their own`);
  const begunMillis = systemClock.nowMillis();
  const { tenants, trcla } = await foundTenants(offline, publisher, { tenants: count, ownRoots, atMillis });
  const receivers = tenants.map((tenant) => new Receiver(tenant, trcla, publisher, clock));
  const setUpSeconds = secondsSince(begunMillis);
  const gone = tenants[remove - 1];
  if (gone === undefined) throw new RangeError('remove: no such tenant');

  beforeFetch?.(1, publisher);
  progress('all joined: every car fetches its lists and hears every car');
  const first = await look('all joined', tenants, receivers, { clock, isTrusted: () => true });
  progress(`${gone.name} is removed`);
  await removeTenant(offline, publisher, { tenants, gone, atMillis: clock.nowMillis() });
  beforeFetch?.(2, publisher);
  clock.advance(HOUR_MILLIS);
  const second = await look(`${gone.name} removed`, tenants, receivers, { clock, isTrusted: (one) => one !== gone });

  const looks = [first, second];
  const cells = looks.flatMap(({ agrees }) => agrees.flat());
  return {
    tenants: tenants.map((tenant) => ({ name: tenant.name, ownRoot: hasOwnRoot(tenant) })),
    removed: gone.name,
    setUpSeconds,
    looks,
    agreeing: cells.filter((agrees) => agrees).length,
    expected: looks.length * count * count,
  };
}

class RoadClock implements Clock {
  constructor(private now: number) {}
  nowMillis(): number {
    return this.now;
  }
  advance(millis: number): void {
    this.now += millis;
  }
}

const secondsSince = (millis: number): number => (systemClock.nowMillis() - millis) / 1000;

async function look(
  name: string,
  tenants: readonly Tenant[],
  receivers: readonly Receiver[],
  { clock, isTrusted }: { clock: Clock; isTrusted: (sender: Tenant) => boolean },
): Promise<Look> {
  const fetchMillis = systemClock.nowMillis();
  for (const receiver of receivers) await receiver.refresh();
  const fetchSeconds = secondsSince(fetchMillis);
  const messages = await Promise.all(tenants.map((tenant) => messageOf(tenant, clock.nowMillis())));
  const pairMillis = systemClock.nowMillis();
  const verdicts = messages.map((message) => receivers.map((receiver) => receiver.hear(message)));
  const pairSeconds = secondsSince(pairMillis);
  const agrees = verdicts.map((row, sender) =>
    row.map((verdict) =>
      isTrusted(tenants[sender] as Tenant) ? verdict === 'accepted' : NOT_TRUSTED.includes(verdict),
    ),
  );
  return { name, verdicts, agrees, fetchSeconds, pairSeconds };
}

const messageOf = ({ name, car }: Tenant, generationTimeMillis: number): Promise<Uint8Array> =>
  signSpdu({
    payload: bsmOf(ccsa, new TextEncoder().encode(name.slice(0, 8).padEnd(8)), 0),
    aid: ccsa.aid.bsm,
    generationTimeMillis,
    signer: car,
    named: 'certificate',
  });
