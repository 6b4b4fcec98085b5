/** IssuedStore in memory, for tests; passes the same suite as the one in PostgreSQL. */
import { refused } from '#credentials/refusal.js';
import type { Intent, IssuedStore, KnownItem, RepeatRefusal, Result } from '../domain/issued-store.js';

interface Row {
  intent: Intent;
  result?: Pick<Result, 'certificateHash'> & { response: Uint8Array | undefined };
}

const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What may stand with one item only. */
function claims({ i, lv, keyHash, linkageTags }: Intent): [string, RepeatRefusal][] {
  return [
    [`key ${key(keyHash)}`, 'item-key-certified-before'],
    [`lv ${i} ${key(lv)}`, 'item-linkage-value-repeated'],
    [`first ${key(linkageTags[0])}`, 'item-linkage-used-before'],
    [`second ${key(linkageTags[1])}`, 'item-linkage-used-before'],
  ];
}

export interface MemoryIssuedStore extends IssuedStore {
  /** As if the process had ended between signing and storing. */
  failNextComplete(): void;
  readonly size: () => number;
}

export function memoryIssuedStore(): MemoryIssuedStore {
  let rows = new Map<string, Row>();
  let fails = false;
  const known = (hash: Uint8Array): KnownItem[] => {
    const row = rows.get(key(hash));
    if (row === undefined) return [];
    return [{ itemHash: hash, isIssued: row.result !== undefined, response: row.result?.response }];
  };
  const next = (intents: readonly Intent[]): Map<string, Row> | RepeatRefusal => {
    const after = new Map(rows);
    for (const intent of intents) {
      const before = after.get(key(intent.itemHash));
      if (before === undefined) after.set(key(intent.itemHash), { intent });
      else if (before.result === undefined)
        after.set(key(intent.itemHash), { intent: { ...before.intent, tbsHash: intent.tbsHash } });
    }
    const seen = new Set<string>();
    for (const { intent } of after.values()) {
      for (const [claim, reason] of claims(intent)) {
        if (seen.has(claim)) return reason;
        seen.add(claim);
      }
    }
    return after;
  };
  return {
    find: async (hashes) => hashes.flatMap(known),
    async begin(intents) {
      const after = next(intents);
      if (typeof after === 'string') return refused(after);
      rows = after;
      return undefined;
    },
    async complete(results) {
      if (fails) {
        fails = false;
        throw new Error('ended before the results were stored');
      }
      for (const { itemHash, certificateHash, response } of results) {
        const row = rows.get(key(itemHash));
        if (row !== undefined) row.result ??= { certificateHash, response };
      }
      return results.map(({ itemHash }) => rows.get(key(itemHash))?.result?.response as Uint8Array);
    },
    async findCertificate(i, lv, certificateHash) {
      const row = [...rows.values()].find(
        ({ intent, result }) =>
          intent.i === i &&
          key(intent.lv) === key(lv) &&
          result &&
          key(result.certificateHash) === key(certificateHash),
      );
      return row && { itemHash: row.intent.itemHash, pra: row.intent.pra };
    },
    async erase(i, keepFromI) {
      for (const [hash, { intent, result }] of rows) {
        if (intent.i < keepFromI) rows.delete(hash);
        else if (intent.i < i && result !== undefined) result.response = undefined;
      }
    },
    failNextComplete: () => (fails = true),
    size: () => rows.size,
  };
}
