/**
 * The additions that an attacker can steer into P = Q, P = −Q or infinity: each is met on purpose, and an engine that counts
 * its branches says that it was met. An engine with the complete addition taken out gives wrong answers for just these.
 */
import { type Change, engineVariant } from '../engine/variant.fixture.js';
import { concat } from './bytes.js';
import {
  abscissaOf,
  baseTimesByOpenSsl,
  hardScalars,
  inverseMod,
  modN,
  N,
  randomScalar,
  randomScalars,
  requireSame,
  scalar,
  sm2Implementations,
} from './sm2.fixture.js';

interface Calls {
  desk(): number;
  met(branch: number): number;
  baseTimes(k: number, to: number): number;
  basePlusMany(point: number, ks: number, count: number, to: number): number;
  pointTimes(point: number, k: number, to: number): number;
  pointPlus(a: number, b: number, to: number): number;
  decompressPoint(bytes: number, to: number): number;
  verify(publicKey: number, digest: number, signature: number): number;
  knownKeyOf(publicKey: number, tables: number): number;
  verifyKnown(tables: number, digest: number, signature: number): number;
  wrapKeys(points: number, ks: number, texts: number, count: number, to: number): number;
  encrypt(publicKey: number, scalar: number, text: number, length: number, to: number): number;
  windowsBytes(): number;
  windowsOf(publicKey: number, windows: number): number;
  verifyAll(windows: number, digests: number, signatures: number, count: number, verdicts: number): void;
}
type Variant = Calls & { memory: Uint8Array };

/** The branches of addAffineVariable, what addAffineComplete chose, and lanes that met. */
const [FROM_INFINITY, DOUBLED, VANISHED, COMPLETE_DOUBLED, LANES_MET] = [0, 1, 2, 3, 4];

const COUNTING: readonly Change[] = [
  {
    file: 'point.ts',
    from: 'if (isZeroVariable(p + Z)) return pointOfAffine(to, q);',
    to: 'if (isZeroVariable(p + Z)) { note(0); return pointOfAffine(to, q); }',
  },
  {
    file: 'point.ts',
    from: 'if (isZeroVariable(t2)) return doublePoint(to, p);',
    to: 'if (isZeroVariable(t2)) { note(1); return doublePoint(to, p); }\n  note(2);',
  },
  {
    file: 'point.ts',
    from: 'finishAddition(sum, p, p + Y, p + Z);',
    to: 'if (isTwice !== 0 && isQ === 0) note(3);\n  finishAddition(sum, p, p + Y, p + Z);',
  },
  {
    file: 'point.ts',
    to: `
      const notes: usize = memory.data(24, 8);
      export function note(branch: i32): void {
        const at = notes + 4 * <usize>branch;
        store<i32>(at, load<i32>(at) + 1);
      }
      export function met(branch: i32): i32 { return load<i32>(notes + 4 * <usize>branch); }`,
  },
  {
    file: 'side-by-side.ts',
    from: 'FIELD_BYTES) !== 0) return false;',
    to: 'FIELD_BYTES) !== 0) { note(4); return false; }',
  },
  { file: 'side-by-side.ts', to: `import { note } from './point';` },
  { file: 'engine.ts', to: `export { met } from './point';` },
];

/** The formulas that are wrong for P = ±Q wherever the right ones stand. */
const INCOMPLETE: readonly Change[] = [
  {
    file: 'point.ts',
    from: 'if (!isZeroVariable(t1)) return finishAddition(to, p, p + Y, p + Z);\n  if (isZeroVariable(t2)) return doublePoint(to, p);\n  memory.fill(to, 0, POINT_BYTES);',
    to: 'finishAddition(to, p, p + Y, p + Z);',
  },
  { file: 'point.ts', from: 'copyPointIf(sum, doubled, isTwice);\n  pointOfAffine', to: 'pointOfAffine' },
  {
    file: 'side-by-side.ts',
    from: 'if (isZero(products + (count - 1) * FIELD_BYTES) !== 0) return false;',
    to: '',
  },
];

let counting: Variant;
let incomplete: Variant;

beforeAll(async () => {
  [counting, incomplete] = await Promise.all([engineVariant<Calls>(COUNTING), engineVariant<Calls>(INCOMPLETE)]);
}, 180_000);

