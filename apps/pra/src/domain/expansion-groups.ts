/**
 * Requests that ask an LA for the same weeks are expanded together, so that the LA sees groups and not devices one by one
 * (LK8). Which of them come together, and in which order, is left to dice.
 */
import type { Random } from '#crypto/random.js';
import { shuffled } from './shuffled.js';

/** Values of one chain each that are asked of an LA at once: an answer of some 300 KB. */
export const MOST_VALUES_A_GROUP = 4096;

/**
 * Up to which due moment requests are taken now: whole stretches of time of `gatherSeconds`, so that what an LA hears at one
 * moment became due at any moment of the last stretch. 0: what is due now.
 */
export function gatheredUntilMillis(nowMillis: number, gatherSeconds: number): number {
  const stretch = gatherSeconds * 1000;
  return stretch === 0 ? nowMillis : Math.floor(nowMillis / stretch) * stretch - 1;
}

export interface Span {
  readonly iMin: number;
  readonly iMax: number;
  readonly jMax: number;
  /** Whether chains of before go on; else each request gets a fresh one. */
  readonly isContinued: boolean;
}

export interface Group<R> {
  readonly span: Span;
  readonly requests: readonly R[];
}

/** Groups of equal spans, none larger than its values allow, all of a span nearly the same size. */
export function groupsOf<R extends Span>(requests: readonly R[], random: Random): Group<R>[] {
  const bySpan = new Map<string, R[]>();
  for (const request of shuffled(requests, random)) {
    const { iMin, iMax, jMax, isContinued } = request;
    const name = `${iMin} ${iMax} ${jMax} ${isContinued}`;
    const same = bySpan.get(name);
    if (same === undefined) bySpan.set(name, [request]);
    else same.push(request);
  }
  return [...bySpan.values()].flatMap(evenly);
}

function evenly<R extends Span>(same: readonly R[]): Group<R>[] {
  const [first] = same;
  if (first === undefined) return [];
  const { iMin, iMax, jMax, isContinued } = first;
  const most = Math.max(1, Math.floor(MOST_VALUES_A_GROUP / ((iMax - iMin + 1) * jMax)));
  const groups = Math.ceil(same.length / most);
  return Array.from({ length: groups }, (_, n) => ({
    span: { iMin, iMax, jMax, isContinued },
    requests: same.slice(Math.ceil((n * same.length) / groups), Math.ceil(((n + 1) * same.length) / groups)),
  }));
}

/**
 * In which order a group's requests are put before one LA: order[p] is the request of the p-th chain. Drawn for each LA
 * anew, so that two of them who compare their chains of one moment find no pairs in the places.
 */
export const dealingOrder = (count: number, random: Random): number[] =>
  shuffled(
    Array.from({ length: count }, (_, n) => n),
    random,
  );

/** The chains of an answer back at their requests: the p-th belongs to order[p]. */
export function dealt<C>(order: readonly number[], chains: readonly C[]): C[] {
  const byRequest = new Array<C>(order.length);
  order.forEach((request, place) => (byRequest[request] = chains[place] as C));
  return byRequest;
}
