/**
 * The steps of provisioning, each with the moment between it and the next: where the work is caught, from outside, and what
 * must stand in the stores when it is there.
 */
import type { Caught, Moment } from './database-gate.fixture.js';
import type { KillHouse, LineName, Program } from './house.fixture.js';
import { WRITES, type Counts } from './tables.fixture.js';

export interface Boundary {
  readonly name: string;
  /** Whether a device asks here, the workers work, or a device downloads. */
  readonly phase: 'asking' | 'working' | 'downloading';
  /** Whether the very same step is done again after a death here; else it was done, and the next one is caught. */
  readonly isRepeated: boolean;
  catch(house: KillHouse): Caught;
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

const LINKAGE = '/lines/la-pra';
const ISSUE = '/lines/pca-pra';

export const BOUNDARIES = [
  {
    name: 'request stored, not acknowledged',
    phase: 'asking',
    isRepeated: false,
    catch: statement('pra', WRITES.request, 'after'),
    stands: (now, before) => now.requestsOwed > before.requestsOwed,
  },
  {
    name: 'LA not called yet',
    phase: 'working',
    isRepeated: true,
    catch: line('pra-la1', 'call', LINKAGE),
    stands: (now, before) => now.requestsOwed > before.requestsOwed && now.chains === before.chains,
  },
  {
    name: 'chains claimed, answer of la1 not arrived',
    phase: 'working',
    isRepeated: true,
    catch: line('pra-la1', 'answer', LINKAGE),
    stands: (now, before) => now.chains > before.chains && now.handles === before.handles,
  },
  {
    name: 'chains claimed, answer of la2 not arrived',
    phase: 'working',
    isRepeated: true,
    catch: line('pra-la2', 'answer', LINKAGE),
    stands: (now, before) => now.requestsOwed > before.requestsOwed && now.handles === before.handles,
  },
  {
    name: 'items pooled',
    phase: 'working',
    isRepeated: false,
    catch: statement('pra-worker', WRITES.pool, 'after'),
    stands: (now, before) => now.pooled > 0 && now.handles > before.handles,
  },
  {
    name: 'batch formed',
    phase: 'working',
    isRepeated: false,
    catch: statement('pra-worker', WRITES.batch, 'after'),
    stands: (now, before) => now.batches > 0 && now.intents === before.intents,
  },
  {
    name: 'batch sent, not arrived',
    phase: 'working',
    isRepeated: true,
    catch: line('pra-pca', 'call', ISSUE),
    stands: (now) => now.batches > 0 && now.intents === now.results,
  },
  {
    name: 'intents of the PCA stored, not signed',
    phase: 'working',
    isRepeated: true,
    catch: statement('pca', WRITES.intent, 'after'),
    stands: (now) => now.batches > 0 && now.intents > now.results,
  },
  {
    name: 'signed, not stored',
    phase: 'working',
    isRepeated: true,
    catch: statement('pca', WRITES.result, 'before'),
    stands: (now) => now.batches > 0 && now.intents > now.results,
  },
  {
    name: 'stored at the PCA, answer not arrived',
    phase: 'working',
    isRepeated: true,
    catch: line('pra-pca', 'answer', ISSUE),
    stands: (now) => now.batches > 0 && now.results > now.answers,
  },
  {
    name: 'answer arrived, not stored',
    phase: 'working',
    isRepeated: true,
    catch: statement('pra-worker', WRITES.answer, 'before'),
    stands: (now) => now.batches > 0 && now.results > now.answers,
  },
  {
    name: 'answers stored',
    phase: 'working',
    isRepeated: false,
    catch: statement('pra-worker', WRITES.answer, 'after'),
    stands: (now, before) => now.answers > before.answers,
  },
  {
    name: 'downloading',
    phase: 'downloading',
    isRepeated: true,
    catch: line('device-pra', 'answer'),
    stands: (now) => now.batches === 0 && now.answers === now.results,
  },
] as const satisfies readonly Boundary[];

export type BoundaryName = (typeof BOUNDARIES)[number]['name'];

export function boundary(name: BoundaryName): Boundary {
  const found = BOUNDARIES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no boundary ${name}`);
  return found;
}