const lay = (engine: Variant, at: number, bytes: Uint8Array): number => {
  engine.memory.set(bytes, engine.desk() + at);
  return engine.desk() + at;
};
const take = (engine: Variant, at: number): Uint8Array =>
  engine.memory.slice(engine.desk() + at, engine.desk() + at + 33);
const counts = (): number[] => [0, 1, 2, 3, 4].map((branch) => counting.met(branch));
/** What the counting engine met during a call. */
function metIn(call: () => void): number[] {
  const before = counts();
  call();
  return counts().map((count, branch) => count - (before[branch] as number));
}

// ---- products of secrets --------------------------------------------------------------------------------------------

const baseTimes = (engine: Variant, k: bigint): Uint8Array => {
  engine.baseTimes(lay(engine, 0, scalar(k)), engine.desk() + 64);
  return take(engine, 64);
};
const pointTimes = (engine: Variant, point: Uint8Array, k: bigint): Uint8Array => {
  engine.pointTimes(lay(engine, 64, point), lay(engine, 0, scalar(k)), engine.desk() + 128);
  return take(engine, 128);
};
const pointOf = (k: bigint): Uint8Array => Buffer.from(baseTimesByOpenSsl(modN(k)), 'hex');

describe.each(sm2Implementations)('sums that meet, by $name', ({ sm2 }) => {
  it('k·G, for the scalars whose last window comes next to doubling, alone and in a batch', () => {
    for (const k of [70n, N - 70n]) {
      requireSame(sm2.sm2PublicKey(scalar(k)), baseTimesByOpenSsl(k), k);
      const many = Array.from({ length: 66 }, (_, n) => (n % 3 === 0 ? k : BigInt(n)));
      const point = pointOf(1000n);
      sm2.sm2AddBaseMany(point, many.map(scalar)).forEach((sum, n) => {
        requireSame(sum, baseTimesByOpenSsl(modN(1000n + (many[n] as bigint))), many[n] as bigint);
      });
    }
  });

  it('k·P, for the two scalars whose last window doubles', () => {
    for (const d of [1n, N - 1n, 77n, randomScalar()]) {
      for (const k of [6n, N - 6n])
        requireSame(sm2.sm2Multiply(pointOf(d), scalar(k)), baseTimesByOpenSsl(modN(k * d)), k, d);
    }
  });

  it('P + k·G with P = k·G, and at infinity with P = −k·G, alone and in every place of a batch', () => {
    for (const k of [1n, 2n, 70n, N - 70n, N - 1n, randomScalar()]) {
      const point = pointOf(k);
      requireSame(sm2.sm2AddBaseMany(point, [scalar(k)])[0]!, baseTimesByOpenSsl(modN(2n * k)), k);
      expect(() => sm2.sm2AddBaseMany(point, [scalar(N - k)])).toThrow('point + scalar·G: the point at infinity');
      for (const size of [3, 64, 65]) {
        for (const place of [0, 1, size - 1]) {
          const many = Array.from({ length: size }, (_, n) => scalar(n === place ? k : BigInt(n + 5)));
          requireSame(sm2.sm2AddBaseMany(point, many)[place]!, baseTimesByOpenSsl(modN(2n * k)), k);
          many[place] = scalar(N - k);
          expect(() => sm2.sm2AddBaseMany(point, many)).toThrow('point + scalar·G: the point at infinity');
        }
      }
    }
  });

  it('a batch of one scalar over and over, and of a scalar and its negative', () => {
    const k = randomScalar();
    const many = Array.from({ length: 128 }, (_, n) => (n % 2 === 0 ? k : N - k));
    sm2.sm2AddBaseMany(pointOf(9n), many.map(scalar)).forEach((sum, n) => {
      requireSame(sum, baseTimesByOpenSsl(modN(9n + (many[n] as bigint))), k);
    });
  });

  it('P + P, and P − P at infinity', () => {
    for (const d of [1n, 2n, N - 1n, randomScalar()]) {
      requireSame(sm2.sm2AddPoints(pointOf(d), pointOf(d)), baseTimesByOpenSsl(modN(2n * d)), d);
      expect(() => sm2.sm2AddPoints(pointOf(d), pointOf(-d))).toThrow('a + b: the point at infinity');
    }
  });
});

const isRight = (product: Uint8Array, k: bigint): boolean =>
  Buffer.from(product).toString('hex') === baseTimesByOpenSsl(modN(k));

