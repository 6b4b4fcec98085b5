import { countRepeats, fingerprint, FINGERPRINTS, NOTHING, whatComesTwice } from './fingerprints.js';

const CERTIFICATES = 1000;

/** Prints of unlike certificates. */
function prints(): BigUint64Array {
  const all = new BigUint64Array(CERTIFICATES * FINGERPRINTS.length);
  for (let n = 0; n < all.length; n++) all[n] = fingerprint(Uint8Array.of(n >> 8, n & 255));
  return all;
}

describe('what comes twice in a fleet', () => {
  it('finds nothing in a thousand unlike certificates', () => {
    expect(new Set(prints()).size).toBe(CERTIFICATES * FINGERPRINTS.length);
    expect(whatComesTwice(prints())).toEqual([]);
  });

  it.each(FINGERPRINTS.map((what, kind) => [what, kind] as const))('names the same %s and its places', (what, kind) => {
    const all = prints();
    all[4 * 700 + kind] = all[4 * 3 + kind] as bigint;
    all[4 * 999 + kind] = all[4 * 3 + kind] as bigint;
    const twice = whatComesTwice(all);
    expect(twice).toEqual([{ what, places: [3, 700, 999] }]);
    expect(countRepeats(twice)).toBe(2);
  });

  it('does not take equal prints of unlike kinds for one', () => {
    const all = prints();
    all[4 * 700 + 1] = all[4 * 3 + 2] as bigint;
    expect(whatComesTwice(all)).toEqual([]);
  });

  it('counts a certificate that repeats several things once', () => {
    const all = prints();
    for (let kind = 0; kind < FINGERPRINTS.length; kind++) all[4 * 5 + kind] = all[4 * 4 + kind] as bigint;
    expect(countRepeats(whatComesTwice(all))).toBe(1);
  });

  it('does not count what never came', () => {
    const all = prints();
    all.fill(NOTHING, 0, 4 * 10);
    expect(whatComesTwice(all)).toEqual([]);
  });
});
