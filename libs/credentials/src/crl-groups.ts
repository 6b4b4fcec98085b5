/**
 * How revoked chains stand on a list: by jMax, by LAs, by iMax, and within that in the order of their seeds, which tells
 * nothing of who was revoked when. IEEE 1609.2-2022, JMaxGroup, LAGroup, IMaxGroup.
 */
import type { Infer } from '#coer/codec.js';
import type { LinkageChain } from '#crypto/linkage.js';
import type { IMaxGroup, JMaxGroup, LAGroup } from '#wire/crl.js';
import { idKey } from './certificate-facts.js';

/** A revoked chain without the period of its seeds, which the whole list shares. */
export interface ListedChain extends LinkageChain {
  readonly iMax: number;
  readonly jMax: number;
}
type OfJMax = Infer<typeof JMaxGroup>;

/**
 * LAGroup names two LAs. With one LA its entries are `singleSeeds`, and both names are that LA's: the format does not say
 * whose seeds they are, and so every reading of it is right.
 */
const secondName = ({ la1Id, la2Id }: ListedChain): Uint8Array => la2Id ?? la1Id;
const namesOfLas = (chain: ListedChain): string => idKey(chain.la1Id) + idKey(secondName(chain));

/** Groups in rising order of the key. */
export function grouped<T, K extends string | number>(items: readonly T[], keyOf: (item: T) => K): T[][] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const members = groups.get(keyOf(item));
    if (members === undefined) groups.set(keyOf(item), [item]);
    else members.push(item);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, members]) => members);
}

const inOrderOfSeeds = (chains: readonly ListedChain[]): ListedChain[] =>
  [...chains].sort((a, b) => Buffer.compare(a.seed1, b.seed1));

/** The entries of one IMaxGroup: pairs, or single seeds, never both, since the LAs of a group are two or one. */
function seedsOf(chains: readonly ListedChain[]): Pick<IMaxGroup, 'contents' | 'singleSeeds'> {
  const contents = chains.flatMap(({ seed1, seed2 }) =>
    seed2 === undefined ? [] : [{ 'linkage-seed1': seed1, 'linkage-seed2': seed2 }],
  );
  if (contents.length === chains.length) return { contents };
  if (contents.length > 0) throw new RangeError('entries: one LA and a pair of the same');
  return { contents, singleSeeds: chains.map(({ seed1 }) => seed1) };
}

/** The groups of a list. Throws RangeError for a pair of one LA twice beside chains of that LA alone. */
export function groupsOfChains(chains: readonly ListedChain[]): OfJMax[] {
  return grouped(chains, ({ jMax }) => jMax).map((ofJMax) => ({
    jmax: (ofJMax[0] as ListedChain).jMax,
    contents: grouped(ofJMax, namesOfLas).map((ofLas) => ({
      la1Id: (ofLas[0] as ListedChain).la1Id,
      la2Id: secondName(ofLas[0] as ListedChain),
      contents: grouped(ofLas, ({ iMax }) => iMax).map((ofIMax) => ({
        iMax: (ofIMax[0] as ListedChain).iMax,
        ...seedsOf(inOrderOfSeeds(ofIMax)),
      })),
    })),
  }));
}

/** Whether each group says whose its seeds are: single seeds under two names could be either LA's, and are not guessed at. */
export const sayWhose = (groups: readonly OfJMax[]): boolean =>
  groups.every(({ contents }) => contents.every(saysWhose));

function saysWhose({ la1Id, la2Id, contents }: LAGroup): boolean {
  if (Buffer.compare(la1Id, la2Id) !== 0) return contents.every(({ singleSeeds }) => singleSeeds === undefined);
  return contents.every(({ contents: pairs }) => pairs.length === 0);
}

/** The chains of groups that say whose they are. */
export function chainsOfGroups(groups: readonly OfJMax[]): ListedChain[] {
  return groups.flatMap(({ jmax, contents: ofJMax }) =>
    ofJMax.flatMap(({ la1Id, la2Id, contents: ofLas }) =>
      ofLas.flatMap(({ iMax, contents: pairs, singleSeeds }): ListedChain[] => {
        const place = { iMax, jMax: jmax, la1Id };
        return [
          ...pairs.map((seeds) => ({ ...place, seed1: seeds['linkage-seed1'], la2Id, seed2: seeds['linkage-seed2'] })),
          ...(singleSeeds ?? []).map((seed1) => ({ ...place, seed1 })),
        ];
      }),
    ),
  );
}

// ---- in memory ----------------------------------------------------------------------------------------------------

const SEED_BYTES = 16;
/** How many chains are unpacked at once. */
const AT_ONCE = 4096;

/** Chains of one jMax, iMax and of the same LAs: their seeds as one block of memory, 32 bytes a chain, or 16 of one LA. */
export interface PackedChains {
  readonly iMax: number;
  readonly jMax: number;
  readonly la1Id: Uint8Array;
  readonly la2Id: Uint8Array | undefined;
  readonly seeds: Uint8Array;
}

/** The groups of a list as a receiver keeps them. Nothing of the list's own memory is held on to. */
export function packChains(groups: readonly OfJMax[]): PackedChains[] {
  return groups.flatMap(({ jmax: jMax, contents: ofJMax }) =>
    ofJMax.flatMap(({ la1Id, la2Id, contents: ofLas }) =>
      ofLas.flatMap(({ iMax, contents: pairs, singleSeeds = [] }) => {
        const both = pairs.flatMap((seeds) => [seeds['linkage-seed1'], seeds['linkage-seed2']]);
        const place = { iMax, jMax, la1Id: la1Id.slice() };
        return [
          { ...place, la2Id: la2Id.slice(), seeds: joined(both) },
          { ...place, la2Id: undefined, seeds: joined(singleSeeds) },
        ].filter(({ seeds }) => seeds.length > 0);
      }),
    ),
  );
}

function joined(seeds: readonly Uint8Array[]): Uint8Array {
  const block = new Uint8Array(seeds.length * SEED_BYTES);
  seeds.forEach((seed, n) => block.set(seed, n * SEED_BYTES));
  return block;
}

export const chainsIn = ({ la2Id, seeds }: PackedChains): number =>
  seeds.length / (la2Id === undefined ? SEED_BYTES : 2 * SEED_BYTES);

/** The chains of a block in turns of some thousand, for what is computed over them. */
export function* unpackChains(packed: PackedChains): Generator<LinkageChain[]> {
  const { la1Id, la2Id, seeds } = packed;
  const seedAt = (n: number): Uint8Array => seeds.subarray(n * SEED_BYTES, (n + 1) * SEED_BYTES);
  const chainAt = (n: number): LinkageChain =>
    la2Id === undefined
      ? { la1Id, seed1: seedAt(n) }
      : { la1Id, seed1: seedAt(2 * n), la2Id, seed2: seedAt(2 * n + 1) };
  const count = chainsIn(packed);
  for (let from = 0; from < count; from += AT_ONCE) {
    yield Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => chainAt(from + n));
  }
}