describe('the last addition of a product', () => {
  it('doubles for 6 and n − 6 times any point, and for no neighbour', () => {
    for (const d of [12345n, 1n, N - 2n]) {
      const other = pointOf(d);
      for (let k = 1n; k <= 100n; k++) {
        for (const near of [k, N - k]) {
          const during = metIn(() =>
            requireSame(pointTimes(counting, other, near), baseTimesByOpenSsl(modN(d * near)), near),
          );
          expect(during[COMPLETE_DOUBLED]).toBe(k === 6n ? 1 : 0);
          expect(isRight(pointTimes(incomplete, other, near), d * near)).toBe(k !== 6n);
        }
      }
    }
  });

  it('doubles for 6 and n − 6 among many that are made side by side, and for no neighbour', () => {
    const near = Array.from({ length: 50 }, (_, n) => BigInt(n + 1)).flatMap((k) => [k, N - k]);
    const points = [1n, 2n, 3n].map(pointOf);
    const wrapped = (engine: Variant, ks: readonly bigint[]): Uint8Array[] => {
      const [at, texts, to] = [32 * ks.length, 65 * ks.length, 81 * ks.length];
      ks.forEach((k, n) => {
        lay(engine, 32 * n, scalar(k));
        lay(engine, at + 33 * n, points[n % 3]!);
        lay(engine, texts + 16 * n, new Uint8Array(16));
      });
      const desk = engine.desk();
      engine.wrapKeys(desk + at, desk, desk + texts, ks.length, desk + to);
      return ks.map((_, n) => engine.memory.slice(desk + to + 81 * n, desk + to + 81 * (n + 1)));
    };
    const one = (k: bigint, n: number): Uint8Array => {
      const desk = counting.desk();
      lay(counting, 128, new Uint8Array(16));
      counting.encrypt(lay(counting, 64, points[n % 3]!), lay(counting, 0, scalar(k)), desk + 128, 16, desk + 256);
      return counting.memory.slice(desk + 256, desk + 256 + 81);
    };
    let made: Uint8Array[] = [];
    const during = metIn(() => (made = wrapped(counting, near)));
    expect(during[COMPLETE_DOUBLED]).toBe(2);
    expect(made).toEqual(near.map(one));
    // One product at infinity, and the inversion that all share gives nothing.
    for (const [six, isRight] of [
      [6n, false],
      [N - 6n, false],
      [7n, true],
    ] as const) {
      const some = near.filter((k) => k !== 6n && k !== N - 6n).with(60, six);
      expect(Buffer.compare(concat(...wrapped(incomplete, some)), concat(...some.map(one))) === 0).toBe(isRight);
    }
  });

  it('never doubles for the base point: before it stands an odd multiple of 128, and the one near n would be n + 93', () => {
    expect([(N + 93n) % 256n, N + 2n * 93n > N]).toEqual([128n, true]);
    let met = 0;
    for (const k of [...Array.from({ length: 300 }, (_, n) => BigInt(n + 1)), ...hardScalars()]) {
      for (const near of [k, N - k]) {
        const during = metIn(() => baseTimes(counting, near));
        if (during[COMPLETE_DOUBLED] !== 0) throw new Error(near.toString(16));
        met++;
      }
    }
    expect(met).toBeGreaterThan(5_000);
    expect(isRight(baseTimes(incomplete, 70n), 70n)).toBe(true);
  });

  it('doubles where P is added to k·G = P in a batch of any size', () => {
    for (const size of [1, 5, 64]) {
      const many = (engine: Variant): Uint8Array => {
        for (let n = 0; n < size; n++) lay(engine, 64 + 32 * n, scalar(n === size - 1 ? 70n : BigInt(n + 100)));
        const desk = engine.desk();
        expect(engine.basePlusMany(lay(engine, 0, pointOf(70n)), desk + 64, size, desk + 0x2000)).toBe(
          engine === counting ? 1 : 0,
        );
        return take(engine, 0x2000 + 33 * (size - 1));
      };
      let sum = new Uint8Array(0);
      const during = metIn(() => {
        sum = new Uint8Array(many(counting));
      });
      expect(during[COMPLETE_DOUBLED]).toBe(1);
      expect(isRight(sum, 140n)).toBe(true);
      // Taken for infinity: the whole batch is refused then.
      many(incomplete);
    }
  });
});

