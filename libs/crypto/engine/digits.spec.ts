/** The rows of digits by which the engine multiplies: each stands for its scalar, and has the form that the proofs use. */
import { hardScalars, N, randomScalars } from '../src/sm2.fixture.js';
import { engineVariant } from './variant.fixture.js';

interface Digits {
  place(): number;
  makeOdd(to: number, k: number): bigint;
  digitOf(k: number, i: number, w: number, isLast: number): number;
  nonAdjacentForm(to: number, k: number, w: number): void;
}

let digits: Digits & { memory: Uint8Array };
let view: DataView;
let place: number;
const all = [...hardScalars(), ...randomScalars(10_000)];

beforeAll(async () => {
  digits = await engineVariant<Digits>([
    { file: 'public-product.ts', from: 'function nonAdjacentForm(', to: 'export function nonAdjacentForm(' },
    {
      file: 'engine.ts',
      to: `
        import { oddDigit } from './odd-digits';
        export { makeOdd } from './odd-digits';
        export { nonAdjacentForm } from './public-product';
        const PLACE: usize = memory.data(1024, 16);
        export function place(): usize { return PLACE; }
        export function digitOf(k: usize, i: i32, w: i32, isLast: i32): i32 { return oddDigit(k, i, w, isLast !== 0); }`,
    },
  ]);
  view = new DataView(digits.memory.buffer);
  place = digits.place();
}, 120_000);

function put(at: number, value: bigint): void {
  for (let i = 0; i < 4; i++) view.setBigUint64(at + 8 * i, (value >> BigInt(64 * i)) & 0xffffffffffffffffn, true);
}
const take = (at: number): bigint =>
  [3, 2, 1, 0].reduce((sum, i) => (sum << 64n) + view.getBigUint64(at + 8 * i, true), 0n);

/** The odd digit in its plain form: what `lookUp` makes of the index and the sign. */
function plain(digit: number): bigint {
  const odd = BigInt(2 * (digit & 0x7fffffff) + 1);
  return digit < 0 ? -odd : odd;
}

describe('odd digits', () => {
  it('take an odd scalar as it is and n − k for an even one', () => {
    const met = { odd: 0, even: 0 };
    for (const k of all) {
      put(place + 64, k);
      const sign = digits.makeOdd(place, place + 64);
      const isOdd = k % 2n === 1n;
      met[isOdd ? 'odd' : 'even']++;
      if (take(place) !== (isOdd ? k : N - k) || sign !== (isOdd ? 0n : -1n)) throw new Error(k.toString(16));
    }
    expect(Math.min(met.odd, met.even)).toBeGreaterThan(5_000);
  });

  it.each([
    ['the base point: 36 windows of 7 bits and what is above', 7, 37, true],
    ['any point: 51 windows of 5 bits and a one', 5, 51, false],
  ])('stand for the scalar, for %s', (_, w, windows, isLastSpecial) => {
    let met = 0;
    const seen = new Set<bigint>();
    for (const k of all) {
      put(place + 64, k);
      digits.makeOdd(place, place + 64);
      let sum = isLastSpecial ? 0n : 1n << BigInt(w * windows);
      for (let i = 0; i < windows; i++) {
        const isLast = isLastSpecial && i === windows - 1;
        const digit = plain(digits.digitOf(place, i, w, isLast ? 1 : 0));
        if (digit >= 1n << BigInt(w) || digit <= -(1n << BigInt(w)))
          throw new Error(`${k.toString(16)} at ${String(i)}`);
        // Of the last window the table is read in its first 8 entries alone.
        if (isLast && (digit < 0n || digit > 15n)) throw new Error(`${k.toString(16)} at the end`);
        seen.add(digit);
        sum += digit << BigInt(w * i);
      }
      if (sum !== take(place)) throw new Error(k.toString(16));
      met++;
    }
    expect(met).toBeGreaterThan(11_000);
    expect(seen.size).toBe(1 << w);
  });
});

describe('the non-adjacent form', () => {
  it.each([5, 8])('stands for the scalar, with at most one digit in %d places', (w) => {
    let met = 0;
    const seen = new Set<number>();
    for (const k of [0n, ...all]) {
      put(place + 512, k);
      digits.nonAdjacentForm(place, place + 512, w);
      let sum = 0n;
      let last = -w;
      for (let bit = 0; bit < 257; bit++) {
        const digit = view.getInt8(place + bit);
        if (digit === 0) continue;
        const isFit = digit % 2 !== 0 && Math.abs(digit) < 1 << (w - 1) && bit - last >= w;
        if (!isFit) throw new Error(`${k.toString(16)} at ${String(bit)}`);
        last = bit;
        seen.add(digit);
        sum += BigInt(digit) << BigInt(bit);
      }
      if (sum !== k) throw new Error(k.toString(16));
      met++;
    }
    expect(met).toBeGreaterThan(11_000);
    expect(seen.size).toBe(1 << (w - 1));
  });
});
