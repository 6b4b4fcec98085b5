/** Remembers what was seen, so that a captured call is not taken again; kept in a table where a restart must not forget. */
export interface ReplayMemory {
  /** Notes a 32-byte hash until `expiresMillis`; false when it was noted before. Atomic. */
  noteFirst(hash: Uint8Array, nowMillis: number, expiresMillis: number): Promise<boolean>;
}

export function replayMemory(): ReplayMemory {
  const seen = new Map<string, number>();
  return {
    async noteFirst(hash, nowMillis, expiresMillis) {
      for (const [key, until] of seen) if (until < nowMillis) seen.delete(key);
      const key = Buffer.from(hash).toString('hex');
      if (seen.has(key)) return false;
      seen.set(key, expiresMillis);
      return true;
    },
  };
}