// ---- verification ---------------------------------------------------------------------------------------------------

/** The digits of k as the engine takes them: odd or zero, |digit| < 2^(w−1), at most one in w places. */
function nonAdjacentForm(k: bigint, w: bigint): bigint[] {
  const digits: bigint[] = [];
  for (let rest = k; digits.length < 257; rest >>= 1n) {
    let digit = 0n;
    if (rest % 2n === 1n) {
      digit = rest % (1n << w);
      if (digit >= 1n << (w - 1n)) digit -= 1n << w;
      rest -= digit;
    }
    digits.push(digit);
  }
  return digits;
}

interface Crafted {
  readonly d: bigint;
  readonly s: bigint;
  readonly t: bigint;
}

/** A key and an e under which r = t − s and s are a good signature; none where s·G + t·P is infinity. */
function signatureOf({ d, s, t }: Crafted): { publicKey: Uint8Array; e: bigint; bytes: Uint8Array } | undefined {
  const r = modN(t - s);
  if (r === 0n || s === 0n || d === 0n) return undefined;
  const sum = modN(s + t * d);
  const e = sum === 0n ? 0n : modN(r - abscissaOf(sum));
  return { publicKey: pointOf(d), e, bytes: concat(scalar(r), scalar(s)) };
}

function isGood(engine: Variant, known: boolean, crafted: Crafted, otherwise = 0n): boolean {
  const made = signatureOf(crafted);
  if (made === undefined) throw new Error('no signature');
  const digest = lay(engine, 0, scalar(modN(made.e + otherwise)));
  const signature = lay(engine, 32, made.bytes);
  const desk = engine.desk();
  lay(engine, 128, made.publicKey);
  if (known) {
    engine.knownKeyOf(desk + 128, desk + 256);
    return engine.verifyKnown(desk + 256, digest, signature) === 1;
  }
  engine.decompressPoint(desk + 128, desk + 192);
  return engine.verify(desk + 192, digest, signature) === 1;
}

/**
 * Keys for which, at a step of s·G + t·P, what was summed before is the point that is added (`sign` 1) or its opposite (−1).
 * Whoever knows his private key d can find them: before the step the sum is a + b·d for public a, b, and the step adds
 * f + g·d; the two are one for d = (f − a)/(b − g).
 */
function* meetings(s: bigint, t: bigint, sign: bigint): Generator<Crafted & { at: string }> {
  const [keyDigits, baseDigits] = [nonAdjacentForm(t, 5n), nonAdjacentForm(s, 8n)];
  let [a, b] = [0n, 0n];
  for (let bit = 256; bit >= 0; bit--) {
    [a, b] = [2n * a, 2n * b];
    const [g, f] = [keyDigits[bit] as bigint, baseDigits[bit] as bigint];
    if (g !== 0n) {
      if (modN(a) !== 0n && modN(b - sign * g) !== 0n) {
        yield { d: modN(-a * inverseMod(b - sign * g, N)), s, t, at: `P at ${String(bit)}` };
      }
      b += g;
    }
    if (f !== 0n) {
      if (modN(b) !== 0n && modN(sign * f - a) !== 0n) {
        yield { d: modN((sign * f - a) * inverseMod(b, N)), s, t, at: `G at ${String(bit)}` };
      }
      a += f;
    }
  }
}

/** The 37 odd digits of k as the windows take them, each times its power of two, with its window; the highest first. */
function oddDigits(k: bigint): [number, bigint][] {
  const isEven = k % 2n === 0n;
  const odd = isEven ? N - k : k;
  return Array.from({ length: 37 }, (_, n) => {
    const i = 36 - n;
    const bits = odd >> BigInt(7 * i + 1);
    const digit = i === 36 ? 2n * bits + 1n : 2n * (bits & 127n) + 1n - 128n;
    return [i, ((isEven ? -1n : 1n) * digit) << BigInt(7 * i)];
  });
}

/** The same for the tables of a known key, where t·P comes first and then the 37 odd digits of s. */
function* meetingsOfKnown(s: bigint, t: bigint, sign: bigint): Generator<Crafted & { at: string }> {
  let a = 0n;
  for (const [i, f] of oddDigits(s)) {
    yield { d: modN((sign * f - a) * inverseMod(t, N)), s, t, at: `window ${String(i)}` };
    a += f;
  }
  if (modN(a) !== s) throw new Error('the digits are not those of s');
}

