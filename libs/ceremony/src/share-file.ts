/**
 * A custodian's share (密钥分量) as a file: a share of the master key and the custodian's own signing key, sealed under the
 * custodian's passphrase. Whoever has M files of one generation, their passphrases and the key folder has the key; a file
 * alone is as strong as its passphrase.
 */
import { scrypt } from 'node:crypto';
import { z } from 'zod';
import { concat, fromHex, hex } from '#crypto/bytes.js';
import { openSm4Ccm, sealSm4Ccm } from '#crypto/ccm.js';
import type { Random } from '#crypto/random.js';
import { hmacSm3 } from '#crypto/sm3.js';

const FORMAT = 'chrysalis share 1';
const SALT_BYTES = 16;
const SHARE_BYTES = 32;
/** RFC 7914: 128 · r · N bytes; 2^14 are 16 MiB, 2^20 one GiB. */
const BLOCK_SIZE = 8;
const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${String(2 * bytes)}}$`));

/** A custodian is called as in the minutes: one line, nothing that a terminal would obey. */
export const CustodianName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'is no name of a custodian');
/** The work of one guess at a passphrase, as the exponent of scrypt’s N. */
export const Work = z.int().min(14).max(20);

export const ShareFile = z.strictObject({
  format: z.literal(FORMAT),
  /** Of which key: 16 random bytes that the founding drew. */
  key: hexOf(16),
  generation: z.int().min(1),
  number: z.int().min(1).max(255),
  custodian: CustodianName,
  machine: z.boolean(),
  work: Work,
  salt: hexOf(SALT_BYTES),
  sealed: hexOf(2 * SHARE_BYTES + 16),
});
export type ShareFile = z.infer<typeof ShareFile>;
export type ShareHead = Omit<ShareFile, 'format' | 'salt' | 'sealed'>;

export interface ShareSecrets {
  /** 32 bytes, a share of the master key. */
  readonly value: Uint8Array;
  /** 32 bytes, the SM2 key with which the custodian countersigns. */
  readonly privateKey: Uint8Array;
}

/** The key of one file. Everything that is readable in it goes in, so that none of it can be changed. */
async function sealingKey(head: ShareHead, salt: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const { key, generation, number, custodian, machine, work } = head;
  const stretched = await new Promise<Uint8Array>((resolve, reject) => {
    const options = { N: 2 ** work, r: BLOCK_SIZE, p: 1, maxmem: 256 * BLOCK_SIZE * 2 ** work };
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, bytes) =>
      error === null ? resolve(bytes) : reject(error),
    );
  });
  const text = JSON.stringify([FORMAT, key, generation, number, custodian, machine, work]);
  const sealing = hmacSm3(stretched, new TextEncoder().encode(text)).slice(0, 16);
  stretched.fill(0);
  return sealing;
}

// The nonce may be fixed: the key is used once, because the salt is drawn fresh for each file.
const NONCE = new Uint8Array(12);

/** The text of a share file: scrypt, HMAC-SM3 over the head, SM4-CCM. */
export async function sealShare(
  head: ShareHead,
  secrets: ShareSecrets,
  passphrase: string,
  random: Random,
): Promise<string> {
  const salt = random.bytes(SALT_BYTES);
  const key = await sealingKey(head, salt, passphrase);
  const plaintext = concat(secrets.value, secrets.privateKey);
  const sealed = hex(sealSm4Ccm(key, NONCE, plaintext));
  plaintext.fill(0);
  key.fill(0);
  return `${JSON.stringify({ format: FORMAT, ...head, salt: hex(salt), sealed }, null, 2)}\n`;
}

/** What is sealed in it; undefined for another passphrase, and for a file of which anything was changed. */
export async function openShare(file: ShareFile, passphrase: string): Promise<ShareSecrets | undefined> {
  const key = await sealingKey(file, fromHex(file.salt), passphrase);
  const plaintext = openSm4Ccm(key, NONCE, fromHex(file.sealed));
  key.fill(0);
  if (plaintext?.length !== 2 * SHARE_BYTES) return undefined;
  return { value: plaintext.subarray(0, SHARE_BYTES), privateKey: plaintext.subarray(SHARE_BYTES) };
}
