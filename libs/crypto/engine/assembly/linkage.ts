/**
 * Linkage values of many chains at once (IEEE 1609.2.1-2022 9.3.7, seedEvoFn1-sm3 and lvGenFn1-sm4). The four lanes of the
 * cipher are the seeds of two revoked chains, each of two LAs, or of four chains that one LA gives values of.
 */
import { SM4_KEY_BYTES, sm4Four, sm4Keys } from './sm4';
import { sm3Whole } from './sm3';

/** Bytes of a chain: la1 id 2, seed 16, la2 id 2, seed 16. */
const CHAIN_BYTES: i32 = 36;
const SIDE_BYTES: i32 = 18;
const VALUE_BYTES: i32 = 9;

const KEYS: usize = memory.data(512, 16);
/** The seeds of the four lanes; x = la_id ‖ j ‖ 0^80 of each; and x encrypted. */
const SEEDS: usize = memory.data(64, 16);
const X: usize = memory.data(64, 16);
const Y: usize = memory.data(64, 16);
/** la_id ‖ seed ‖ 0^112; zero between the calls. */
const STEP: usize = memory.data(32, 16);
const HASH: usize = memory.data(32, 16);

/** Lays the id and the seed, `steps` periods later, of the side at `from` into a lane. */
function lay(from: usize, steps: i32, lane: i32): void {
  memory.copy(STEP, from, SIDE_BYTES);
  for (; steps > 0; steps--) {
    sm3Whole(STEP, 32, HASH);
    store<u16>(STEP, load<u16>(from));
    v128.store(STEP, v128.load(HASH), 2);
  }
  v128.store(SEEDS + lane * 16, v128.load(STEP, 2));
  v128.store(X + lane * 16, i32x4.splat(0));
  store<u16>(X + lane * 16, load<u16>(from));
}

/** The linkage value of lanes `lane` and `lane + 1`: plv1 + plv2, where plv = first 9 bytes of E(x) + x. */
function put(lane: i32, to: usize): void {
  const at = lane * 16;
  const first = v128.xor(v128.load(X + at), v128.load(Y + at));
  const value = v128.xor(first, v128.xor(v128.load(X + at, 16), v128.load(Y + at, 16)));
  store<u64>(to, i64x2.extract_lane(value, 0));
  store<u8>(to, i8x16.extract_lane_u(value, 8), 8);
}

/**
 * For each of `count` chains (36 bytes each at `chains`) the values of j = 0 … jCount − 1, 9 bytes each, at `to`, chain
 * after chain. The seeds are first stepped `steps` times.
 */
export function linkageExpand(chains: usize, count: i32, steps: i32, jCount: i32, to: usize): void {
  for (let n = 0; n < count; n += 2, chains += 2 * CHAIN_BYTES, to += 2 * jCount * VALUE_BYTES) {
    // An odd last chain has no neighbour: it is its own, and the values of the upper lanes are left.
    const isPair = n + 1 < count;
    const neighbour = isPair ? chains + CHAIN_BYTES : chains;
    lay(chains, steps, 0);
    lay(chains + SIDE_BYTES, steps, 1);
    lay(neighbour, steps, 2);
    lay(neighbour + SIDE_BYTES, steps, 3);
    sm4Keys(SEEDS, SEEDS + 16, SEEDS + 32, SEEDS + 48, KEYS);
    for (let j = 0; j < jCount; j++) {
      for (let lane: usize = 0; lane < 64; lane += 16) store<u32>(X + lane, bswap(j), 2);
      sm4Four(KEYS, X, Y);
      put(0, to + j * VALUE_BYTES);
      if (isPair) put(2, to + (jCount + j) * VALUE_BYTES);
    }
  }
  wipe();
}

function wipe(): void {
  memory.fill(KEYS, 0, SM4_KEY_BYTES);
  memory.fill(SEEDS, 0, 64);
  memory.fill(X, 0, 64);
  memory.fill(Y, 0, 64);
  memory.fill(STEP, 0, 32);
  memory.fill(HASH, 0, 32);
}

/**
 * For each of `count` seeds (16 bytes each at `seeds`) of the LA whose id is the two bytes at `laId` the pre-linkage values
 * of j = 0 … jCount − 1, 9 bytes each, at `to`, seed after seed.
 */
export function preLinkageExpand(laId: usize, seeds: usize, count: i32, jCount: i32, to: usize): void {
  for (let lane: usize = 0; lane < 64; lane += 16) {
    v128.store(X + lane, i32x4.splat(0));
    store<u16>(X + lane, load<u16>(laId));
  }
  for (; count > 0; count -= 4, seeds += 64, to += 4 * jCount * VALUE_BYTES) {
    const some = min(count, 4);
    // The lanes that are left over repeat the first, and their values are left.
    for (let n = 0; n < 4; n++) v128.store(SEEDS + n * 16, v128.load(seeds + (n < some ? n * 16 : 0)));
    sm4Keys(SEEDS, SEEDS + 16, SEEDS + 32, SEEDS + 48, KEYS);
    for (let j = 0; j < jCount; j++) {
      for (let lane: usize = 0; lane < 64; lane += 16) store<u32>(X + lane, bswap(j), 2);
      sm4Four(KEYS, X, Y);
      for (let n = 0; n < some; n++) {
        const value = v128.xor(v128.load(X + n * 16), v128.load(Y + n * 16));
        const place = to + (n * jCount + j) * VALUE_BYTES;
        store<u64>(place, i64x2.extract_lane(value, 0));
        store<u8>(place, i8x16.extract_lane_u(value, 8), 8);
      }
    }
  }
  wipe();
}
