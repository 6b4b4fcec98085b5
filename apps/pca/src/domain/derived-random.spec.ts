import { derivedRandom } from './derived-random.js';

const seed = new Uint8Array(32).fill(7);

describe('derived randomness', () => {
  it('is the same again for the same seed and another for another', () => {
    expect(derivedRandom(seed).bytes(100)).toEqual(derivedRandom(seed).bytes(100));
    expect(derivedRandom(new Uint8Array(32)).bytes(100)).not.toEqual(derivedRandom(seed).bytes(100));
  });

  it('goes on where it stood, however it is asked', () => {
    const random = derivedRandom(seed);
    const parts = [0, 1, 31, 40, 28].map((length) => random.bytes(length));
    expect(Buffer.concat(parts)).toEqual(Buffer.from(derivedRandom(seed).bytes(100)));
  });
});
