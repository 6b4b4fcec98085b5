/**
 * The steps of provisioning, each with the moment between it and the next: where the work is caught, from outside, and what
 * must stand in the stores when it is there.
 */
import type { Caught, Moment } from './database-gate.fixture.js';
import { DEVICES, type KillHouse, type LineName, type Part, type Program } from './house.fixture.js';
import { WRITES, type Counts } from './tables.fixture.js';

/** A part, whatever way it dies. */
export type PartKind = Program | 'database' | 'queue';

export interface Boundary {
  readonly name: string;
  /** Whether a device asks here, the workers work, or a device downloads. */
  readonly phase: 'asking' | 'working' | 'downloading';
  /** Who is in the middle of something here: these die five times in the matrix, the others once. */
  readonly atWork: readonly PartKind[];
  /** Whether the very same step is done again after a death here; else it was done, and the next one is caught. */
  readonly isRepeated: boolean;
  catch(house: KillHouse): Caught;
  /** Whether the answer that is held here is lost with this part, as with its connection. */
  loses?(part: Part): boolean;
  /** What the stores say when the boundary was reached, with what they said before the work began. */
  stands(now: Counts, before: Counts): boolean;
}

const statement =
  (program: Program, write: RegExp, moment: Moment) =>
  ({ databases }: KillHouse): Caught =>
    databases[program].catch(write, moment);

const line =
  (name: LineName, half: 'call' | 'answer', path?: string) =>
  ({ lines }: KillHouse): Caught =>
    lines[name].catch(half, path === undefined ? undefined : (call) => call.path.startsWith(path));

/** What is asked for in one case. */
const ITEMS = 20 * DEVICES;
const LINKAGE = '/lines/la-pra';
const ISSUE = '/lines/pca-pra';

export const BOUNDARIES = [
  {
    name: 'request stored, not acknowledged',
    phase: 'asking',
    atWork: ['pra', 'database', 'queue'],
    isRepeated: false,
    catch: statement('pra', WRITES.request, 'after'),
    stands: (now, before) => now.requestsOwed > before.requestsOwed,
  },
  {
    name: 'LA not called yet',
    phase: 'working',
    atWork: ['pra-worker', 'la1'],
    isRepeated: true,
    catch: line('pra-la1', 'call', LINKAGE),
    stands: (now, before) => now.requestsOwed > before.requestsOwed && now.chainsGiven === before.chainsGiven,
  },
  {
    name: 'chains claimed, answer of la1 not arrived',
    phase: 'working',
    atWork: ['pra-worker', 'la1'],
    isRepeated: true,
    catch: line('pra-la1', 'answer', LINKAGE),
    loses: (part) => part === 'la1',
    stands: (now, before) => now.chainsGiven > before.chainsGiven && now.chainsKept === before.chainsKept,
  },
  {
    name: 'chains claimed, answer of la2 not arrived',
    phase: 'working',
    atWork: ['pra-worker', 'la2'],
    isRepeated: true,
    catch: line('pra-la2', 'answer', LINKAGE),
    loses: (part) => part === 'la2',
    stands: (now, before) => now.requestsOwed > before.requestsOwed && now.chainsKept === before.chainsKept,
  },
  {
    name: 'items pooled',
    phase: 'working',
    atWork: ['pra-worker', 'database', 'queue'],
    isRepeated: false,
    catch: statement('pra-worker', WRITES.pool, 'after'),
    stands: (now, before) => now.chainsKept > before.chainsKept,
  },
  {
    name: 'batch formed',
    phase: 'working',
    atWork: ['pra-worker', 'database', 'queue'],
    isRepeated: false,
    catch: statement('pra-worker', WRITES.batch, 'after'),
    stands: (now, before) => now.batches > 0 || now.answers > before.answers,
  },
  {
    name: 'batch sent, not arrived',
    phase: 'working',
    atWork: ['pra-worker', 'pca'],
    isRepeated: true,
    catch: line('pra-pca', 'call', ISSUE),
    stands: (now, before) => now.batches > 0 && now.results < before.results + ITEMS,
  },
  {
    name: 'intents of the PCA stored, not signed',
    phase: 'working',
    atWork: ['pca', 'database'],
    isRepeated: true,
    catch: statement('pca', WRITES.intent, 'after'),
    stands: (now) => now.batches > 0 && now.intents > now.results,
  },
  {
    name: 'signed, not stored',
    phase: 'working',
    atWork: ['pca', 'database'],
    isRepeated: true,
    catch: statement('pca', WRITES.result, 'before'),
    stands: (now) => now.batches > 0 && now.intents > now.results,
  },
  {
    name: 'stored at the PCA, answer not arrived',
    phase: 'working',
    atWork: ['pra-worker', 'pca'],
    isRepeated: true,
    catch: line('pra-pca', 'answer', ISSUE),
    loses: (part) => part === 'pca',
    stands: (now) => now.batches > 0 && now.results > now.answers,
  },
  {
    name: 'answer arrived, not stored',
    phase: 'working',
    atWork: ['pra-worker', 'database'],
    isRepeated: true,
    catch: statement('pra-worker', WRITES.answer, 'before'),
    stands: (now) => now.batches > 0 && now.results > now.answers,
  },
  {
    name: 'answers stored',
    phase: 'working',
    atWork: ['pra-worker', 'database', 'queue'],
    isRepeated: false,
    catch: statement('pra-worker', WRITES.answer, 'after'),
    stands: (now, before) => now.answers > before.answers,
  },
  {
    name: 'downloading',
    phase: 'downloading',
    atWork: ['pra', 'database'],
    isRepeated: true,
    catch: line('device-pra', 'answer'),
    // The device loses its connection each time, and takes the download up where it broke.
    loses: () => true,
    stands: (now) => now.batches === 0 && now.answers === now.results,
  },
] as const satisfies readonly Boundary[];

export type BoundaryName = (typeof BOUNDARIES)[number]['name'];

export function boundary(name: BoundaryName): Boundary {
  const found = BOUNDARIES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no boundary ${name}`);
  return found;
}
