/** What every BatchArithmetic must do, as tests. */
import { blindCocoonKey, expandCocoonKeys } from '#crypto/butterfly.js';
import { bytes32, hex } from '#crypto/bytes.js';
import { DEFAULT_SM2_ID, SM2_ORDER, sm2EncryptUnsafe, sm2PublicKey, sm2SignerFor, sm2Unwrap } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import type { BatchArithmetic } from './batch-arithmetic.js';

const scalar = (n: number): Uint8Array => bytes32(BigInt(n) + 1n);
const upTo = <Item>(count: number, item: (n: number) => Item): Item[] =>
  Array.from({ length: count }, (_, n) => item(n));

/** Declares the suite over an arithmetic that `open` gives before all tests. */
export function describeBatchArithmetic(name: string, open: () => Promise<BatchArithmetic>): void {
  describe(`${name} as batch arithmetic`, () => {
    const privateKey = bytes32(77n);
    const publicKey = sm2PublicKey(privateKey);
    const caterpillar = {
      signingKey: publicKey,
      signingExpansion: new Uint8Array(16).fill(1),
      encryptionKey: sm2PublicKey(scalar(8)),
      encryptionExpansion: new Uint8Array(16).fill(2),
    };
    let arithmetic: BatchArithmetic;
    beforeAll(async () => {
      arithmetic = await open();
    });

    it('expands as expandCocoonKeys does, period by period', async () => {
      const periods = upTo(37, (n) => 900 + ((n * 7) % 40));
      const expected = periods.flatMap((i) => expandCocoonKeys(smSuite, caterpillar, i, 3));
      expect(await arithmetic.expandBatch(caterpillar, periods, 3)).toEqual(expected);
      expect(await arithmetic.expandBatch(caterpillar, [], 3)).toEqual([]);
    });

    it('refuses caterpillar keys that are no points, and a cocoon key at infinity', async () => {
      const noPoint = { ...caterpillar, signingKey: new Uint8Array(33) };
      await expect(arithmetic.expandBatch(noPoint, [1], 1)).rejects.toThrow('point: not a point of the curve');
      await expect(arithmetic.expandBatch(caterpillar, [1, 2], 257)).rejects.toThrow(
        'jCount: not an integer of 1 … 256',
      );
      const f = smSuite.expansion(caterpillar.signingExpansion, 0, 9, 0, 1)[0]!;
      const minusF = sm2PublicKey(bytes32(SM2_ORDER - BigInt(`0x${hex(f)}`)));
      const chosen = arithmetic.expandBatch({ ...caterpillar, signingKey: minusF }, upTo(10, Number), 1);
      await expect(chosen).rejects.toThrow(RangeError);
    });

    it('blinds as blindCocoonKey does', async () => {
      const items = upTo(300, (n) => ({ cocoonKey: sm2PublicKey(scalar(n)), c: scalar(1000 - n) }));
      const expected = items.map(({ cocoonKey, c }) => blindCocoonKey(smSuite, cocoonKey, c));
      expect(await arithmetic.blindBatch(items)).toEqual(expected);
      expect(await arithmetic.blindBatch([])).toEqual([]);
      await expect(arithmetic.blindBatch([...items, { cocoonKey: publicKey, c: bytes32(0n) }])).rejects.toThrow(
        RangeError,
      );
      // 1·G − 2·G is −1·G: whoever knows B would know S.
      const opposite = { cocoonKey: sm2PublicKey(bytes32(1n)), c: bytes32(SM2_ORDER - 2n) };
      await expect(arithmetic.blindBatch([...items, opposite])).rejects.toThrow('c: S is ±B');
    });

    it('verifies each message by itself, in order', async () => {
      const sign = sm2SignerFor(privateKey);
      const signed = upTo(600, (n) => {
        const message = Uint8Array.of(n >>> 8, n);
        const signature = sign(DEFAULT_SM2_ID, message);
        if (n % 7 === 0) signature[40]! ^= 1;
        return { message, signature };
      });
      const verdicts = await arithmetic.verifyBatch(publicKey, DEFAULT_SM2_ID, signed);
      expect(verdicts).toEqual(signed.map((_, n) => n % 7 !== 0));
      expect(await arithmetic.verifyBatch(publicKey, signed[1]!.message, signed.slice(1, 3))).toEqual([false, false]);
      expect(await arithmetic.verifyBatch(publicKey, DEFAULT_SM2_ID, [])).toEqual([]);
      await expect(arithmetic.verifyBatch(new Uint8Array(33), DEFAULT_SM2_ID, [])).rejects.toThrow(RangeError);
      const short = { message: publicKey, signature: new Uint8Array(63) };
      await expect(arithmetic.verifyBatch(publicKey, DEFAULT_SM2_ID, [short])).rejects.toThrow('signature: 64 bytes');
    });

    it('wraps for each key with the scalar of its own: the same bytes for the same batch', async () => {
      const items = upTo(270, (n) => ({ publicKey, key: new Uint8Array(16).fill(n), scalar: scalar(n) }));
      const wrapped = await arithmetic.wrapBatch(items);
      expect(wrapped).toHaveLength(items.length);
      items.forEach((item, n) => {
        if (n % 6 !== 0 && n !== items.length - 1) return;
        expect(wrapped[n]).toEqual(sm2EncryptUnsafe(item.publicKey, item.key, item.scalar));
        expect(sm2Unwrap(privateKey, wrapped[n]!)).toEqual(item.key);
      });
      expect(await arithmetic.wrapBatch(items.slice(0, 60))).toEqual(wrapped.slice(0, 60));
      expect(await arithmetic.wrapBatch([])).toEqual([]);
    });

    it('refuses to wrap a key that is not 16 bytes, for no point, or with no scalar', async () => {
      const good = { publicKey, key: new Uint8Array(16), scalar: scalar(3) };
      const wraps = (bent: Partial<typeof good>): Promise<unknown> =>
        arithmetic.wrapBatch([good, { ...good, ...bent }]);
      await expect(wraps({ key: new Uint8Array(17) })).rejects.toThrow('key: 16 bytes expected, 17 given');
      await expect(wraps({ publicKey: new Uint8Array(33) })).rejects.toThrow('publicKey: not a point of the curve');
      await expect(wraps({ scalar: bytes32(SM2_ORDER) })).rejects.toThrow('not in [1, n−1]');
    });
  });
}
