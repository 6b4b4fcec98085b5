import fc from 'fast-check';
import { hex } from './bytes.js';
import type { Random } from './random.js';
import { systemRandom } from './random.js';
import { joinSecret, splitSecret, type SecretShare } from './secret-sharing.js';

/** All subsets of `size` elements. */
function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, n) => subsets(items.slice(n + 1), size - 1).map((rest) => [item, ...rest]));
}
const fixed = (byte: number): Random => ({ bytes: (length) => new Uint8Array(length).fill(byte) });

describe('a secret in shares', () => {
  it('is the value at 0 of a polynomial over the field of AES: {53}·{CA} = {01}, {57}·{83} = {C1} (FIPS 197 4.2)', () => {
    // With a secret of 0 and one coefficient a, share number x is a·x.
    const product = (a: number, x: number): number | undefined =>
      splitSecret(Uint8Array.of(0), { threshold: 2, count: 255 }, fixed(a))[x - 1]?.value[0];
    expect([product(0x53, 0xca), product(0x57, 0x83), product(0x57, 0x13), product(0xff, 1)]).toEqual([
      0x01, 0xc1, 0xfe, 0xff,
    ]);
  });

  it('comes back from every set of as many shares as are needed, in any order, and from more', () => {
    const secret = systemRandom.bytes(32);
    let joined = 0;
    for (const count of [1, 2, 3, 5])
      for (let threshold = 1; threshold <= count; threshold++) {
        const shares = splitSecret(secret, { threshold, count }, systemRandom);
        for (let size = threshold; size <= count; size++)
          for (const some of subsets(shares, size)) {
            expect(hex(joinSecret([...some].reverse()))).toBe(hex(secret));
            joined++;
          }
      }
    expect(joined).toBe(97);
  });

  it('comes back from shares of any number: property over numbers and lengths', () => {
    let met = 0;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.integer({ min: 1, max: 6 }),
        (secret, threshold) => {
          const shares = splitSecret(secret, { threshold, count: 255 }, systemRandom);
          const some = shares.slice(250 - threshold * 40, 250).filter((_, n) => n % 40 === 0);
          expect(some).toHaveLength(threshold);
          expect(hex(joinSecret(some))).toBe(hex(secret));
          met++;
        },
      ),
      { numRuns: 60 },
    );
    expect(met).toBe(60);
  });

  it('stands open to every value when one share is missing', () => {
    // One byte, threshold 2: for a share that is known, each of the 256 coefficients gives another secret.
    const known = 0x2a;
    const possible = new Set<number>();
    for (let slope = 0; slope < 256; slope++)
      for (let secret = 0; secret < 256; secret++)
        if (splitSecret(Uint8Array.of(secret), { threshold: 2, count: 1 + 1 }, fixed(slope))[0]?.value[0] === known)
          possible.add(secret);
    expect(possible.size).toBe(256);
  });

  it('does not come back from shares of two sharings', () => {
    const secret = systemRandom.bytes(32);
    const [a] = splitSecret(secret, { threshold: 2, count: 2 }, systemRandom) as [SecretShare, SecretShare];
    const [, b] = splitSecret(secret, { threshold: 2, count: 2 }, systemRandom) as [SecretShare, SecretShare];
    expect(hex(joinSecret([a, b]))).not.toBe(hex(secret));
  });

  it.each([
    ['a threshold of 0', { threshold: 0, count: 3 }, 'threshold'],
    ['a threshold above the count', { threshold: 4, count: 3 }, 'threshold'],
    ['more shares than numbers', { threshold: 2, count: 256 }, 'count'],
  ])('refuses %s', (_, shape, named) => {
    expect(() => splitSecret(new Uint8Array(32), shape, systemRandom)).toThrow(named);
  });

  it('refuses an empty secret, no shares, a number twice or outside, and two lengths', () => {
    const share = (number: number, length = 2): SecretShare => ({ number, value: new Uint8Array(length) });
    expect(() => splitSecret(new Uint8Array(0), { threshold: 1, count: 1 }, systemRandom)).toThrow('secret.length');
    expect(() => joinSecret([])).toThrow('shares.length');
    expect(() => joinSecret([share(1), share(1)])).toThrow('twice');
    expect(() => joinSecret([share(1), share(0)])).toThrow('share.number');
    expect(() => joinSecret([share(1), share(2, 3)])).toThrow('share.value');
  });
});
