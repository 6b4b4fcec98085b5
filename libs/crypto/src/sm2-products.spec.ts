/**
 * Scalars and products of both implementations against OpenSSL, noble and BigInt, over random and hard scalars.
 * Products k·P are asked for P = d·G, where (k·d)·G by OpenSSL is the answer: noble takes ten times as long.
 */
import { createCipheriv } from 'node:crypto';
import { bytes32, concat, hex, integerOf, uint32 } from './bytes.js';
import {
  baseTimesByOpenSsl,
  baseTimesMostlyBy,
  coordinatesByOpenSsl,
  hardScalars,
  modN,
  N,
  Oracle,
  P,
  randomScalar,
  randomScalars,
  requireSame,
  scalar,
  sm2Implementations,
  tagged,
} from './sm2.fixture.js';

const pointOf = (k: bigint): Uint8Array => new Uint8Array(Buffer.from(baseTimesByOpenSsl(modN(k)), 'hex'));

it('there are more than a thousand hard scalars', () => {
  expect(hardScalars().length).toBeGreaterThan(2_500);
});

describe.each(sm2Implementations)('products by $name', ({ sm2, randomScalars: count, everyHardScalar }) => {
  const hard = hardScalars(everyHardScalar);
  const least = count + (count === 10_000 ? 1_000 : 30);
  const all = (): bigint[] => [...hard, ...randomScalars(count)];
  const timesBase = baseTimesMostlyBy(sm2);

  it('k·G is what OpenSSL makes of it, and for a part what noble does', () => {
    const scalars = all();
    scalars.forEach((k, i) => {
      const product = sm2.sm2PublicKey(scalar(k));
      requireSame(product, baseTimesByOpenSsl(k), k);
      if (i % 40 === 0) requireSame(product, Oracle.BASE.multiply(k).toHex(true), k);
    });
    expect(scalars.length).toBeGreaterThanOrEqual(least);
  }, 180_000);

  it('k·P is (k·d)·G for P = d·G, for hard and random k, and hard and random d', () => {
    const secrets = [1n, 2n, N - 1n, N - 2n, (N + 1n) / 2n, ...randomScalars(11)];
    const scalars = all();
    const points = secrets.map(pointOf);
    scalars.forEach((k, i) => {
      const d = secrets[i % secrets.length] as bigint;
      const product = sm2.sm2Multiply(points[i % secrets.length] as Uint8Array, scalar(k));
      requireSame(product, timesBase(modN(k * d)), k, d);
      if (i % 100 === 0) requireSame(product, Oracle.BASE.multiply(d).multiply(k).toHex(true), k, d);
    });
    expect(scalars.length).toBeGreaterThanOrEqual(least);
  }, 180_000);

  it('P + k·G is (d + k)·G for P = d·G, in batches of every size around the borders', () => {
    const [scalars, sizes] = [all(), [1, 2, 63, 64, 65, 1024, 1025]];
    const seen = new Set<number>();
    let at = 0;
    for (let batch = 0; at < scalars.length; batch++) {
      const size = Math.min(sizes[batch % sizes.length] as number, scalars.length - at);
      const part = scalars.slice(at, at + size);
      const d = randomScalar();
      const sums = sm2.sm2AddBaseMany(pointOf(d), part.map(scalar));
      expect(sums).toHaveLength(size);
      part.forEach((k, i) => requireSame(sums[i] as Uint8Array, timesBase(modN(d + k)), d, k));
      at += size;
      seen.add(size);
    }
    for (const size of sizes.filter((size) => size <= count)) expect(seen).toContain(size);
    expect(at).toBeGreaterThanOrEqual(least);
    expect(sm2.sm2AddBaseMany(pointOf(1n), [])).toEqual([]);
  }, 180_000);

  it('P + k·G is (d + k)·G where each k has a P of its own, and 2·P and P + G among them', () => {
    const [scalars, sizes] = [all().filter((_, i) => i % 4 === 0), [1, 31, 32, 33, 255, 256, 257, 1025]];
    const secrets = [1n, N - 1n, 2n, ...randomScalars(8)];
    const points = secrets.map(pointOf);
    const met = { sums: 0, doubled: 0 };
    for (let batch = 0, at = 0; at < scalars.length; batch++) {
      const part = scalars.slice(at, (at += sizes[batch % sizes.length] as number)).map((k, i) => {
        const which = (i + batch) % secrets.length;
        const d = secrets[which] as bigint;
        // P itself now and then; its opposite would be infinity.
        return { d, k: i % 16 === 5 || modN(d + k) === 0n ? d : k, point: points[which] as Uint8Array };
      });
      const sums = sm2.sm2AddBaseEach(part.map(({ point, k }) => ({ point, scalar: scalar(k) })));
      expect(sums).toHaveLength(part.length);
      part.forEach(({ d, k }, i) => {
        requireSame(sums[i] as Uint8Array, timesBase(modN(d + k)), d, k);
        if (d === k) met.doubled++;
      });
      met.sums += part.length;
    }
    expect(met.sums).toBe(scalars.length);
    expect(met.doubled).toBeGreaterThan(count === 10_000 ? 100 : 2);
    expect(sm2.sm2AddBaseEach([])).toEqual([]);
  }, 180_000);

  it('P + Q is (d + e)·G for P = d·G and Q = e·G', () => {
    const scalars = all().filter((_, i) => i % 4 === 0);
    let last = 3n;
    for (const k of scalars) {
      requireSame(
        sm2.sm2AddPoints(sm2.sm2PublicKey(scalar(last)), sm2.sm2PublicKey(scalar(k))),
        baseTimesByOpenSsl(modN(last + k)),
        last,
        k,
      );
      last = k;
    }
    expect(scalars.length).toBeGreaterThanOrEqual(least / 4);
  }, 180_000);

  it('every abscissa has the ordinates that OpenSSL finds, or none', () => {
    const met = { points: 0, none: 0 };
    const edges = [0n, 1n, 2n, 3n, N - 1n, N, N + 1n, P - 1n, P - 2n, P - 3n, (P - 1n) / 2n, (P + 1n) / 2n];
    for (const x of [...edges, ...all().map((k) => k % P)]) {
      for (const tag of [2, 3]) {
        const compressed = tagged(tag, x);
        const wanted = coordinatesByOpenSsl(compressed);
        if (sm2.isSm2PublicKey(compressed) !== (wanted !== undefined)) throw new Error(x.toString(16));
        if (wanted === undefined) {
          met.none++;
          continue;
        }
        const point = sm2.sm2DecompressPoint(compressed);
        requireSame(concat(point.x, point.y), wanted, x);
        requireSame(sm2.sm2CompressPoint(point.x, point.y), hex(compressed), x);
        met.points++;
      }
    }
    expect(Math.min(met.points, met.none)).toBeGreaterThan(0.8 * count);
  }, 180_000);

  it('a + b and a·b + c are those of the integers mod n', () => {
    const scalars = all();
    let zeros = 0;
    scalars.forEach((a, i) => {
      const [b, c] = [scalars.at(-1 - i) as bigint, i % 5 === 0 ? 0n : (scalars[(7 * i) % scalars.length] as bigint)];
      if (modN(a + b) === 0n) zeros++;
      else requireSame(sm2.sm2AddScalars(scalar(a), scalar(b)), hex(scalar(modN(a + b))), a, b);
      requireSame(sm2.sm2MultiplyAddScalars(scalar(a), scalar(b), scalar(c)), hex(scalar(modN(a * b + c))), a, b, c);
      // One that comes out as zero, and one next to it.
      requireSame(sm2.sm2MultiplyAddScalars(scalar(a), scalar(b), scalar(modN(-a * b))), '00'.repeat(32), a, b);
    });
    expect(scalars.length - zeros).toBeGreaterThanOrEqual(least);
  });

  it('one borders n and the other not: which numbers are scalars', () => {
    for (let by = -200n; by <= 200n; by++) {
      expect(sm2.isSm2Scalar(bytes32(N + by))).toBe(by < 0n);
      if (by >= 0n) expect(sm2.isSm2Scalar(bytes32(by))).toBe(by > 0n);
    }
    for (const k of hard) expect(sm2.isSm2Scalar(scalar(k))).toBe(true);
  });
});

