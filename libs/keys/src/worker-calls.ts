/**
 * What a pool may ask its workers, each call as words and byte strings in, byte strings out. Nothing here gives a private key
 * back: a worker answers with what the port of the device gives, and with nothing else.
 */
import type { CaterpillarKeys } from '#crypto/butterfly.js';
import type { Sm2WrappedKey } from '#crypto/sm2.js';
import type { BatchArithmetic } from './batch-arithmetic.js';
import type { CocoonExpansion } from './crypto-device.js';
import type { Failure, Packed, Parts } from './parcel.js';
import type { StoredKeyDevice } from './stored-key-device.js';

export interface Call {
  readonly method: Method;
  readonly words: readonly (string | number)[];
  readonly parts: readonly Uint8Array[];
}

/** A call on its way to a worker; `close` ends the worker, after it has zeroed its keys. */
export interface Request {
  readonly id: number;
  readonly method: Method | 'close';
  readonly words: readonly (string | number)[];
  readonly packed: Packed;
}

/** A worker's answer to the request of this id; to none, that it is ready (`READY`) or could not begin. */
export type Reply = { readonly id: number } & ({ readonly packed: Packed } | { readonly failure: Failure });

export const READY = 0;

/** A call within the worker; words and parts are as many as the pool gives for this method. */
interface Asked {
  readonly device: StoredKeyDevice;
  readonly arithmetic: BatchArithmetic;
  readonly words: readonly (string | number)[];
  readonly parts: readonly Uint8Array[];
}

const WRAPPED_PARTS = 3;

/** The calls, by name. */
export const answers = {
  createKey: async ({ device, words }) => [await device.createKey(text(words, 0))],
  publicKey: async ({ device, words }) => [await device.publicKey(text(words, 0))],
  signBatch: ({ device, words, parts: [id, ...messages] }) => device.signBatch(text(words, 0), part(id), messages),
  unwrapBatch: ({ device, words, parts }) => device.unwrapBatch(text(words, 0), inGroups(parts, 3).map(wrappedFrom)),
  deriveBatch: ({ device, words, parts }) => device.deriveBatch(text(words, 0), parts),
  seal: async ({ device, words, parts: [plaintext] }) => [await device.seal(text(words, 0), part(plaintext))],
  open: async ({ device, words, parts: [sealed] }) => [await device.open(text(words, 0), part(sealed))],
  cocoonUnwrapBatch: ({ device, words: [label, ...places], parts }) =>
    device.cocoonUnwrapBatch(
      label as string,
      inGroups(parts, 1 + WRAPPED_PARTS).map(([key, ...wrapped], n) => ({
        expansion: expansionFrom(key, places.slice(2 * n, 2 * n + 2)),
        wrapped: wrappedFrom(wrapped),
      })),
    ),
  rebuild: async ({ device, words: [label, into, ...place], parts: [key, c] }) => [
    await device.rebuild(label as string, expansionFrom(key, place), part(c), into as string),
  ],
  issueImplicit: async ({ device, words, parts: [requestKey, before, after, hash] }) => {
    const order = { requestKey: part(requestKey), before: part(before), after: part(after) };
    const answer = await device.issueImplicit(text(words, 0), { ...order, issuerCertificateHash: part(hash) });
    return [answer.reconstructionValue, answer.privateValue];
  },
  evolveSeed: async ({ device, words: [label, steps], parts: [sealed, laId] }) => [
    await device.evolveSeed(label as string, part(sealed), { laId: part(laId), steps: steps as number }),
  ],
  destroy: async ({ device, words }) => {
    await device.destroy(text(words, 0));
    return [];
  },
  dropDestroyed: ({ device, words }) => {
    device.dropDestroyed(text(words, 0));
    return Promise.resolve([]);
  },
  labels: async ({ device }) => (await device.labels()).map((label) => new TextEncoder().encode(label)),

  expandBatch: async ({ arithmetic, words: [jCount, ...periods], parts }) => {
    const expanded = await arithmetic.expandBatch(caterpillarFrom(parts), periods as number[], jCount as number);
    return expanded.flatMap(({ signingKey, encryptionKey }) => [signingKey, encryptionKey]);
  },
  blindBatch: ({ arithmetic, parts }) =>
    arithmetic.blindBatch(inGroups(parts, 2).map(([cocoonKey, c]) => ({ cocoonKey: part(cocoonKey), c: part(c) }))),
  verifyBatch: async ({ arithmetic, parts: [publicKey, id, ...signed] }) => {
    const items = inGroups(signed, 2).map(([message, signature]) => ({
      message: part(message),
      signature: part(signature),
    }));
    const verdicts = await arithmetic.verifyBatch(part(publicKey), part(id), items);
    return [Uint8Array.from(verdicts, Number)];
  },
  wrapBatch: async ({ arithmetic, parts }) => {
    const items = inGroups(parts, 3).map(([publicKey, key, scalar]) => ({
      publicKey: part(publicKey),
      key: part(key),
      scalar: part(scalar),
    }));
    return (await arithmetic.wrapBatch(items)).flatMap(partsOfWrapped);
  },
} as const satisfies Record<string, (asked: Asked) => Promise<Parts>>;

export type Method = keyof typeof answers;

/** Parts in groups of one size, one after the other. */
export function inGroups<Part>(parts: readonly Part[], size: number): Part[][] {
  return Array.from({ length: parts.length / size }, (_, n) => parts.slice(n * size, (n + 1) * size));
}

export const partsOfWrapped = ({ v, c, t }: Sm2WrappedKey): Uint8Array[] => [v, c, t];

export function wrappedFrom([v, c, t]: readonly (Uint8Array | undefined)[]): Sm2WrappedKey {
  return { v: part(v), c: part(c), t: part(t) };
}

export const partsOfCaterpillar = (keys: CaterpillarKeys): Uint8Array[] => [
  keys.signingKey,
  keys.signingExpansion,
  keys.encryptionKey,
  keys.encryptionExpansion,
];

function caterpillarFrom([a, ks, p, ke]: readonly Uint8Array[]): CaterpillarKeys {
  return { signingKey: part(a), signingExpansion: part(ks), encryptionKey: part(p), encryptionExpansion: part(ke) };
}

function expansionFrom(key: Uint8Array | undefined, [i, j]: readonly (string | number)[]): CocoonExpansion {
  return { key: part(key), i: i as number, j: j as number };
}

function text(words: readonly (string | number)[], at: number): string {
  return words[at] as string;
}

/** A part that both sides know to be there. */
export function part(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new TypeError('a part of a message is missing');
  return bytes;
}
