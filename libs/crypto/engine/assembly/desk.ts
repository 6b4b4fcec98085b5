/**
 * The desk: the one place where callers lay arguments and find results. Each call says in its comment what lies where.
 * Whoever laid a secret on it wipes it afterwards (the bindings in libs/crypto/src/engine do).
 */

/** Enough for 1024 points and scalars of a batch, or 128 KiB of a text and its cipher. */
export const DESK_BYTES: i32 = 0x40000;

export const DESK: usize = memory.data(0x40000, 64);

/** Where the desk begins in the memory of this instance. */
export function desk(): usize {
  return DESK;
}

/** Its length in bytes. */
export function deskBytes(): i32 {
  return DESK_BYTES;
}