describe.each(sm2Implementations)('butterfly expansion by $name', ({ sm2, randomScalars: count }) => {
  const timesBase = baseTimesMostlyBy(sm2);
  /** f(i, j) by OpenSSL's SM4 and BigInt. */
  function expansionByOpenSsl(key16: Uint8Array, mark: number, i: number, j: number): bigint {
    const blocks = concat(...[1, 2, 3].map((t) => concat(uint32(mark), uint32(i), uint32(j), uint32(t))));
    const cipher = createCipheriv('sm4-ecb', key16, null).setAutoPadding(false);
    const encrypted = new Uint8Array(cipher.update(blocks));
    return integerOf(encrypted.map((byte, n) => byte ^ (blocks[n] as number))) % N;
  }

  it('f(i, j) is what SM4 of OpenSSL and BigInt make, and its cocoon keys are (d + f)·G', () => {
    const [d, met] = [randomScalar(), { f: 0, keys: 0 }];
    const point = pointOf(d);
    const counts = [1, 2, 3, 4, 5, 20, 63, 64, 65, 255, 256];
    for (let batch = 0; met.f < count; batch++) {
      const size = Math.min(counts[batch % counts.length] as number, Math.max(count, 4));
      const [key16, dice] = [scalar(randomScalar()).subarray(16), Number(randomScalar() % 2n ** 32n)];
      const mark = batch % 2 === 0 ? 0 : 0xffffffff;
      const i = [0, 1, 0xffffffff, dice][batch % 4] as number;
      const first = [0, 1, 0xffffffff - size + 1, dice % 2 ** 31][(batch >> 1) % 4] as number;
      const all = sm2.sm2Expansion(key16, mark, i, first, size);
      all.forEach((f, n) => {
        requireSame(
          f,
          hex(scalar(expansionByOpenSsl(key16, mark, i, first + n))),
          hex(key16),
          String(i),
          String(first + n),
        );
      });
      met.f += all.length;
      const periods = Array.from({ length: 1 + (batch % 6) }, (_, n) => (i + 7 * n) % 2 ** 32);
      const keys = sm2.sm2CocoonKeys(point, key16, mark, periods, size);
      expect(keys).toHaveLength(periods.length * size);
      keys.forEach((key, n) => {
        const [period, j] = [periods[Math.floor(n / size)] as number, n % size];
        const f = expansionByOpenSsl(key16, mark, period, j);
        requireSame(key, timesBase(modN(d + f)), hex(key16), String(period), String(j));
      });
      met.keys += keys.length;
    }
    expect(Math.min(met.f, met.keys)).toBeGreaterThanOrEqual(count);
  }, 180_000);
});
