/**
 * SM4 in plain TypeScript (GB/T 32907-2016): what the engine's is held against.
 *
 * Not protected: the round tables are indexed by secret bytes, so another program on the same core can learn about the
 * key through the cache (OpenSSL's portable SM4 does the same). The engine has no such tables.
 */
import { requireBytes } from '../argument.js';
import { fromHex } from '../bytes.js';

/** 6.2.1: the S-box. */
const sBox = fromHex(
  'd690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699' +
    '9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6' +
    '4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35' +
    '1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e' +
    'eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3' +
    '1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51' +
    '8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0' +
    '8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948',
);

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** 6.2.2: L of S-box output in the top byte; the other three bytes use the same words, rotated. */
function tableFor(byteShift: number): Int32Array {
  return Int32Array.from(sBox, (byte) => {
    const b = byte << byteShift;
    return b ^ rotate(b, 2) ^ rotate(b, 10) ^ rotate(b, 18) ^ rotate(b, 24);
  });
}
const t3 = tableFor(24);
const t2 = tableFor(16);
const t1 = tableFor(8);
const t0 = tableFor(0);

/** 7.3: FK, and CK whose bytes are (4i + j)·7 mod 256. */
const familyKey = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;
const fixedKey = Int32Array.from({ length: 32 }, (_, i) => {
  const byte = (j: number): number => ((4 * i + j) * 7) & 255;
  return (byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3);
});

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

/** 7.3: the 32 round keys. */
function roundKeysOf(key: Uint8Array): Int32Array {
  const rk = new Int32Array(32);
  let [a, b, c, d] = familyKey.map((word, n) => word ^ wordAt(key, 4 * n)) as [number, number, number, number];
  for (let i = 0; i < 32; i++) {
    const x = b ^ c ^ d ^ fixedKey[i]!;
    const s =
      (sBox[x >>> 24]! << 24) | (sBox[(x >>> 16) & 255]! << 16) | (sBox[(x >>> 8) & 255]! << 8) | sBox[x & 255]!;
    const next = a ^ s ^ rotate(s, 13) ^ rotate(s, 23);
    rk[i] = next;
    a = b;
    b = c;
    c = d;
    d = next;
  }
  return rk;
}

/** 7.1: 32 rounds and the reverse transformation, from `from` at `at` to `to` at `toAt`; both may be one array. */
function crypt(rk: Int32Array, from: Uint8Array, at: number, to: Uint8Array, toAt: number): void {
  let a = wordAt(from, at);
  let b = wordAt(from, at + 4);
  let c = wordAt(from, at + 8);
  let d = wordAt(from, at + 12);
  for (let i = 0; i < 32; i += 4) {
    let x = b ^ c ^ d ^ rk[i]!;
    a ^= t3[x >>> 24]! ^ t2[(x >>> 16) & 255]! ^ t1[(x >>> 8) & 255]! ^ t0[x & 255]!;
    x = c ^ d ^ a ^ rk[i + 1]!;
    b ^= t3[x >>> 24]! ^ t2[(x >>> 16) & 255]! ^ t1[(x >>> 8) & 255]! ^ t0[x & 255]!;
    x = d ^ a ^ b ^ rk[i + 2]!;
    c ^= t3[x >>> 24]! ^ t2[(x >>> 16) & 255]! ^ t1[(x >>> 8) & 255]! ^ t0[x & 255]!;
    x = a ^ b ^ c ^ rk[i + 3]!;
    d ^= t3[x >>> 24]! ^ t2[(x >>> 16) & 255]! ^ t1[(x >>> 8) & 255]! ^ t0[x & 255]!;
  }
  putWord(to, toAt, d);
  putWord(to, toAt + 4, c);
  putWord(to, toAt + 8, b);
  putWord(to, toAt + 12, a);
}

/** As Sm4Key of ../sm4.ts, and what CCM needs beside it. */
export interface ReferenceSm4Key {
  /** Encrypts 16 bytes of `from` at `at` into `to` at `toAt`; no length checks, the caller has made them. */
  encryptAtUnsafe(from: Uint8Array, at: number, to: Uint8Array, toAt: number): void;
  encryptBlock(block: Uint8Array): Uint8Array;
  decryptBlock(block: Uint8Array): Uint8Array;
  wipe(): void;
}

/** Expands a 16-byte key. */
export function sm4Key(key: Uint8Array): ReferenceSm4Key {
  requireBytes('key', key, 16);
  const rk = roundKeysOf(key);
  const block = (roundKeys: Int32Array, bytes: Uint8Array): Uint8Array => {
    requireBytes('block', bytes, 16);
    const out = new Uint8Array(16);
    crypt(roundKeys, bytes, 0, out, 0);
    return out;
  };
  return {
    encryptAtUnsafe: (from, at, to, toAt) => {
      crypt(rk, from, at, to, toAt);
    },
    encryptBlock: (bytes) => block(rk, bytes),
    decryptBlock: (bytes) => block(rk.slice().reverse(), bytes),
    wipe: () => {
      rk.fill(0);
    },
  };
}
