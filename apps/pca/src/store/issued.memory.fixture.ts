/** IssuedStore in memory, for tests; passes the same suite as the one in PostgreSQL. */
import { refused } from '#credentials/refusal.js';
import type { Intent, IssuedStore, KnownItem, RepeatRefusal, Result, VoidIntent } from '../domain/issued-store.js';

interface Row {
  intent: Intent;
  pra: string;
  result?: Pick<Result, 'certificateHash'> & { response: Uint8Array | undefined };
}

const key = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What may stand with one item only. */
function claims({ i, lv, keyHash, linkageTags }: Intent): [string, RepeatRefusal][] {
  const [, tag] = linkageTags;
  const second: [string, RepeatRefusal][] = tag ? [[`second ${i} ${key(tag)}`, 'item-linkage-used-before']] : [];
  return [
    [`key ${i} ${key(keyHash)}`, 'item-key-certified-before'],
    [`lv ${i} ${key(lv)}`, 'item-linkage-value-repeated'],
    [`first ${i} ${key(linkageTags[0])}`, 'item-linkage-used-before'],
    ...second,
  ];
}

export interface MemoryIssuedStore extends IssuedStore {
  /** As if the process had ended between signing and storing. */
  failNextComplete(): void;
  /** As if the disk were full before the signature. */
  failNextBegin(): void;
  readonly size: () => number;
}

export function memoryIssuedStore(): MemoryIssuedStore {
  let rows = new Map<string, Row>();
  let [failsBegin, failsComplete] = [false, false];
  let batches = 0;
  const known = (hash: Uint8Array): KnownItem[] => {
    const row = rows.get(key(hash));
    if (row === undefined) return [];
    return [{ itemHash: hash, isIssued: row.result !== undefined, response: row.result?.response }];
  };
  const next = (intents: readonly Intent[], pra: string): [Map<string, Row>, VoidIntent[]] | RepeatRefusal => {
    const after = new Map(rows);
    const voided: VoidIntent[] = [];
    for (const intent of intents) {
      const before = after.get(key(intent.itemHash));
      if (before === undefined) after.set(key(intent.itemHash), { intent, pra });
      else if (before.result === undefined && key(before.intent.tbsHash) !== key(intent.tbsHash)) {
        voided.push({ itemHash: intent.itemHash, tbsHash: before.intent.tbsHash });
        after.set(key(intent.itemHash), { intent: { ...before.intent, tbsHash: intent.tbsHash }, pra });
      }
    }
    const seen = new Set<string>();
    for (const { intent } of after.values()) {
      for (const [claim, reason] of claims(intent)) {
        if (seen.has(claim)) return reason;
        seen.add(claim);
      }
    }
    return [after, voided];
  };
  const keep = ({ itemHash, tbsHash, certificateHash, response }: Result): void => {
    const row = rows.get(key(itemHash));
    if (row === undefined) throw new Error('a result without an intent');
    if (row.result === undefined && key(row.intent.tbsHash) !== key(tbsHash))
      throw new Error('an intent was replaced while its certificate was made');
    row.result ??= { certificateHash, response };
  };
  return {
    find: async (items) => items.flatMap(({ itemHash }) => known(itemHash)),
    async begin(intents, pra) {
      if (failsBegin) {
        failsBegin = false;
        throw new Error('the intents were not stored');
      }
      const after = next(intents, pra);
      if (typeof after === 'string') return refused(after);
      rows = after[0];
      return { kind: 'begun', batch: `batch ${++batches}`, voided: after[1] };
    },
    async complete(_batch, results) {
      if (failsComplete) {
        failsComplete = false;
        throw new Error('ended before the results were stored');
      }
      for (const result of results) keep(result);
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
      return row && { itemHash: row.intent.itemHash, pra: row.pra };
    },
    async erase(i, keepFromI) {
      for (const [hash, { intent, result }] of rows) {
        if (intent.i < keepFromI) rows.delete(hash);
        else if (intent.i < i && result !== undefined) result.response = undefined;
      }
    },
    failNextComplete: () => (failsComplete = true),
    failNextBegin: () => (failsBegin = true),
    size: () => rows.size,
  };
}
