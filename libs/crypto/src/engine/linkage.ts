/** Linkage values of many chains by the engine; what the function promises, and who judges, is in ../linkage.ts. */
import { desk, DESK_AT, engineCalls } from './instance.js';

const { linkageExpand, preLinkageExpand } = engineCalls<{
  linkageExpand(chains: number, count: number, steps: number, jCount: number, to: number): void;
  preLinkageExpand(laId: number, seeds: number, count: number, jCount: number, to: number): void;
}>();

interface Chain {
  readonly la1Id: Uint8Array;
  readonly seed1: Uint8Array;
  readonly la2Id: Uint8Array;
  readonly seed2: Uint8Array;
}

const CHAIN_BYTES = 36;
const SEED_BYTES = 16;
/** The LA's id, and room so that what follows begins at a whole block. */
const LA_ID_ROOM = 16;
const VALUE_BYTES = 9;

function lay(chain: Chain, at: number): void {
  desk.set(chain.la1Id, at);
  desk.set(chain.seed1, at + 2);
  desk.set(chain.la2Id, at + 18);
  desk.set(chain.seed2, at + 20);
}

/** The desk: as many chains as fit, and then the values of all of them. */
export function linkageValues(chains: readonly Chain[], steps: number, jCount: number): Uint8Array {
  const bytesOfEach = jCount * VALUE_BYTES;
  const most = Math.floor(desk.length / (CHAIN_BYTES + bytesOfEach));
  const values = new Uint8Array(chains.length * bytesOfEach);
  for (let at = 0; at < chains.length; at += most) {
    const count = Math.min(most, chains.length - at);
    const from = count * CHAIN_BYTES;
    for (let n = 0; n < count; n++) lay(chains[at + n] as Chain, n * CHAIN_BYTES);
    linkageExpand(DESK_AT, count, steps, jCount, DESK_AT + from);
    values.set(desk.subarray(from, from + count * bytesOfEach), at * bytesOfEach);
  }
  desk.fill(0, 0, Math.min(most, chains.length) * (CHAIN_BYTES + bytesOfEach));
  return values;
}

/** The desk: the LA's id, as many seeds as fit, and then the values of all of them. */
export function preLinkageValuesOfMany(laId: Uint8Array, seeds: readonly Uint8Array[], jCount: number): Uint8Array {
  const bytesOfEach = jCount * VALUE_BYTES;
  const room = Math.floor((desk.length - LA_ID_ROOM) / (SEED_BYTES + bytesOfEach));
  // The engine reads four seeds at a time.
  const most = room - (room % 4);
  const values = new Uint8Array(seeds.length * bytesOfEach);
  for (let at = 0; at < seeds.length; at += most) {
    const some = seeds.slice(at, at + most);
    const from = LA_ID_ROOM + some.length * SEED_BYTES;
    desk.set(laId, 0);
    some.forEach((seed, n) => desk.set(seed, LA_ID_ROOM + n * SEED_BYTES));
    preLinkageExpand(DESK_AT, DESK_AT + LA_ID_ROOM, some.length, jCount, DESK_AT + from);
    values.set(desk.subarray(from, from + some.length * bytesOfEach), at * bytesOfEach);
  }
  desk.fill(0, 0, LA_ID_ROOM + Math.min(most, seeds.length) * (SEED_BYTES + bytesOfEach));
  return values;
}