const nearEnds = (at: string): boolean => /at (?:0|1|2)$|window [0-2]$/.test(at);

describe.each([
  ['any key', false, meetings],
  ['a known key', true, meetingsOfKnown],
] as const)('verification under %s, where the attacker knows his private key', (_, known, meetingsOf) => {
  const pairs = (): [bigint, bigint][] => {
    const [s, t] = [randomScalars(3), randomScalars(3)];
    return [
      ...s.map((value, i): [bigint, bigint] => [value, t[i] as bigint]),
      [s[0]! - (s[0]! % 2n), 15n],
      [70n, N - 2n],
    ];
  };

  it.each([
    ['doubles where the sum meets what is added', 1n, DOUBLED],
    ['goes through infinity where the sum meets its opposite', -1n, VANISHED],
  ])(
    '%s',
    (_, sign, branch) => {
      const met = { good: 0, atTheEnd: 0, wrongWithoutIt: 0, ended: 0 };
      for (const [s, t] of pairs()) {
        for (const crafted of meetingsOf(s, t, sign)) {
          if (signatureOf(crafted) === undefined) continue;
          const isInfinity = modN(s + t * crafted.d) === 0n;
          let answer = false;
          const during = metIn(() => {
            answer = isGood(counting, known, crafted);
          });
          if (answer === isInfinity)
            throw new Error(`${crafted.at}: ${[crafted.d, s, t].map((n) => n.toString(16)).join()}`);
          if ((during[branch] as number) < 1) throw new Error(`${crafted.at}: the branch was not met`);
          // Whatever vanished in the middle begins again; the first addition of all begins at infinity too.
          if (branch === VANISHED && !isInfinity) expect(during[FROM_INFINITY]).toBeGreaterThanOrEqual(2);
          expect(isGood(counting, known, crafted, 1n)).toBe(false);
          if (isInfinity) met.ended++;
          else {
            met.good++;
            if (!isGood(incomplete, known, crafted)) met.wrongWithoutIt++;
          }
          if (nearEnds(crafted.at)) met.atTheEnd++;
        }
      }
      expect(met.good).toBeGreaterThan(100);
      expect(met.atTheEnd).toBeGreaterThan(3);
      // Without the branch for the doubling the sum is lost for good; what vanishes comes out as Z = 0 even so.
      expect(met.wrongWithoutIt).toBe(branch === DOUBLED ? met.good : 0);
      if (branch === VANISHED) expect(met.ended).toBeGreaterThan(0);
    },
    120_000,
  );

  it('is right, and meets none of these branches, for signatures that nobody steered', () => {
    for (const [d, s, t] of Array.from({ length: 40 }, () => randomScalars(3) as [bigint, bigint, bigint])) {
      const during = metIn(() => {
        expect(isGood(counting, known, { d, s, t })).toBe(true);
      });
      expect([during[DOUBLED], during[VANISHED]]).toEqual([0, 0]);
      expect(isGood(incomplete, known, { d, s, t })).toBe(true);
    }
  });

  it('refuses what ends at infinity: s = −t·d', () => {
    for (const [d, t] of Array.from({ length: 40 }, () => randomScalars(2) as [bigint, bigint])) {
      for (const otherwise of [0n, 1n, d]) {
        expect(isGood(counting, known, { d, s: modN(-t * d), t }, otherwise)).toBe(false);
      }
    }
  });
});

/** As `meetings` where s·G comes first, and then the 37 odd digits of t for P. */
function* meetingsSideBySide(s: bigint, t: bigint, sign: bigint): Generator<Crafted & { at: string }> {
  let b = 0n;
  for (const [i, g] of oddDigits(t)) {
    if (modN(sign * g - b) !== 0n) yield { d: modN(s * inverseMod(sign * g - b, N)), s, t, at: `window ${String(i)}` };
    b += g;
  }
  if (modN(b) !== t) throw new Error('the digits are not those of t');
}

