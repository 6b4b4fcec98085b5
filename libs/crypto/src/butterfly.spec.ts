import fc from 'fast-check';
import {
  blindCocoonKey,
  cocoonPrivateKey,
  expandCocoonKeys,
  expansionScalar,
  rebuildPrivateKey,
  type CaterpillarKeys,
} from './butterfly.js';
import { bytes32, concat, fromHex, hex } from './bytes.js';
import { systemRandom } from './random.js';
import { newSm2PrivateKey } from './sm2.js';
import { sm2Implementations, smSuiteOver } from './sm2.fixture.js';
import { nistSuite, type Suite } from './suite.js';
import { campVectors, jsonVectors, valueOf } from './vectors.fixture.js';

const derived = jsonVectors<
  Record<'kS' | 'kE' | 'a' | 'A' | 'p' | 'P' | 'c_from_ca' | 'C', string> & {
    cases: ({ i: number; j: number } & Record<
      'f_sign' | 'f_enc' | 'cocoon_B' | 'cocoon_b' | 'cocoon_Q' | 'cocoon_q' | 'cert_S' | 'cert_s',
      string
    >)[];
  }
>('derived/butterfly-sm4-sm2.json');
const [kS, kE, a, p, c] = [derived.kS, derived.kE, derived.a, derived.p, derived.c_from_ca].map(fromHex) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const caterpillar: CaterpillarKeys = {
  signingKey: fromHex(derived.A),
  signingExpansion: kS,
  encryptionKey: fromHex(derived.P),
  encryptionExpansion: kE,
};
const one = bytes32(1n);
const smSuites = sm2Implementations.map(smSuiteOver);
const point = (suite: Suite, scalar: bigint): Uint8Array => suite.publicKey(bytes32(scalar));

describe.each([...smSuites, { ...nistSuite, by: 'nist' }])('butterfly keys, suite $by', (suite) => {
  const n = suite.order;
  const B = point(suite, 77n);

  it.each([
    ['c = 0', bytes32(0n), 'scalar: not in [1, n−1]'],
    ['c = n', bytes32(n), 'scalar: not in [1, n−1]'],
    ['31 bytes', new Uint8Array(31), 'scalar: 32 bytes expected'],
    ['c = −b, where S is infinity', bytes32(n - 77n), 'the point at infinity'],
    ['c = −2b, where S = −B', bytes32(n - 154n), 'c: S is ±B'],
  ])('refuses to blind with %s', (_, blind, reason) => {
    expect(() => blindCocoonKey(suite, B, blind)).toThrow(reason);
  });

  it('refuses to blind what is no point', () => {
    expect(() => blindCocoonKey(suite, new Uint8Array(33), one)).toThrow('point: ');
    expect(() => blindCocoonKey(suite, concat(B, one), one)).toThrow('point: 33 bytes expected');
  });

  it('refuses to rebuild with b or c outside [1, n−1] or a sum of zero', () => {
    expect(() => rebuildPrivateKey(suite, one, bytes32(0n))).toThrow('c: not in [1, n−1]');
    expect(() => rebuildPrivateKey(suite, one, bytes32(n))).toThrow('c: not in [1, n−1]');
    expect(() => rebuildPrivateKey(suite, bytes32(0n), one)).toThrow('cocoonPrivate: ');
    expect(() => rebuildPrivateKey(suite, one, bytes32(n - 1n))).toThrow('the sum is zero');
  });

  it('refuses i, j, expansion keys and counts out of range', () => {
    expect(() => expansionScalar(suite, kS, 'signing', -1, 0)).toThrow('i: ');
    expect(() => expansionScalar(suite, kS, 'signing', 2 ** 32, 0)).toThrow('i: ');
    expect(() => expansionScalar(suite, kS, 'signing', 0, 0.5)).toThrow('j: ');
    expect(() => expansionScalar(suite, kS.subarray(1), 'signing', 0, 0)).toThrow('key16: 16 bytes expected');
    expect(() => expandCocoonKeys(suite, caterpillar, 0, 0)).toThrow('jCount: ');
    expect(() => expandCocoonKeys(suite, caterpillar, 0, 257)).toThrow('jCount: ');
    expect(() => expandCocoonKeys(suite, { ...caterpillar, signingKey: new Uint8Array(33) }, 0, 1)).toThrow('point: ');
  });

  it('refuses a cocoon private key of zero', () => {
    const f = expansionScalar(suite, kS, 'signing', 3, 4);
    const negative = bytes32(n - BigInt(`0x${hex(f)}`));
    expect(() => cocoonPrivateKey(suite, negative, kS, 'signing', 3, 4)).toThrow('the sum is zero');
    const keys = { ...caterpillar, signingKey: suite.publicKey(negative), encryptionKey: B };
    expect(() => expandCocoonKeys(suite, keys, 3, 5)).toThrow('the point at infinity');
  });

  it('keeps the public and the private side in step through expansion, blinding and rebuilding', () => {
    let met = 0;
    const scalars = fc.constant(null).map(() => newSm2PrivateKey(systemRandom));
    fc.assert(
      fc.property(scalars, scalars, scalars, fc.nat(0xffff), (signing, encryption, blind, i) => {
        const keys = {
          signingKey: suite.publicKey(signing),
          signingExpansion: kS,
          encryptionKey: suite.publicKey(encryption),
          encryptionExpansion: kE,
        };
        for (const cocoon of expandCocoonKeys(suite, keys, i, 2)) {
          const b = cocoonPrivateKey(suite, signing, kS, 'signing', cocoon.i, cocoon.j);
          const q = cocoonPrivateKey(suite, encryption, kE, 'encryption', cocoon.i, cocoon.j);
          expect(hex(suite.publicKey(b))).toBe(hex(cocoon.signingKey));
          expect(hex(suite.publicKey(q))).toBe(hex(cocoon.encryptionKey));
          const certificateKey = blindCocoonKey(suite, cocoon.signingKey, blind);
          expect(hex(suite.publicKey(rebuildPrivateKey(suite, b, blind)))).toBe(hex(certificateKey));
          met++;
        }
      }),
      { numRuns: 8 },
    );
    expect(met).toBeGreaterThanOrEqual(16);
  }, 30_000);
});

