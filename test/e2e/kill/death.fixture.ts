/** One death, or several, at a boundary: the work is caught there, the part is killed and comes back, and the work goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Boundary } from './boundaries.fixture.js';
import type { Caught } from './database-gate.fixture.js';
import { ask, askOnce, downloadAll, downloadOnce, type Asker, type Factory } from './devices.fixture.js';
import { DEVICES, type KillHouse, type Part } from './house.fixture.js';
import type { Counts } from './tables.fixture.js';

const LOOK_MILLIS = 50;
const ADVANCE_MILLIS = 1_000;

export interface Deaths {
  /** How often the boundary was reached, and the part killed there. */
  readonly deaths: number;
  /** Everybody who asked; all of them have got everything. */
  readonly askers: readonly Asker[];
}

/**
 * Kills `part` at the boundary `times` times. Where a step is done again it is the same batch each time; where it was done,
 * new devices ask.
 */
export async function dieAt(
  house: KillHouse,
  factory: Factory,
  { boundary, part, times }: { boundary: Boundary; part: Part; times: number },
): Promise<Deaths> {
  const askers: Asker[] = [];
  let deaths = 0;
  while (deaths < times) {
    const fresh = await factory.devices(DEVICES);
    askers.push(...fresh);
    const before = await house.tables.counts();
    const scene = { house, boundary, part, fresh, before };
    deaths += await SCENES[boundary.phase](scene, boundary.isRepeated ? times - deaths : 1);
    await downloadAll(house, fresh);
  }
  return { deaths, askers };
}

interface Scene {
  readonly house: KillHouse;
  readonly boundary: Boundary;
  readonly part: Part;
  readonly fresh: readonly Asker[];
  readonly before: Counts;
}

const SCENES = {
  asking: async (scene, _times) => {
    const [first, ...others] = scene.fresh as [Asker, ...Asker[]];
    const caught = scene.boundary.catch(scene.house);
    const asked = askOnce(first);
    await dieThere(scene, caught);
    await asked;
    for (const one of [first, ...others]) await ask(one);
    return 1;
  },
  working: async (scene, times) => {
    let caught = scene.boundary.catch(scene.house);
    for (const one of scene.fresh) await ask(one);
    for (let death = 1; ; death++) {
      // Set before anybody is there to run past it.
      let next: Caught | undefined;
      await dieThere(scene, caught, () => {
        if (death < times) next = scene.boundary.catch(scene.house);
      });
      if (next === undefined) return death;
      caught = next;
    }
  },
  downloading: async (scene, times) => {
    for (const one of scene.fresh) await ask(one);
    await untilAnswered(scene.house);
    const [first] = scene.fresh as [Asker, ...Asker[]];
    for (let death = 0; death < times; death++) {
      const caught = scene.boundary.catch(scene.house);
      const coming = downloadOnce(first, first.firstI);
      await dieThere(scene, caught);
      await coming;
    }
    return times;
  },
} as const satisfies Record<Boundary['phase'], (scene: Scene, times: number) => Promise<number>>;

async function dieThere(
  { house, boundary, part, before }: Scene,
  caught: Caught,
  beforeRelease: () => void = () => undefined,
): Promise<void> {
  await reached(house, caught);
  const now = await house.tables.counts();
  if (!boundary.stands(now, before)) throw new Error(`${boundary.name}: the stores say ${JSON.stringify(now)}`);
  await house.kill(part);
  beforeRelease();
  caught.release(boundary.loses?.(part) ?? false);
  await house.revive(part);
}

/** What was put off at an earlier death comes due meanwhile. */
async function reached(house: KillHouse, { reached: there }: Caught): Promise<void> {
  let isThere = false;
  const arrival = there.then(() => (isThere = true));
  while (!isThere) {
    await Promise.race([arrival, sleep(LOOK_MILLIS)]);
    if (!isThere) house.advance(ADVANCE_MILLIS);
  }
}

async function untilAnswered(house: KillHouse): Promise<void> {
  for (;;) {
    const { requestsOwed, pooled, batches } = await house.tables.counts();
    if (requestsOwed + pooled + batches === 0) return;
    await sleep(LOOK_MILLIS);
    house.advance(ADVANCE_MILLIS);
  }
}