describe('verification of many, where the attacker knows his private key', () => {
  const LANES = 40;
  /** One crafted signature among good ones of the same key: the verdicts. */
  function verdicts(engine: Variant, crafted: Crafted, place: number, otherwise = 0n): Uint8Array {
    const signed = Array.from({ length: LANES }, (_, n) => {
      const [s, t] = randomScalars(2) as [bigint, bigint];
      return signatureOf(n === place ? crafted : { d: crafted.d, s, t })!;
    });
    const [digests, desk] = [engine.windowsBytes(), engine.desk()];
    const signatures = digests + 32 * LANES;
    engine.windowsOf(lay(engine, digests, pointOf(crafted.d)), desk);
    signed.forEach(({ e, bytes }, n) => {
      lay(engine, digests + 32 * n, scalar(modN(n === place ? e + otherwise : e)));
      lay(engine, signatures + 64 * n, bytes);
    });
    engine.verifyAll(desk, desk + digests, desk + signatures, LANES, desk + 0x3f000);
    return engine.memory.slice(desk + 0x3f000, desk + 0x3f000 + LANES);
  }
  const allBut = (place: number, verdict: number): Uint8Array =>
    Uint8Array.from({ length: LANES }, (_, n) => (n === place ? verdict : 1));

  it.each([1n, -1n])(
    'is right for all lanes where two points meet in one, sign %s',
    (sign) => {
      const met = { good: 0, ended: 0, wrongWithoutIt: 0 };
      const [s, t] = randomScalars(2) as [bigint, bigint];
      for (const crafted of meetingsSideBySide(s, t, sign)) {
        const place = (met.good + met.ended) % LANES;
        if (signatureOf(crafted) === undefined) continue;
        const isInfinity = modN(s + t * crafted.d) === 0n;
        let answer = new Uint8Array(0);
        const during = metIn(() => (answer = new Uint8Array(verdicts(counting, crafted, place))));
        expect(during[LANES_MET]).toBe(1);
        expect(answer).toEqual(allBut(place, isInfinity ? 0 : 1));
        if (met.good % 8 === 0) expect(verdicts(counting, crafted, place, 1n)).toEqual(allBut(place, 0));
        if (Buffer.compare(verdicts(incomplete, crafted, place), answer) !== 0) met.wrongWithoutIt++;
        met[isInfinity ? 'ended' : 'good']++;
      }
      expect(met.good).toBeGreaterThan(30);
      expect(met.wrongWithoutIt).toBe(met.good + met.ended);
      if (sign === -1n) expect(met.ended).toBe(1);
    },
    120_000,
  );

  it('meets nothing for signatures that nobody steered', () => {
    const [d, s, t] = randomScalars(3) as [bigint, bigint, bigint];
    const during = metIn(() => expect(verdicts(counting, { d, s, t }, 3)).toEqual(allBut(3, 1)));
    expect(during[LANES_MET]).toBe(0);
    expect(verdicts(incomplete, { d, s, t }, 3)).toEqual(allBut(3, 1));
  });
});

describe('the tables of a known key', () => {
  it('go through infinity at t = n − g·2^240: the digits of n are summed before the last', () => {
    for (let g = 1n; g < 16n; g += 2n) {
      const [d, s] = randomScalars(2) as [bigint, bigint];
      const crafted = { d, s, t: N - (g << 240n) };
      const during = metIn(() => {
        expect(isGood(counting, true, crafted)).toBe(true);
      });
      expect(during[VANISHED]).toBe(1);
      expect(during[FROM_INFINITY]).toBe(2);
      expect(isGood(counting, true, crafted, 1n)).toBe(false);
    }
  });
});

describe.each(sm2Implementations)('the same signatures by $name', ({ sm2 }) => {
  it('verify, and do not for another e', () => {
    let met = 0;
    for (const sign of [1n, -1n]) {
      const [s, t] = randomScalars(2) as [bigint, bigint];
      for (const crafted of [...meetings(s, t, sign), ...meetingsOfKnown(s, t, sign)]) {
        const made = signatureOf(crafted);
        if (made === undefined) continue;
        const isInfinity = modN(s + t * crafted.d) === 0n;
        expect(sm2.sm2VerifyDigest(made.publicKey, scalar(made.e), made.bytes)).toBe(!isInfinity);
        expect(sm2.sm2VerifyDigest(made.publicKey, scalar(modN(made.e + 1n)), made.bytes)).toBe(false);
        met++;
      }
    }
    expect(met).toBeGreaterThan(200);
  }, 180_000);
});
