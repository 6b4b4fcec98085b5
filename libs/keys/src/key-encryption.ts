/**
 * Keys that encrypt keys (密钥加密密钥): what a backup, or the master key of a folder, is sealed under. Either a passphrase of
 * people or a key of another crypto device. SM4-CCM in both, so that a changed byte is refused.
 */
import { scrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { requireInteger } from '#crypto/argument.js';
import { concat } from '#crypto/bytes.js';
import { openSm4Ccm, sealSm4Ccm } from '#crypto/ccm.js';
import type { Random } from '#crypto/random.js';
import { hmacSm3 } from '#crypto/sm3.js';
import type { CryptoDevice } from './crypto-device.js';
import { requireCapabilities } from './declared-device.js';
import { Secret } from './secret.js';

export interface KeyEncryptionKey {
  seal(plaintext: Uint8Array): Promise<Uint8Array>;
  /** What `seal` took; undefined when it was sealed under another key or changed since. */
  open(sealed: Uint8Array): Promise<Uint8Array | undefined>;
}

const SALT_BYTES = 16;
const LEAST_CHARACTERS = 12;
const [LEAST_WORK, MOST_WORK] = [14, 20];
/** RFC 7914: 128 · r · N bytes; 2^17 are 128 MiB. */
const BLOCK_SIZE = 8;
const CONTEXT = new TextEncoder().encode('chrysalis key encryption');
// The nonce may be fixed: the key is used once, because the salt is drawn fresh for each text.
const NONCE = new Uint8Array(12);

/**
 * Under a passphrase: work (1 byte) ‖ salt (16) ‖ SM4-CCM under what scrypt (N = 2^work, 14 … 20) and HMAC-SM3 make of it.
 * Refuses (RangeError) one of fewer than 12 characters.
 */
export function passphraseKey(passphrase: Secret, random: Random, work = 17): KeyEncryptionKey {
  requireInteger('work', work, LEAST_WORK, MOST_WORK);
  const text = passphrase.expose().normalize('NFKC');
  if (Array.from(text).length < LEAST_CHARACTERS)
    throw new RangeError(`passphrase: fewer than ${String(LEAST_CHARACTERS)} characters`);
  return {
    seal: async (plaintext) => {
      const head = concat(Uint8Array.of(work), random.bytes(SALT_BYTES));
      const key = await keyOf(text, head);
      const sealed = concat(head, sealSm4Ccm(key, NONCE, plaintext));
      key.fill(0);
      return sealed;
    },
    open: async (sealed) => {
      const head = sealed.subarray(0, 1 + SALT_BYTES);
      const asked = head[0] ?? 0;
      // The work is read before anything is authenticated: a bent byte must not ask for all the memory there is.
      if (sealed.length < 1 + SALT_BYTES + 16 || asked < LEAST_WORK || asked > MOST_WORK) return undefined;
      const key = await keyOf(text, head);
      const plaintext = openSm4Ccm(key, NONCE, sealed.subarray(1 + SALT_BYTES));
      key.fill(0);
      return plaintext;
    },
  };
}

async function keyOf(passphrase: string, head: Uint8Array): Promise<Uint8Array> {
  const cost = 2 ** (head[0] as number);
  const stretched = await new Promise<Uint8Array>((resolve, reject) => {
    const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 256 * BLOCK_SIZE * cost };
    scrypt(passphrase, head.subarray(1), 32, options, (error, bytes) =>
      error === null ? resolve(bytes) : reject(error),
    );
  });
  const key = hmacSm3(stretched, CONTEXT, head).slice(0, 16);
  stretched.fill(0);
  return key;
}

/** Under the secret of a label of another device, which declares `wrap`; refuses (`not-declared`) one that does not. */
export function deviceKey(device: CryptoDevice, label: string): KeyEncryptionKey {
  requireCapabilities(device, ['wrap']);
  return {
    seal: (plaintext) => device.seal(label, plaintext),
    open: (sealed) => device.open(label, sealed),
  };
}

/** The first line of a file that its owner alone can read; refuses (Error) any other mode than 0600 or 0400, with the path. */
export async function passphraseInFile(path: string): Promise<Secret> {
  const { mode } = await stat(path);
  if ((mode & 0o177) !== 0)
    throw new Error(`${path} can be read by others (mode ${(mode & 0o777).toString(8)}); make it 0600`);
  return firstLine(await readFile(path, 'utf8'), path);
}

/** The first line of an open file descriptor, which is read to its end. */
export function passphraseFromDescriptor(descriptor: number): Secret {
  return firstLine(readFileSync(descriptor, 'utf8'), `file descriptor ${String(descriptor)}`);
}

function firstLine(text: string, source: string): Secret {
  const [line = ''] = text.split('\n');
  if (line === '') throw new Error(`${source} has no passphrase in its first line`);
  return new Secret(line);
}
