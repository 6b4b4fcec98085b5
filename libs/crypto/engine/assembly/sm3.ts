/**
 * SM3, GB/T 32905-2016, as a running hash: begin, update as often as needed, end. Clause numbers are of that standard.
 * No address and no branch depends on what is hashed, only on its length.
 */

/** Bytes of a running hash: 8 words of state, 64 bytes of held block, 8 of length. */
export const SM3_CONTEXT_BYTES: i32 = 104;
const HELD: i32 = 32;
const LENGTH: i32 = 96;
const BLOCK_BYTES: i32 = 64;

/** The 68 words of 5.3.2 of the block in work. Wiped whenever a hash ends. */
const WORDS: usize = memory.data(272, 16);

// 4.2: T_j; round j adds T_j <<< j.
const T_0: u32 = 0x79cc4519;
const T_16: u32 = 0x7a879d8a;

/** 4.4: P0. */
function p0(x: u32): u32 {
  return x ^ rotl(x, 9) ^ rotl(x, 17);
}

/** 4.4: P1. */
function p1(x: u32): u32 {
  return x ^ rotl(x, 15) ^ rotl(x, 23);
}

/** 4.3: FF of the rounds from 16 on. */
function majority(x: u32, y: u32, z: u32): u32 {
  return ((x ^ y) & (y ^ z)) ^ y;
}

/** 4.3: GG of the rounds from 16 on. */
function choice(x: u32, y: u32, z: u32): u32 {
  return ((y ^ z) & x) ^ z;
}

/** SS1 of 5.3.3, of A <<< 12, E and T_j <<< j. */
function ss1(a12: u32, e: u32, t: u32): u32 {
  return rotl(a12 + t + e, 7);
}

/** W_j of a round; the place is that of W of the first of four rounds. */
function word(at: usize, n: i32): u32 {
  return load<u32>(at + 4 * n);
}

/** 5.3.2: W_0 … W_67 of the 64 bytes at `from`. */
function expand(from: usize): void {
  for (let j: usize = 0; j < 64; j += 4) store<u32>(WORDS + j, bswap(load<u32>(from + j)));
  for (let at = WORDS + 64; at < WORDS + 272; at += 4) {
    const x = load<u32>(at - 64) ^ load<u32>(at - 36) ^ rotl(load<u32>(at - 12), 15);
    store<u32>(at, p1(x) ^ rotl(load<u32>(at - 52), 7) ^ load<u32>(at - 24));
  }
}

/**
 * 5.3.3: the compression function over `count` blocks of 64 bytes. A round gives two of its eight words new values; the
 * names go round instead of the values, so that after four rounds each value is under its own name again.
 */
function compress(state: usize, from: usize, count: i32): void {
  for (; count > 0; count--, from += BLOCK_BYTES) {
    expand(from);
    let a = load<u32>(state);
    let b = load<u32>(state, 4);
    let c = load<u32>(state, 8);
    let d = load<u32>(state, 12);
    let e = load<u32>(state, 16);
    let f = load<u32>(state, 20);
    let g = load<u32>(state, 24);
    let h = load<u32>(state, 28);
    let s: u32, r: u32;
    let at = WORDS;
    for (let t = T_0; at < WORDS + 64; at += 16, t = rotl(t, 4)) {
      r = rotl(a, 12);
      s = ss1(r, e, t);
      d = d + (word(at, 0) ^ word(at, 4)) + (a ^ b ^ c) + (s ^ r);
      h = p0(h + word(at, 0) + (e ^ f ^ g) + s);
      b = rotl(b, 9);
      f = rotl(f, 19);
      r = rotl(d, 12);
      s = ss1(r, h, rotl(t, 1));
      c = c + (word(at, 1) ^ word(at, 5)) + (d ^ a ^ b) + (s ^ r);
      g = p0(g + word(at, 1) + (h ^ e ^ f) + s);
      a = rotl(a, 9);
      e = rotl(e, 19);
      r = rotl(c, 12);
      s = ss1(r, g, rotl(t, 2));
      b = b + (word(at, 2) ^ word(at, 6)) + (c ^ d ^ a) + (s ^ r);
      f = p0(f + word(at, 2) + (g ^ h ^ e) + s);
      d = rotl(d, 9);
      h = rotl(h, 19);
      r = rotl(b, 12);
      s = ss1(r, f, rotl(t, 3));
      a = a + (word(at, 3) ^ word(at, 7)) + (b ^ c ^ d) + (s ^ r);
      e = p0(e + word(at, 3) + (f ^ g ^ h) + s);
      c = rotl(c, 9);
      g = rotl(g, 19);
    }
    for (let t = rotl(T_16, 16); at < WORDS + 256; at += 16, t = rotl(t, 4)) {
      r = rotl(a, 12);
      s = ss1(r, e, t);
      d = d + (word(at, 0) ^ word(at, 4)) + majority(a, b, c) + (s ^ r);
      h = p0(h + word(at, 0) + choice(e, f, g) + s);
      b = rotl(b, 9);
      f = rotl(f, 19);
      r = rotl(d, 12);
      s = ss1(r, h, rotl(t, 1));
      c = c + (word(at, 1) ^ word(at, 5)) + majority(d, a, b) + (s ^ r);
      g = p0(g + word(at, 1) + choice(h, e, f) + s);
      a = rotl(a, 9);
      e = rotl(e, 19);
      r = rotl(c, 12);
      s = ss1(r, g, rotl(t, 2));
      b = b + (word(at, 2) ^ word(at, 6)) + majority(c, d, a) + (s ^ r);
      f = p0(f + word(at, 2) + choice(g, h, e) + s);
      d = rotl(d, 9);
      h = rotl(h, 19);
      r = rotl(b, 12);
      s = ss1(r, f, rotl(t, 3));
      a = a + (word(at, 3) ^ word(at, 7)) + majority(b, c, d) + (s ^ r);
      e = p0(e + word(at, 3) + choice(f, g, h) + s);
      c = rotl(c, 9);
      g = rotl(g, 19);
    }
    store<u32>(state, load<u32>(state) ^ a);
    store<u32>(state, load<u32>(state, 4) ^ b, 4);
    store<u32>(state, load<u32>(state, 8) ^ c, 8);
    store<u32>(state, load<u32>(state, 12) ^ d, 12);
    store<u32>(state, load<u32>(state, 16) ^ e, 16);
    store<u32>(state, load<u32>(state, 20) ^ f, 20);
    store<u32>(state, load<u32>(state, 24) ^ g, 24);
    store<u32>(state, load<u32>(state, 28) ^ h, 28);
  }
}

