/** Certificates learned from each other: asked for in bounds, answered in bounds. */
import { idKey } from '#credentials/certificate-facts.js';
import { PeerLearning } from './peer-learning.js';

const id8 = (n: number): Uint8Array => Uint8Array.of(1, 2, 3, 4, 5, 6, n >> 8, n & 255);
const asked = (learning: PeerLearning, at: number): string[] => learning.asks(at).map(idKey);

it('asks for who was missed by the last three bytes, once, and again after a while', () => {
  const learning = new PeerLearning();
  learning.misses(id8(7), 1000);
  expect(asked(learning, 1000)).toEqual(['060007']);
  learning.misses(id8(7), 1399);
  expect(asked(learning, 1399)).toEqual([]);
  expect(asked(learning, 1400)).toEqual(['060007']);
});

it('does not ask for who became known, nor for who was not heard for a second', () => {
  const learning = new PeerLearning();
  learning.misses(id8(1), 0);
  learning.misses(id8(2), 0);
  learning.knows(idKey(id8(1)));
  expect(asked(learning, 1)).toEqual(['060002']);
  learning.misses(id8(3), 10);
  expect(asked(learning, 1010)).toEqual(['060003']);
  learning.misses(id8(4), 1010);
  expect(asked(learning, 2011)).toEqual([]);
});

it('VM9: asks for four at a time and remembers thirty-two, however many digests are made up', () => {
  const learning = new PeerLearning();
  for (let n = 0; n < 10_000; n++) learning.misses(id8(n), 0);
  const all = Array.from({ length: 20 }, () => asked(learning, 1));
  expect(all.map(({ length }) => length)).toEqual([...Array<number>(8).fill(4), ...Array<number>(12).fill(0)]);
  // After a second there is room again.
  learning.misses(id8(20_000), 1002);
  expect(asked(learning, 1002)).toEqual([idKey(id8(20_000).slice(5))]);
});

it('answers who asks for it and nobody else, five times a second at most', () => {
  const learning = new PeerLearning();
  const own = id8(9);
  expect(learning.mustAnswer([], own, 0)).toBe(false);
  expect(learning.mustAnswer([id8(8).slice(5)], own, 0)).toBe(false);
  expect(learning.mustAnswer([id8(8).slice(5), own.slice(5)], own, 0)).toBe(true);
  expect(learning.mustAnswer([own.slice(5)], own, 199)).toBe(false);
  expect(learning.mustAnswer([own.slice(5)], own, 200)).toBe(true);
});
