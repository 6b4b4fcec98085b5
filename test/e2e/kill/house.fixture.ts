/**
 * A domain that may be killed anywhere: every authority a process, the PRA's door and its worker two, PostgreSQL and perhaps
 * Redis beside them; and on every line, and before every database, a gate that can hold what passes.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATABASE, openSeparateHouse, type SeparateHouse } from '#apps/all-in-one/src/house/separate-house.js';
import { plannedInstances } from '#apps/all-in-one/src/role-table.js';
import type { Clock } from '#credentials/clock.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { ScenarioClock } from '#service/scenario-clock.js';
import { DatabaseGate } from './database-gate.fixture.js';
import { LineGate } from './line-gate.fixture.js';
import { RedisServer } from './redis-server.fixture.js';
import { Tables } from './tables.fixture.js';

/** `node chrysalis test` compiles before it runs; whoever runs jest alone builds first. */
const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
const HOUR_MILLIS = 3_600_000;
const LAST_LINES = 20;

/** D of the shuffle, and how many items a batch holds: the forty items of two devices are two batches. */
export const DEVICES = 2;
export const BATCH_ITEMS = 20;

export const PROGRAMS = ['pca', 'la1', 'la2', 'pra', 'pra-worker'] as const;
export type Program = (typeof PROGRAMS)[number];
const LINES = {
  'pra-la1': 'la1',
  'pra-la2': 'la2',
  'pra-pca': 'pca',
  'la1-pca': 'pca',
  'la2-pca': 'pca',
  'device-pra': 'pra',
} as const satisfies Record<string, Program>;
export type LineName = keyof typeof LINES;

/** What can die. The server's immediate shutdown leaves no checkpoint either, but ends its children in order. */
export type Part =
  Program | 'database-killed' | 'database-immediate' | 'queue-emptied' | 'redis-killed' | 'redis-flushed';

export const PARTS = {
  postgres: [...PROGRAMS, 'database-killed', 'database-immediate', 'queue-emptied'],
  redis: ['redis-killed', 'redis-flushed'],
} as const satisfies Record<string, readonly Part[]>;

export interface KillHouse {
  readonly house: SeparateHouse;
  readonly clock: Clock;
  readonly databases: Readonly<Record<Program, DatabaseGate>>;
  readonly lines: Readonly<Record<LineName, LineGate>>;
  /** Where devices find the PRA: through the line device-pra. */
  readonly praUrl: string;
  readonly tables: Tables;
  /** Moves everybody's clock on: what was put off is due. */
  advance(millis: number): void;
  /** Ends a part without a word; resolves when it is gone. */
  kill(part: Part): Promise<void>;
  /** Starts it again; resolves when it answers. */
  revive(part: Part): Promise<void>;
  close(): Promise<void>;
}

export interface KillHouseOptions {
  readonly queue: 'postgres' | 'redis';
  readonly praSettings?: object;
  /** Called when the databases are made and before anything runs on them; what it answers, when all of them are gone. */
  readonly prepare?: (house: SeparateHouse, folder: string) => Promise<() => void>;
}