/** Begins a hash in the 104 bytes at `context`. 4.1: the initial value. */
export function sm3Begin(context: usize): void {
  store<u32>(context, 0x7380166f);
  store<u32>(context, 0x4914b2b9, 4);
  store<u32>(context, 0x172442d7, 8);
  store<u32>(context, 0xda8a0600, 12);
  store<u32>(context, 0xa96f30bc, 16);
  store<u32>(context, 0x163138aa, 20);
  store<u32>(context, 0xe38dee4d, 24);
  store<u32>(context, 0xb0fb0e4e, 28);
  store<u64>(context, 0, LENGTH);
}

/** Adds `length` bytes at `from`. */
export function sm3Update(context: usize, from: usize, length: i32): void {
  const total = load<u64>(context, LENGTH);
  const held = (<i32>total) & (BLOCK_BYTES - 1);
  store<u64>(context, total + length, LENGTH);
  if (held > 0) {
    const taken = min(length, BLOCK_BYTES - held);
    memory.copy(context + HELD + held, from, taken);
    if (held + taken < BLOCK_BYTES) return;
    compress(context, context + HELD, 1);
    from += taken;
    length -= taken;
  }
  const blocks = length >> 6;
  compress(context, from, blocks);
  memory.copy(context + HELD, from + (blocks << 6), length & (BLOCK_BYTES - 1));
}

/** 5.2: pads and gives 32 bytes at `to`, which may be where the message was, but not in the context. Wipes the context. */
export function sm3End(context: usize, to: usize): void {
  const total = load<u64>(context, LENGTH);
  const held = (<i32>total) & (BLOCK_BYTES - 1);
  const block = context + HELD;
  store<u8>(block + held, 0x80);
  memory.fill(block + held + 1, 0, BLOCK_BYTES - 1 - held);
  if (held >= 56) {
    compress(context, block, 1);
    memory.fill(block, 0, 56);
  }
  store<u64>(block, bswap(total << 3), 56);
  compress(context, block, 1);
  for (let at: usize = 0; at < 32; at += 4) store<u32>(to + at, bswap(load<u32>(context + at)));
  memory.fill(context, 0, SM3_CONTEXT_BYTES);
  sm3Forget();
}

/** Wipes what the last block left: for who keeps a state and ends no hash. */
export function sm3Forget(): void {
  memory.fill(WORDS, 0, 272);
}

const WHOLE: usize = memory.data(104, 16);

/** SM3 of `length` bytes at `from`, 32 bytes at `to`. Wipes the text, but not where the result came to lie in it. */
export function sm3Whole(from: usize, length: i32, to: usize): void {
  sm3Begin(WHOLE);
  sm3Update(WHOLE, from, length);
  memory.fill(from, 0, length);
  sm3End(WHOLE, to);
}

const KDF_SECRET: usize = memory.data(104, 16);
const KDF_BLOCK: usize = memory.data(104, 16);
const KDF_WORD: usize = memory.data(32, 16);

/**
 * The key derivation of GB/T 32918.4-2016 5.4.3: `length` bytes at `to`, the hashes of the secret and a 32-bit counter
 * from 1. The secret is hashed once. `to` must not overlap the secret.
 */
export function sm3Kdf(secret: usize, secretLength: i32, to: usize, length: i32): void {
  sm3Begin(KDF_SECRET);
  sm3Update(KDF_SECRET, secret, secretLength);
  for (let counter: u32 = 1; length > 0; counter++, to += 32, length -= 32) {
    memory.copy(KDF_BLOCK, KDF_SECRET, SM3_CONTEXT_BYTES);
    store<u32>(KDF_WORD, bswap(counter));
    sm3Update(KDF_BLOCK, KDF_WORD, 4);
    sm3End(KDF_BLOCK, KDF_WORD);
    memory.copy(to, KDF_WORD, min(length, 32));
  }
  memory.fill(KDF_SECRET, 0, SM3_CONTEXT_BYTES);
  memory.fill(KDF_WORD, 0, 32);
}
