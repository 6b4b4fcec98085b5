/**
 * One domain as it runs in earnest: founded here, and then every program a process of its own, with its own database and
 * login on one PostgreSQL server that is a process as well. Each of them can be killed and started again at any time.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDataDirectory, type DataDirectory } from '#persistence/data-directory.js';
import { startEmbeddedPostgres, type PostgresServer } from '#persistence/embedded-postgres.js';
import { InstanceSettings } from '#service/settings.js';
import { DIST } from './ceremony.js';
import { House, type HouseOptions } from './house.js';
import { settingsPath } from './instance-settings.js';
import { pathsOf, type Placed } from './plan.js';
import { freePorts } from './ports.js';

const DOMAIN = 'a';
const READY = 'answers on port';
/** The database server under its own name in `start`, `kill` and `pidOf`. */
export const DATABASE = 'database';
const KEPT_LINES = 30;
/** After a SIGKILL of the server its children must notice before the next may use the data. */
const RESTART_ATTEMPTS = 50;
const RESTART_PAUSE_MILLIS = 200;
const STOP_PATIENCE_MILLIS = 15_000;

/** A program to be run. Several may be of one authority: they share its keys, tables and queue. */
export interface SeparateProgram {
  /** `pca`, `pra-worker`: what it is called here. */
  readonly name: string;
  /** Name of the authority in the role table, when it is not `name`. */
  readonly authority?: string;
  readonly settings?: Partial<InstanceSettings>;
  readonly roleSettings?: object;
  /** Other URLs for some of the authorities that it calls: what stands between is then the caller's affair. */
  readonly peerUrls?: Readonly<Record<string, string>>;
  /** Flags of Node's own. */
  readonly nodeFlags?: readonly string[];
}

export interface SeparateOptions {
  /** A folder for everything; made when it is missing, refused when it holds something. As root it must be passable for others. */
  readonly directory: string;
  readonly programs: readonly SeparateProgram[];
  /** For the settings of the shuffle that the role table gives; at least 2. */
  readonly vehicles: number;
  /** An administrator's PostgreSQL in place of the embedded one; `kill('database')` is then refused. */
  readonly databaseUrl?: string | undefined;
  /** An administrator's Redis for the queues. */
  readonly redisUrl?: string | undefined;
  /** The folder of the compiled programs, when it is not the one this runs from. */
  readonly programFolder?: string;
}

export interface SeparateHouse {
  /** Where the program of this name answers. */
  urlOf(name: string): string;
  /** Starts a program that does not run; resolves when it answers. */
  start(name: string): Promise<void>;
  startAll(): Promise<void>;
  /** Sends the signal and resolves when the process is gone; nothing when it does not run. */
  kill(name: string, signal: NodeJS.Signals): Promise<void>;
  /** Undefined when it does not run. */
  pidOf(name: string): number | undefined;
  isRunning(name: string): boolean;
  /** URL of the login and database of an authority of the table, whether it runs or not. */
  databaseUrl(authority: string): Promise<string>;
  /** postgres://… of the administrator. */
  readonly adminUrl: string;
  /** Keys, certificate and configuration of an authority of the table. */
  placed(authority: string): Placed;
  /** The one anchor of trust, and the lists, as files. */
  readonly trust: { readonly trclaCertificate: string; readonly trcl: string; readonly tdcl: string };
  /** The log of a program. */
  logFile(name: string): string;
  /** Ends every program (SIGTERM, then SIGKILL), then the database; the files stay. */
  close(): Promise<void>;
}

