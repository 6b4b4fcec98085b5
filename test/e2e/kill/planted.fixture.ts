/** Faults that an auditor must name: each bends one thing that it is shown, after a run in which everything agreed. */
import type { Asker } from './devices.fixture.js';
import type { KillHouse } from './house.fixture.js';
import type { ResultRow, Tables } from './tables.fixture.js';

export interface Shown {
  readonly house: KillHouse;
  readonly askers: readonly Asker[];
}

export interface Plant {
  readonly name: string;
  /** A word of the one finding that names it. */
  readonly finding: string;
  bend(shown: Shown): Shown;
}

type Reads = Partial<Pick<Tables, 'counts' | 'answers' | 'results' | 'voids' | 'chainsKept'>>;

/** The same stores, read otherwise. */
function read({ house, askers }: Shown, change: (tables: Tables) => Reads): Shown {
  const tables = Object.assign(Object.create(house.tables) as Tables, change(house.tables));
  return { house: { ...house, tables }, askers };
}

/** The same devices, one of which holds other certificates. */
function hold(
  { house, askers }: Shown,
  change: (of: Asker['certificates'], i: number) => Asker['certificates'],
): Shown {
  const [first, ...others] = askers as [Asker, ...Asker[]];
  return { house, askers: [{ ...first, certificates: change(first.certificates, first.firstI) }, ...others] };
}

const withoutFirst = async <Row>(rows: Promise<Row[]>): Promise<Row[]> => (await rows).slice(1);

/** Rows of which the second has this of the first. */
async function alike<Row>(rows: Promise<Row[]>, what: keyof Row): Promise<Row[]> {
  const [first, second, ...others] = (await rows) as [Row, Row, ...Row[]];
  return [first, { ...second, [what]: first[what] }, ...others];
}

export const PLANTS: readonly Plant[] = [
  {
    name: 'a batch that is still owed',
    finding: 'still owes 1 batches',
    bend: (shown) => read(shown, (tables) => ({ counts: async () => ({ ...(await tables.counts()), batches: 1 }) })),
  },
  {
    name: 'an answer that the PRA has lost',
    finding: 'a record of the PCA without an answer at the PRA',
    bend: (shown) => read(shown, (tables) => ({ answers: () => withoutFirst(tables.answers()) })),
  },
  {
    name: 'an answer whose item nobody knows',
    finding: 'answers at the PRA for',
    bend: (shown) =>
      read(shown, (tables) => ({
        counts: async () => {
          const counts = await tables.counts();
          return { ...counts, answers: counts.answers + 1 };
        },
      })),
  },
  {
    name: 'a record that the PCA has lost',
    finding: 'an answer of the PRA without a record at the PCA',
    bend: (shown) => read(shown, (tables) => ({ results: () => withoutFirst(tables.results()) })),
  },
  {
    name: 'an intent that was never carried out',
    finding: '1 intents of the PCA without a certificate',
    bend: (shown) =>
      read(shown, (tables) => ({
        results: async () =>
          (await tables.results()).map((row, n) => (n === 0 ? { ...row, certificateHash: undefined } : row)),
      })),
  },
  {
    name: 'a void intent of an item that was never certified',
    finding: '1 times an intent is void and none stands in its place',
    bend: (shown) =>
      read(shown, (tables) => ({
        voids: async () => [...(await tables.voids()), { itemHash: Buffer.alloc(32, 7), tbsHash: Buffer.alloc(32, 7) }],
      })),
  },
  {
    name: 'an intent that is void and was carried out all the same',
    finding: '1 times a device holds what an intent meant that is void',
    bend: (shown) =>
      read(shown, (tables) => ({
        // The intent of one item, given up; what it meant is what another item’s device holds.
        voids: async () => {
          const [one, other] = (await tables.results()) as [ResultRow, ResultRow];
          return [...(await tables.voids()), { itemHash: one.itemHash, tbsHash: other.tbsHash }];
        },
      })),
  },
  {
    name: 'an intent that stands and is void',
    finding: '1 times an intent is void and stands',
    bend: (shown) =>
      read(shown, (tables) => ({
        voids: async () => [...(await tables.voids()), ...(await tables.results()).slice(0, 1)],
      })),
  },
  {
    name: 'an answer that stands twice',
    finding: 'an answer stands at the PRA twice',
    bend: (shown) => read(shown, (tables) => ({ answers: () => alike(tables.answers(), 'itemHash') })),
  },
  {
    name: 'a cocoon key that was certified twice',
    finding: 'a cocoon key stands in the PCA’s record twice',
    bend: (shown) => read(shown, (tables) => ({ results: () => alike(tables.results(), 'keyHash') })),
  },
  {
    name: 'a linkage value that was given twice',
    finding: 'a linkage value stands in the PCA’s record twice',
    bend: (shown) => read(shown, (tables) => ({ results: () => alike(tables.results(), 'lv') })),
  },
  {
    name: 'a chain that two requests were given',
    finding: 'a chain gave one week to two requests',
    bend: (shown) => read(shown, (tables) => ({ chainsKept: () => alike(tables.chainsKept(), 'handles') })),
  },
  {
    name: 'a request whose chains are another’s',
    finding: 'is not of its chains',
    bend: (shown) =>
      read(shown, (tables) => ({
        chainsKept: async () => {
          const rows = await tables.chainsKept();
          return rows.map((row, n) => ({ ...row, handles: rows[(n + 1) % rows.length]?.handles ?? row.handles }));
        },
      })),
  },
  {
    name: 'a week that a device has not got',
    finding: 'holds 0 certificates of week',
    bend: (shown) => hold(shown, () => new Map()),
  },
  {
    name: 'a certificate that a device has twice',
    finding: '1 times a certificate came again',
    bend: (shown) =>
      hold(shown, (of, i) => {
        const [first, , ...others] = of.get(i) ?? [];
        return first === undefined ? of : new Map(of).set(i, [first, first, ...others]);
      }),
  },
];
