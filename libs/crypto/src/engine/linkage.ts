/** Linkage values of many chains by the engine; what the function promises, and who judges, is in ../linkage.ts. */
import { desk, DESK_AT, engineCalls } from './instance.js';

const { linkageExpand } = engineCalls<{
  linkageExpand(chains: number, count: number, steps: number, jCount: number, to: number): void;
}>();

interface Chain {
  readonly la1Id: Uint8Array;
  readonly seed1: Uint8Array;
  readonly la2Id: Uint8Array;
  readonly seed2: Uint8Array;
}

const CHAIN_BYTES = 36;
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