/** Founds the domain in `directory`, and starts the database, and none of the programs. */
export async function openSeparateHouse(options: SeparateOptions): Promise<SeparateHouse> {
  const data = await openDataDirectory(options.directory);
  try {
    const placed = await found(data, options);
    const paths = pathsOf(data.path);
    for (const { directory } of placed) await keepLists(paths.exchange, directory);
    const files = await writeConfigurations(options.programs, placed, paths.logs);
    const database = options.databaseUrl === undefined ? await startDatabase(data, placed.length) : undefined;
    return new Processes(data, options, placed, files, database);
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** The ceremony and the certificates; only the TCMF and the ICA run for it, in this process, and end again. */
async function found(data: DataDirectory, options: SeparateOptions): Promise<readonly Placed[]> {
  const houseOptions: HouseOptions = {
    vehicles: options.vehicles,
    anyPorts: true,
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    domains: [DOMAIN],
    ...(options.programFolder === undefined ? {} : { programs: options.programFolder }),
  };
  const house = await House.open(data, houseOptions);
  try {
    await house.found();
    await house.certify(DOMAIN);
    return house.placed;
  } finally {
    await house.close();
  }
}

/** The lists as a start without a TCMF finds them. */
async function keepLists(exchange: string, directory: string): Promise<void> {
  const trust = join(directory, 'trust');
  await mkdir(trust, { recursive: true, mode: 0o700 });
  await cp(join(exchange, 'trcl.coer'), join(trust, 'trcl.coer'));
  await cp(join(exchange, 'tdcl.coer'), join(trust, 'tdcl-0.coer'));
}

interface ProgramFiles {
  readonly app: string;
  readonly url: string;
  readonly config: string;
  readonly log: string;
}

async function writeConfigurations(
  programs: readonly SeparateProgram[],
  placed: readonly Placed[],
  logs: string,
): Promise<Map<string, ProgramFiles>> {
  const files = new Map<string, ProgramFiles>();
  const taken = new Set<string>();
  for (const program of programs) {
    if (program.name === DATABASE || files.has(program.name))
      throw new Error(`two programs are called ${program.name}`);
    const own = placedAs(placed, program.authority ?? program.name);
    const text = await readFile(settingsPath(own), 'utf8');
    const table = InstanceSettings.parse(JSON.parse(text));
    // The first of an authority answers where the others look for it.
    const port = taken.has(own.instance) ? ((await freePorts(1))[0] as number) : own.port;
    taken.add(own.instance);
    const log = join(logs, `${program.name}.log`);
    const settings: InstanceSettings = InstanceSettings.parse({
      ...table,
      clock: { kind: 'system' },
      listen: { ...table.listen, port },
      logFile: log,
      peers: peersOf(table, program.peerUrls),
      ...program.settings,
      roleSettings: { ...(table.roleSettings as object), ...program.roleSettings },
    });
    const config = join(own.directory, `${program.name}.separate.json`);
    await writeFile(config, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
    files.set(program.name, { app: own.app, url: `http://127.0.0.1:${String(settings.listen.port)}`, config, log });
  }
  return files;
}

function peersOf({ peers }: InstanceSettings, urls: Readonly<Record<string, string>> = {}): InstanceSettings['peers'] {
  return Object.fromEntries(
    Object.entries(peers).map(([name, { url, hostname }]) => [name, { url: urls[name] ?? url, hostname }]),
  );
}

function placedAs(placed: readonly Placed[], authority: string): Placed {
  const found = placed.find(({ name }) => name === authority);
  if (found === undefined) throw new Error(`the role table has no ${authority}`);
  return found;
}

/** The server on the port that the instances' URLs name. */
async function startDatabase(data: DataDirectory, instances: number): Promise<PostgresServer> {
  const plan = await data.readJson<{ databasePort: number }>('plan.json');
  const options = {
    directory: await data.sub('postgres'),
    // Several processes an authority, with pools of their own.
    instances: 3 * instances,
    ...(plan === undefined ? {} : { port: plan.databasePort }),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startEmbeddedPostgres(options);
    } catch (error) {
      if (attempt === RESTART_ATTEMPTS || !isStillInUse(error)) throw error;
      await sleep(RESTART_PAUSE_MILLIS);
    }
  }
}

/** What PostgreSQL says while children of a killed server are still at its data or its port. */
const isStillInUse = (error: unknown): boolean =>
  /shared memory block|lock file|is in use|before it was ready/.test(String(error));

interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

class Processes implements SeparateHouse {
  private readonly running = new Map<string, RunningProgram>();
  private readonly killAll = (): void => {
    for (const { child } of this.running.values()) child.kill('SIGKILL');
  };

  constructor(
    private readonly data: DataDirectory,
    private readonly options: SeparateOptions,
    private readonly all: readonly Placed[],
    private readonly files: ReadonlyMap<string, ProgramFiles>,
    private database: PostgresServer | undefined,
  ) {
    // Whatever ends this process, nobody stays behind.
    process.once('exit', this.killAll);
  }

  get adminUrl(): string {
    const url = this.options.databaseUrl ?? this.database?.adminUrl;
    if (url === undefined) throw new Error('the database does not run');
    return url;
  }

  get trust() {
    const { exchange } = pathsOf(this.data.path);
    const file = (name: string): string => join(exchange, `${name}.coer`);
    return { trclaCertificate: file('trcla'), trcl: file('trcl'), tdcl: file('tdcl') };
  }

  urlOf(name: string): string {
    return this.filesOf(name).url;
  }

  logFile(name: string): string {
    return this.filesOf(name).log;
  }

  placed(authority: string): Placed {
    return placedAs(this.all, authority);
  }

  async databaseUrl(authority: string): Promise<string> {
    return (await readFile(join(this.placed(authority).directory, 'database-url'), 'utf8')).trim();
  }

  pidOf(name: string): number | undefined {
    return name === DATABASE ? this.database?.pid : this.running.get(name)?.child.pid;
  }

  isRunning(name: string): boolean {
    return this.pidOf(name) !== undefined;
  }

  async startAll(): Promise<void> {
    for (const name of this.files.keys()) if (!this.isRunning(name)) await this.start(name);
  }

  async start(name: string): Promise<void> {
    if (this.isRunning(name)) throw new Error(`${name} runs already`);
    if (name !== DATABASE) return this.startProgram(name);
    if (this.options.databaseUrl !== undefined) throw new Error('the database server is an administrator’s');
    this.database = await startDatabase(this.data, this.all.length);
  }

  private async startProgram(name: string): Promise<void> {
    const { app, config } = this.filesOf(name);
    const flags = this.options.programs.find((program) => program.name === name)?.nodeFlags ?? [];
    const main = join(this.options.programFolder ?? DIST, `apps/${app}/src/main.js`);
    const child = spawn(process.execPath, [...flags, main, '--config', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: process.env,
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.running.set(name, { child, ended });
    void ended.then(() => {
      if (this.running.get(name)?.child === child) this.running.delete(name);
    });
    await becomeReady(name, child);
  }

  async kill(name: string, signal: NodeJS.Signals): Promise<void> {
    if (name === DATABASE) return this.killDatabase(signal);
    const running = this.running.get(name);
    if (running === undefined) return;
    running.child.kill(signal);
    await running.ended;
    this.running.delete(name);
  }

  private async killDatabase(signal: NodeJS.Signals): Promise<void> {
    const { database } = this;
    if (database === undefined) return;
    this.database = undefined;
    process.kill(database.pid, signal);
    // What is gone has stopped; this only waits.
    await database.stop();
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].reverse().map(endInGoodOrder));
    this.running.clear();
    process.removeListener('exit', this.killAll);
    await this.database?.stop();
    this.database = undefined;
    await this.data.close();
  }

  private filesOf(name: string): ProgramFiles {
    const found = this.files.get(name);
    if (found === undefined) throw new Error(`no program ${name}`);
    return found;
  }
}

function becomeReady(name: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    if (child.stderr === null) throw new Error(`${name} has no stderr`);
    createInterface({ input: child.stderr }).on('line', (line) => {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      if (line.includes(READY)) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${name} has ended with ${String(code)}:\n${last.join('\n')}`)));
  });
}

async function endInGoodOrder({ child, ended }: RunningProgram): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = sleep(STOP_PATIENCE_MILLIS, true, { signal: patience.signal }).catch(() => false);
  const isLate = await Promise.race([ended.then(() => false), late]);
  patience.abort();
  if (isLate) child.kill('SIGKILL');
  await ended;
}
