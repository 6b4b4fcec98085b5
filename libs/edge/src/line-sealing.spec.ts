import fc from 'fast-check';
import { decode, encode } from '#coer/codec.js';
import { concat } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { recertify } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import type { Certificate } from '#wire/secured-data.js';
import { authorityBench, unwrapWith } from '../../../test/support/authority-bench.js';
import type { OwnCertificate } from './line-identity.js';
import { LineMessage } from './line-messages.js';
import { openLine, PIECE_BYTES, sealLine } from './line-sealing.js';

const context = { profile: ccsa, random: systemRandom };
const SEALED_BYTES = PIECE_BYTES + 16;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => (n * 31) ^ (n >> 8));

describe('what is sealed on a line', () => {
  let own: OwnCertificate;
  let other: OwnCertificate;
  let mute: Certificate;
  const open = async (message: Uint8Array): Promise<Uint8Array | undefined> =>
    (await openLine(message, [own], ccsa))?.content;

  beforeAll(async () => {
    const bench = await authorityBench();
    const [pca, la] = [bench.member('a-pca'), bench.member('a-la1')];
    own = { signer: pca.signer, unwrap: unwrapWith(pca.device) };
    other = { signer: la.signer, unwrap: unwrapWith(la.device) };
    mute = await recertify(pca.certificate, bench.member('a-ica').signer, { tbs: { encryptionKey: undefined } });
  });

  /** A message of three pieces, its pieces rearranged. */
  const rearranged = (content: Uint8Array, change: (pieces: Uint8Array) => Uint8Array): Uint8Array => {
    const message = decode(LineMessage, sealLine(content, own.signer.certificate, context));
    return encode(LineMessage, { ...message, pieces: change(message.pieces) });
  };

  it.each([
    ['without its last piece', (pieces: Uint8Array) => pieces.subarray(0, 2 * SEALED_BYTES)],
    ['without its first piece', (pieces: Uint8Array) => pieces.subarray(SEALED_BYTES)],
    ['without a byte', (pieces: Uint8Array) => pieces.subarray(1)],
    ['with a piece twice', (pieces: Uint8Array) => concat(pieces.subarray(0, SEALED_BYTES), pieces)],
    [
      'with two pieces in another order',
      (pieces: Uint8Array) =>
        concat(
          pieces.subarray(SEALED_BYTES, 2 * SEALED_BYTES),
          pieces.subarray(0, SEALED_BYTES),
          pieces.subarray(2 * SEALED_BYTES),
        ),
    ],
    [
      'with another last piece',
      (pieces: Uint8Array) => pieces.map((byte, n) => (n === 2 * SEALED_BYTES ? ~byte : byte)),
    ],
    ['with another first piece', (pieces: Uint8Array) => pieces.map((byte, n) => (n === 0 ? ~byte : byte))],
    ['without anything', () => new Uint8Array(0)],
    ['with less of a last piece than its tag', (pieces: Uint8Array) => pieces.subarray(0, 2 * SEALED_BYTES + 15)],
  ])('does not open %s', async (_, change) => {
    const content = bytes(2 * PIECE_BYTES + 100);
    expect(await open(rearranged(content, (pieces) => pieces))).toEqual(content);
    expect(await open(rearranged(content, change))).toBeUndefined();
  });

  it('does not open a whole piece as the last one', async () => {
    const content = bytes(2 * PIECE_BYTES);
    expect(await open(rearranged(content, (pieces) => pieces))).toEqual(content);
    expect(await open(rearranged(content, (pieces) => pieces.subarray(0, SEALED_BYTES)))).toBeUndefined();
  });

  it('does not open for another certificate, or with another key under the name of ours', async () => {
    const message = sealLine(bytes(9), own.signer.certificate, context);
    expect(await openLine(message, [other], ccsa)).toBeUndefined();
    expect(await openLine(message, [{ ...own, unwrap: other.unwrap }], ccsa)).toBeUndefined();
    expect(await openLine(message, [], ccsa)).toBeUndefined();
  });

  it('says for which of several certificates it was', async () => {
    for (const one of [own, other]) {
      const opened = await openLine(sealLine(bytes(9), one.signer.certificate, context), [own, other], ccsa);
      expect(opened?.addressed).toBe(one);
    }
  });

  it('asks no private key about what has no room for a tag', async () => {
    let asked = 0;
    const counting: OwnCertificate = { ...own, unwrap: (wrapped) => (asked++, own.unwrap(wrapped)) };
    for (const length of [0, 15, SEALED_BYTES + 15, SEALED_BYTES + 16]) {
      const message = rearranged(bytes(2 * PIECE_BYTES), (pieces) => pieces.subarray(0, length));
      expect(await openLine(message, [counting], ccsa)).toBeUndefined();
    }
    expect(asked).toBe(1);
  });

  it('does not open another version, or what is no such message', async () => {
    const message = sealLine(bytes(9), own.signer.certificate, context);
    expect(message[0]).toBe(1);
    message[0] = 2;
    expect(await open(message)).toBeUndefined();
    expect(await open(message.subarray(1))).toBeUndefined();
    expect(await open(new Uint8Array(0))).toBeUndefined();
  });

  it('is not sealed for a certificate without an encryption key', () => {
    expect(() => sealLine(bytes(9), mute, context)).toThrow('no SM2 encryption key');
  });

  it('is never the same twice', () => {
    const seal = (): string => Buffer.from(sealLine(bytes(100), own.signer.certificate, context)).toString('hex');
    expect(new Set([seal(), seal(), seal()]).size).toBe(3);
  });

  it.each([0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 7 * PIECE_BYTES + 5, 400_000])(
    'gives back %d bytes',
    async (length) => {
      expect(await open(sealLine(bytes(length), own.signer.certificate, context))).toEqual(bytes(length));
    },
  );

  it('is not opened with any one bit turned', async () => {
    const message = sealLine(bytes(PIECE_BYTES + 50), own.signer.certificate, context);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(message.length * 8 - 1), async (bit) => {
        const bent = message.slice();
        bent[bit >> 3]! ^= 1 << (bit & 7);
        tried++;
        expect(await open(bent)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
    expect(tried).toBe(200);
  });
});