describe('butterfly keys, CAMP bfkeyexp.txt', () => {
  const [v] = campVectors('bfkeyexp.txt') as [Map<string, Uint8Array[]>];
  const texts = [...v.keys()];
  const named = (start: string, at = 0): Uint8Array =>
    valueOf(
      v,
      texts.find((name) => name.startsWith(start))!,
      at,
    );
  const [i, j] = [0x217d79e1, 0x11];

  it.each([
    [
      'signing',
      'ck: AES key',
      'a: Signing seed',
      'a + f_k(x_cert)',
      0,
      '2b18f3d93c4df3d9d1490e3a9ba5a0de9cfa73eddb95408bc1f2bf60cb3cf313',
    ],
    [
      'encryption',
      'ek: AES key',
      'h: Signing seed',
      'h + f_k(x_enc)',
      1,
      'b568fd55a7114254118e7463e85459bdd3c091342625b4a929541151bb8286be',
    ],
  ] as const)('gives f, the private and the public key for %s', (purpose, key, seed, expanded, at, x) => {
    const f = expansionScalar(nistSuite, named(key), purpose, i, j);
    expect(hex(f)).toBe(hex(named('f_k(x) = f_k^{int}(x) mod l', at)));
    const b = cocoonPrivateKey(nistSuite, named(seed), named(key), purpose, i, j);
    expect(hex(b)).toBe(hex(named(expanded)));
    expect(hex(nistSuite.publicKey(b)).slice(2)).toBe(x);
    expect(nistSuite.addBase(nistSuite.publicKey(named(seed)), f)).toEqual(nistSuite.publicKey(b));
  });
});

describe.each(smSuites)('butterfly keys, derived/butterfly-sm4-sm2.json, suite $by', (smSuite) => {
  it('gives the caterpillar public keys and C', () => {
    expect([a, p, c].map((d) => hex(smSuite.publicKey(d)))).toEqual([derived.A, derived.P, derived.C]);
  });

  it.each(derived.cases)('gives f, cocoon and certificate keys of i = $i, j = $j', (v) => {
    expect(hex(expansionScalar(smSuite, kS, 'signing', v.i, v.j))).toBe(v.f_sign);
    expect(hex(expansionScalar(smSuite, kE, 'encryption', v.i, v.j))).toBe(v.f_enc);
    const b = cocoonPrivateKey(smSuite, a, kS, 'signing', v.i, v.j);
    expect(hex(b)).toBe(v.cocoon_b);
    expect(hex(cocoonPrivateKey(smSuite, p, kE, 'encryption', v.i, v.j))).toBe(v.cocoon_q);
    const cocoon = expandCocoonKeys(smSuite, caterpillar, v.i, v.j + 1)[v.j]!;
    expect({ ...cocoon, signingKey: hex(cocoon.signingKey), encryptionKey: hex(cocoon.encryptionKey) }).toEqual({
      i: v.i,
      j: v.j,
      signingKey: v.cocoon_B,
      encryptionKey: v.cocoon_Q,
    });
    expect(hex(blindCocoonKey(smSuite, cocoon.signingKey, c))).toBe(v.cert_S);
    expect(hex(rebuildPrivateKey(smSuite, b, c))).toBe(v.cert_s);
  });
});
