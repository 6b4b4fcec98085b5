/**
 * Tries to tell which rows are one device's from whatever can be seen of them: place, transaction, equal values, near
 * values, lengths. Each is a score for pairs of rows; how well it sorts pairs of one device from pairs of two is its AUC,
 * 0.5 for a guess. What a guess may reach by luck is worked out by dealing the devices out anew, within each period.
 */

export interface Row {
  /** Whose it is: the truth that is guessed at. */
  readonly device: number;
  /** Rows of one group (a period) have the same number of rows of each device. */
  readonly group: number;
  /** What an observer sees of it, by name. */
  readonly seen: Readonly<Record<string, number | bigint | string | Uint8Array | null>>;
}

export interface Verdict {
  readonly feature: string;
  readonly auc: number;
  /** Standard deviations away from a guess. */
  readonly z: number;
  /** Pairs of one device among those with the best score, and among all. */
  readonly rate: number;
  readonly baseRate: number;
}

/** A guess goes beyond this once in some million features. */
export const BEYOND_LUCK = 5;
const DEALS = 200;

/** Every feature's verdict, the most telling first. */
export function tryToLink(rows: readonly Row[]): Verdict[] {
  const deals = Array.from({ length: DEALS }, (_, n) => deal(rows, n + 1));
  const truth = rows.map(({ device }) => device);
  const verdicts = features(rows).map(({ name, values, score }) =>
    judge(name, pairScores(values, score), truth, deals),
  );
  return verdicts.sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
}

interface Feature {
  readonly name: string;
  /** One number a row. */
  readonly values: readonly number[];
  readonly score: (a: number, b: number) => number;
}

const near = (a: number, b: number): number => -Math.abs(a - b);
const equal = (a: number, b: number): number => Number(a === b);
const adjacent = (a: number, b: number): number => Number(Math.abs(a - b) === 1);

function features(rows: readonly Row[]): Feature[] {
  return Object.keys(rows[0]?.seen ?? {}).flatMap((name) => {
    const ranks = rankOf(rows.map(({ seen }) => seen[name] ?? ''));
    const lengths = rows.map(({ seen }) => lengthOf(seen[name] ?? ''));
    return [
      { name: `${name} equal`, values: ranks, score: equal },
      { name: `${name} near`, values: ranks, score: near },
      { name: `${name} adjacent`, values: ranks, score: adjacent },
      { name: `${name} length`, values: lengths, score: near },
    ];
  });
}

type Value = number | bigint | string | Uint8Array;
const lengthOf = (value: Value): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 0;

/** Equal values have equal ranks; order of numbers, of text, of bytes. */
function rankOf(values: readonly Value[]): number[] {
  const compare = (a: Value, b: Value): number =>
    a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : a < b ? -1 : Number(a > b);
  const order = values.map((_, n) => n).sort((a, b) => compare(values[a] as Value, values[b] as Value));
  const ranks = new Array<number>(values.length);
  let rank = -1;
  for (const [n, index] of order.entries()) {
    const before = order[n - 1];
    if (before === undefined || compare(values[before] as Value, values[index] as Value) !== 0) rank++;
    ranks[index] = rank;
  }
  return ranks;
}

interface Pairs {
  readonly first: Uint16Array;
  readonly second: Uint16Array;
  /** Middle ranks of the scores, from 1. */
  readonly ranks: Float64Array;
  /** How many pairs have the best score. */
  readonly best: number;
}

/** All pairs, the best score first. */
function pairScores(values: readonly number[], score: Feature['score']): Pairs {
  const pairs: [number, number, number][] = [];
  for (let a = 0; a < values.length; a++)
    for (let b = a + 1; b < values.length; b++) pairs.push([a, b, score(values[a] as number, values[b] as number)]);
  pairs.sort((x, y) => y[2] - x[2]);
  const ranks = new Float64Array(pairs.length);
  for (let from = 0, to = 0; from < pairs.length; from = to) {
    while (to < pairs.length && pairs[to]?.[2] === pairs[from]?.[2]) to++;
    ranks.fill(pairs.length - (from + to - 1) / 2, from, to);
  }
  const top = pairs[0]?.[2];
  return {
    first: Uint16Array.from(pairs, ([a]) => a),
    second: Uint16Array.from(pairs, ([, b]) => b),
    ranks,
    best: pairs.filter(([, , value]) => value === top).length,
  };
}

function judge(feature: string, pairs: Pairs, truth: readonly number[], deals: readonly number[][]): Verdict {
  const auc = aucOf(pairs, truth);
  const lucky = deals.map((devices) => aucOf(pairs, devices));
  const mean = lucky.reduce((sum, one) => sum + one, 0) / lucky.length;
  const deviation = Math.sqrt(lucky.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (lucky.length - 1));
  const z = deviation < 1e-12 ? 0 : (auc - mean) / deviation;
  return {
    feature,
    auc,
    z,
    rate: sameRate(pairs, truth, pairs.best),
    baseRate: sameRate(pairs, truth, pairs.ranks.length),
  };
}

function aucOf({ first, second, ranks }: Pairs, devices: readonly number[]): number {
  let same = 0;
  let sum = 0;
  for (let n = 0; n < ranks.length; n++) {
    if (devices[first[n] as number] !== devices[second[n] as number]) continue;
    same++;
    sum += ranks[n] as number;
  }
  const different = ranks.length - same;
  return same === 0 || different === 0 ? 0.5 : (sum - (same * (same + 1)) / 2) / (same * different);
}

function sameRate({ first, second }: Pairs, devices: readonly number[], count: number): number {
  let same = 0;
  for (let n = 0; n < count; n++) same += Number(devices[first[n] as number] === devices[second[n] as number]);
  return same / count;
}

/** The devices dealt out anew within each group; the same deal for the same number. */
function deal(rows: readonly Row[], seed: number): number[] {
  const dealt = rows.map(({ device }) => device);
  let state = seed >>> 0;
  const random = (): number => {
    // Mulberry32: luck needs no secrecy, only the same deals at each run.
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (const group of new Set(rows.map(({ group: one }) => one))) {
    const places = rows.flatMap((row, n) => (row.group === group ? [n] : []));
    for (let last = places.length - 1; last > 0; last--) {
      const [a, b] = [places[last] as number, places[Math.floor(random() * (last + 1))] as number];
      [dealt[a], dealt[b]] = [dealt[b] as number, dealt[a] as number];
    }
  }
  return dealt;
}
