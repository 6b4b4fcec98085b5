/** Many public keys at once: the same as one by one, at the sizes where the way of making them changes. */
import { bytes32 } from './bytes.js';
import * as engine from './engine/sm2.js';
import * as reference from './reference/sm2.js';
import type { Sm2 } from './sm2-face.js';

const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
/** Ends of the range, the two scalars whose last addition is a doubling (70, n − 70), and a row of others. */
const keys = (count: number): Uint8Array[] =>
  [1n, 70n, N - 70n, N - 1n, 69n, 71n]
    .concat(Array.from({ length: count }, (_, n) => (BigInt(n + 2) * 0x9e3779b97f4a7c15n ** 4n) % N))
    .slice(0, count)
    .map(bytes32);

describe.each<[string, Sm2]>([
  ['engine', engine],
  ['reference', reference],
])('public keys together, by the %s', (name, sm2) => {
  it.each([
    ['zero', new Uint8Array(32)],
    ['n', bytes32(N)],
    ['31 bytes', new Uint8Array(31)],
  ])('refuse %s among good ones', (_, bad) => {
    expect(() => sm2.sm2PublicKeys([bytes32(5n), bad])).toThrow('privateKeys: ');
  });

  it.each(name === 'engine' ? [0, 1, 2, 31, 32, 33, 255, 256, 257, 288, 1024, 1025] : [0, 1, 7])(
    'are those of each key: %i',
    (count) => {
      const all = keys(count);
      expect(sm2.sm2PublicKeys(all)).toEqual(all.map((key) => engine.sm2PublicKey(key)));
    },
  );
});