export async function openKillHouse(options: KillHouseOptions): Promise<KillHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-kill-'));
  // As root the database's account must pass through here.
  await chmod(folder, 0o711);
  const redis = options.queue === 'redis' ? await RedisServer.open(folder) : undefined;
  const built: { house?: SeparateHouse } = {};
  const running = (): SeparateHouse => {
    if (built.house === undefined) throw new Error('the house does not stand yet');
    return built.house;
  };
  const lines = mapped(Object.keys(LINES) as LineName[], (name) => new LineGate(() => running().urlOf(LINES[name])));
  const urls = await opened(lines);
  const clockFile = join(folder, 'clock.json');
  const clock = new ScenarioClock(clockFile, earlyThisWeek());
  const house = await openSeparateHouse({
    directory: join(folder, 'house'),
    programs: PROGRAMS.map((name) => ({
      name,
      ...(name === 'pra-worker' ? { authority: 'pra' } : {}),
      settings: {
        clock: { kind: 'file', path: clockFile },
        databaseUrlFile: join(folder, `${name}.url`),
        ...peersOf(name, urls),
      },
      ...(name.startsWith('pra') ? { roleSettings: praSettings(name, options.praSettings) } : {}),
    })),
    vehicles: 2 * DEVICES,
    programFolder: DIST,
    ...(redis === undefined ? {} : { redisUrl: redis.url }),
  });
  built.house = house;
  await redis?.saveLogins();
  const undo = await options.prepare?.(house, folder);
  const server = serverOf(house);
  const databases = mapped(PROGRAMS, () => new DatabaseGate(server));
  for (const name of PROGRAMS) {
    const url = await house.databaseUrl(name === 'pra-worker' ? 'pra' : name);
    await writeFile(join(folder, `${name}.url`), await databases[name].open(url), { mode: 0o600 });
  }
  await Promise.all(PROGRAMS.map((name) => house.start(name)));
  const parts = new Parts(house, redis, new Tables((name) => house.databaseUrl(name)));
  return {
    house,
    clock,
    databases,
    lines,
    praUrl: urls['device-pra'],
    tables: parts.tables,
    advance: (millis) => clock.advanceTo(clock.nowMillis() + millis),
    kill: (part) => parts.kill(part),
    revive: (part) => parts.revive(part),
    close: async () => {
      for (const gate of [...Object.values(lines), ...Object.values(databases)]) await gate.close();
      await house.close();
      undo?.();
      await redis?.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The last lines of every log, for a failure's message. */
export async function logsOf({ house }: KillHouse): Promise<string> {
  const texts = await Promise.all(
    PROGRAMS.map(async (name) => {
      const log = await readFile(house.logFile(name), 'utf8').catch(() => 'no log');
      return `${name}:\n${log.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`;
    }),
  );
  return texts.join('\n');
}

class Parts {
  constructor(
    private readonly house: SeparateHouse,
    private readonly redis: RedisServer | undefined,
    readonly tables: Tables,
  ) {}

  async kill(part: Part): Promise<void> {
    switch (part) {
      case 'database-killed':
        return this.house.kill(DATABASE, 'SIGKILL');
      case 'database-immediate':
        return this.house.kill(DATABASE, 'SIGQUIT');
      case 'queue-emptied':
        return void (await this.tables.emptyQueue());
      case 'redis-killed':
        return this.redisOrThrow().kill();
      case 'redis-flushed':
        return void (await this.redisOrThrow().flush());
      default:
        return this.house.kill(part, 'SIGKILL');
    }
  }

  async revive(part: Part): Promise<void> {
    switch (part) {
      case 'database-killed':
      case 'database-immediate':
        return this.house.start(DATABASE);
      case 'queue-emptied':
      case 'redis-flushed':
        return;
      case 'redis-killed':
        return this.redisOrThrow().start();
      default:
        return this.house.start(part);
    }
  }

  private redisOrThrow(): RedisServer {
    if (this.redis === undefined) throw new Error('this house has its queues in PostgreSQL');
    return this.redis;
  }
}

/** Two hours into the running week: a long run stays in it, and the authorities' certificates are older than it. */
function earlyThisWeek(): number {
  const i = periodAt(ccsa.epochMillis, Date.now());
  return periodStartMillis(ccsa.epochMillis, i) + 2 * HOUR_MILLIS;
}

function praSettings(name: Program, changes: object | undefined): object {
  return {
    minimumDevices: DEVICES,
    maximumItems: BATCH_ITEMS,
    // One after the other: at a boundary it is known how far everything is.
    batchesAtOnce: 1,
    flushSeconds: 1,
    downloadAheadHours: 1000,
    // A copy that breaks off is asked for again at once.
    door: { minimumDownloadWaitSeconds: 0 },
    work: name === 'pra-worker',
    ...changes,
  };
}

/** Where a program finds the others: at the gates. */
function peersOf(name: Program, urls: Readonly<Record<LineName, string>>): { peers?: Record<string, PeerOf> } {
  const hostname = (peer: string): string =>
    plannedInstances(['a']).find((instance) => instance.name === peer)?.hostname ?? '';
  const peer = (line: LineName): PeerOf => ({ url: urls[line], hostname: hostname(LINES[line]) });
  if (name === 'la1') return { peers: { pca: peer('la1-pca') } };
  if (name === 'la2') return { peers: { pca: peer('la2-pca') } };
  if (name === 'pca') return {};
  // No MA runs here, and nobody reports.
  const ma = { url: 'http://127.0.0.1:9', hostname: hostname('ma') };
  return { peers: { la1: peer('pra-la1'), la2: peer('pra-la2'), pca: peer('pra-pca'), ma } };
}

interface PeerOf {
  readonly url: string;
  readonly hostname: string;
}

/** Always at the same port, whether it runs or not. */
function serverOf(house: SeparateHouse): { host: string; port: number } {
  const { hostname, port } = new URL(house.adminUrl);
  return { host: hostname, port: Number(port) };
}

function mapped<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

async function opened(lines: Readonly<Record<LineName, LineGate>>): Promise<Record<LineName, string>> {
  const entries = await Promise.all(Object.entries(lines).map(async ([name, gate]) => [name, await gate.open()]));
  return Object.fromEntries(entries) as Record<LineName, string>;
}
