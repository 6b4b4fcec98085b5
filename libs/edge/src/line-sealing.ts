/**
 * Seals what travels on a line for the holder of one certificate: SM2 wraps a fresh SM4 key as EncryptedData has it, and
 * SM4-CCM seals the content in pieces, which are computed side by side where one text is computed block after block. A
 * batch of certificates is hundreds of kilobytes.
 *
 * A nonce is the number of its piece and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
 * Vizár, 2015), so that no piece can be left out, added or moved. It may be fixed: the key is used once.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { concat } from '#crypto/bytes.js';
import { openSm4Ccm, openSm4CcmMany, sealSm4Ccm, sealSm4CcmMany } from '#crypto/ccm.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { wrapForCertificate, wrappedKeyIn, type SealContext } from '#credentials/sealing.js';
import type { Profile } from '#credentials/profile.js';
import type { Certificate } from '#wire/secured-data.js';
import { LineMessage } from './line-messages.js';
import type { OwnCertificate } from './line-identity.js';

const VERSION = 1;
/** Of every piece but the last, which has 0 … 4096 bytes. */
export const PIECE_BYTES = 4096;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** The nonces of pieces from `first` on: zeros, the number in four bytes, and 1 for the last piece. */
function noncesOf(first: number, count: number, isLast: boolean): Uint8Array {
  const nonces = new Uint8Array(count * NONCE_BYTES);
  const view = new DataView(nonces.buffer);
  for (let n = 0; n < count; n++) view.setUint32(n * NONCE_BYTES + 7, first + n);
  if (isLast) nonces[nonces.length - 1] = 1;
  return nonces;
}

/** How many pieces of a content of so many bytes are not the last. */
const fullPieces = (length: number, piece: number): number => Math.max(0, Math.ceil(length / piece) - 1);

function sealPieces(key: Uint8Array, content: Uint8Array): Uint8Array {
  const full = fullPieces(content.length, PIECE_BYTES);
  const cut = full * PIECE_BYTES;
  return concat(
    sealSm4CcmMany(key, noncesOf(0, full, false), content.subarray(0, cut)),
    sealSm4Ccm(key, noncesOf(full, 1, true), content.subarray(cut)),
  );
}

/** Whether the last piece has room for its tag. */
const isInPieces = ({ length }: Uint8Array): boolean =>
  length - fullPieces(length, PIECE_BYTES + TAG_BYTES) * (PIECE_BYTES + TAG_BYTES) >= TAG_BYTES;

function openPieces(key: Uint8Array, pieces: Uint8Array): Uint8Array | undefined {
  const full = fullPieces(pieces.length, PIECE_BYTES + TAG_BYTES);
  const cut = full * (PIECE_BYTES + TAG_BYTES);
  const { plaintexts, isRight } = openSm4CcmMany(key, noncesOf(0, full, false), pieces.subarray(0, cut));
  const last = openSm4Ccm(key, noncesOf(full, 1, true), pieces.subarray(cut));
  return last === undefined || isRight.includes(false) ? undefined : concat(plaintexts, last);
}

/** An encoded LineMessage for the holder of `recipient`; refuses a certificate without an SM2 encryption key. */
export function sealLine(content: Uint8Array, recipient: Certificate, context: SealContext): Uint8Array {
  const key = context.random.bytes(16);
  const message = encode(LineMessage, {
    version: VERSION,
    recipient: wrapForCertificate(key, recipient, context),
    pieces: sealPieces(key, content),
  });
  key.fill(0);
  return message;
}

/**
 * The content of a LineMessage that was sealed for one of these certificates, and for which; `undefined` when it is for
 * another, is no such message, or was changed.
 */
export async function openLine(
  bytes: Uint8Array,
  own: readonly OwnCertificate[],
  profile: Profile,
): Promise<{ content: Uint8Array; addressed: OwnCertificate } | undefined> {
  const decoded = tryDecode(LineMessage, bytes);
  if (!decoded.ok || decoded.value.version !== VERSION) return undefined;
  const { recipient, pieces } = decoded.value;
  const isNamed = ({ signer }: OwnCertificate): boolean =>
    Buffer.compare(hashedId8(signer.certificate), recipient.recipientId) === 0;
  const addressed = own.find(isNamed);
  // What cannot be opened by its form costs no private key.
  const wrapped = addressed && isInPieces(pieces) ? wrappedKeyIn(recipient, profile) : undefined;
  const key = wrapped && (await addressed?.unwrap(wrapped));
  const content = key && openPieces(key, pieces);
  return content && addressed && { content, addressed };
}
