/** Driving, sampled: ten messages a second of every car, heard by those in range, each judging for itself. */
import { setImmediate as breathe } from 'node:timers/promises';
import { falsify, type Lie } from '#apps/device/src/road/liar.js';
import type { Road } from '#apps/device/src/road/road.js';
import type { VehicleState } from '#apps/device/src/road/vehicle-state.js';
import type { ScenarioClock } from '#service/scenario-clock.js';

const TICK_MILLIS = 100;
/** What a message is on its way. */
const LATENCY_MILLIS = 3;

export type Verdict = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly reason: string };

/** A car as the road sees it. */
export interface Driver {
  sign(state: VehicleState, nowMillis: number): Promise<Uint8Array | undefined>;
  receive(message: Uint8Array, nowMillis: number): Verdict;
}

export interface Heard {
  readonly sender: number;
  readonly receiver: number;
  readonly verdict: Verdict;
}

export interface Drive {
  readonly drivers: readonly Driver[];
  readonly road: Road;
  readonly clock: ScenarioClock;
  readonly ticks: number;
  /** Told before each tick: cars change their pseudonyms at moments of their own. */
  readonly beforeTick?: (tick: number) => void;
  /** One car that lies about its place. */
  readonly lie?: { readonly car: number; readonly kind: Lie };
  readonly heard: (what: Heard) => void;
  readonly count: (done: number, of: number) => void;
  readonly ended: AbortSignal;
}

/** Drives for `ticks` tenths of a second of scenario time, however long the machine takes for them. */
export async function drive(options: Drive): Promise<void> {
  const { road, clock, ticks } = options;
  let moment = Math.ceil(clock.nowMillis());
  for (let tick = 0; tick < ticks; tick++) {
    options.ended.throwIfAborted();
    options.beforeTick?.(tick);
    moment += TICK_MILLIS;
    road.step(moment - road.timeMillis);
    await oneTick(options, moment);
    options.count(tick + 1, ticks);
    // Timers, sockets and workers of the authorities live in the same process.
    await breathe();
  }
  clock.advanceTo(moment + TICK_MILLIS);
}

async function oneTick({ drivers, road, lie, heard }: Drive, moment: number): Promise<void> {
  for (const [sender, driver] of drivers.entries()) {
    const seen = road.state(sender);
    const told = lie?.car === sender ? falsify(seen, lie.kind) : seen;
    const message = await driver.sign(told, moment);
    if (message === undefined) continue;
    for (const receiver of road.receivers(sender)) {
      const verdict = drivers[receiver]?.receive(message, moment + LATENCY_MILLIS);
      if (verdict !== undefined) heard({ sender, receiver, verdict });
    }
  }
}
