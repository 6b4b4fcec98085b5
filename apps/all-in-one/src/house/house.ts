/**
 * The embedded house: a database server, the offline ceremony, and every authority in its own container. Opened on an
 * empty data directory it founds everything; on a kept one it brings up what is there.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ICA_OPERATOR, type IcaOperator } from '#apps/ica/src/ica.authority.js';
import { TCMF_OPERATOR, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { ccsa } from '#credentials/profile.js';
import { periodAt, periodStartMillis } from '#credentials/period.js';
import { isRefused } from '#credentials/refusal.js';
import { systemClock } from '#credentials/clock.js';
import type { DataDirectory } from '#persistence/data-directory.js';
import { startEmbeddedPostgres, type PostgresServer } from '#persistence/embedded-postgres.js';
import { ensureInstanceDatabase } from '#persistence/instance-database.js';
import { ensureRedisUser } from '#queue/redis-user.js';
import type { LinkageAuthorities } from '#service/linkage-authorities.js';
import type { RunningAuthority } from '#service/run-authority.js';
import { ScenarioClock } from '#service/scenario-clock.js';
import type { InstanceSettings } from '#service/settings.js';
import { DOMAINS, plannedInstances, type Domain } from '../role-table.js';
import { installCertificate, readCertificate, requestCertificate } from './birth.js';
import {
  certificateOf,
  DIST,
  foundTrust,
  signAuthority,
  signTdcl,
  tdclPath,
  trclaCertificatePath,
  trclPath,
  type CeremonyFolders,
} from './ceremony.js';
import { startRole } from './faces.js';
import { settingsOf, writeSettings } from './instance-settings.js';
import { openOperators, type Operator } from './operators.js';
import { pathsOf, Plan, PLAN_FILE, placedInstances, type Placed } from './plan.js';
import { freePorts, requireFree, rowOfPorts } from './ports.js';

const FIRST_PORT = 7400;
const HOUR_MILLIS = 3_600_000;
/** Below the ICA's own life. */
const AUTHORITY_HOURS = 5 * 365 * 24;

export interface HouseOptions {
  readonly vehicles: number;
  /** A run that ends takes any free ports. */
  readonly anyPorts: boolean;
  /** An administrator's PostgreSQL in place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** An administrator's Redis for the queues; else they stand in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** URLs that were made for one instance: `A_PRA_DATABASE_URL`, `A_PRA_REDIS_URL`. */
  readonly ownUrl?: (instance: string, kind: 'DATABASE' | 'REDIS') => string | undefined;
  /** Domains of a new house; both when left out. */
  readonly domains?: readonly Domain[];
  /** LAs of each domain of a new house; two when left out. */
  readonly linkageAuthorities?: LinkageAuthorities;
  /** The folder of the compiled programs, when it is not the one this runs from. */
  readonly programs?: string;
}

export class House {
  readonly running = new Map<string, RunningAuthority>();
  operators: Operator[] = [];

  private constructor(
    readonly data: DataDirectory,
    readonly clock: ScenarioClock,
    readonly placed: readonly Placed[],
    private plan: Plan,
    private readonly database: Pick<PostgresServer, 'adminUrl' | 'stop'>,
    private readonly options: HouseOptions,
  ) {}

  /** Opens the house of a data directory; what was opened is closed again when a later step fails. */
  static async open(data: DataDirectory, options: HouseOptions): Promise<House> {
    const kept = await readPlan(data);
    const plan = kept ?? (await newPlan(options));
    const placed = placedInstances(plan, data.path);
    await requireFree(placed.map(({ instance, port }) => ({ name: instance, port })));
    const paths = pathsOf(data.path);
    const clock = kept ? new ScenarioClock(paths.clock) : new ScenarioClock(paths.clock, firstMoment());
    const database = await openDatabase(data, plan, placed.length, options);
    const house = new House(data, clock, placed, plan, database, options);
    try {
      await house.prepareInstances();
      if (kept) await house.bringUp();
      else await data.writeJson(PLAN_FILE, plan);
      return house;
    } catch (error) {
      await house.close();
      throw error;
    }
  }

  private get paths() {
    return pathsOf(this.data.path);
  }

  private get folders(): CeremonyFolders {
    const { ceremony, exchange } = this.paths;
    return { ceremony, exchange, programs: this.options.programs ?? DIST };
  }

  get isComplete(): boolean {
    return this.plan.complete;
  }

  of(domain: Domain): Placed[] {
    return this.placed.filter((placed) => placed.domain === domain);
  }

  placedAt(instance: string): Placed {
    const found = this.placed.find((placed) => placed.instance === instance);
    if (found === undefined) throw new Error(`no instance ${instance}`);
    return found;
  }

  at(instance: string): RunningAuthority {
    const found = this.running.get(instance);
    if (found === undefined) throw new Error(`${instance} is not up`);
    return found;
  }

  /** What an operator of this instance works with; the token is one of its face's. */
  operatorOf<T>(instance: string, token: symbol): T {
    return this.at(instance).host.app.get<T>(token, { strict: false });
  }

  /** Databases, logins, configuration files and operators' keys; all of it may exist already. */
  private async prepareInstances(): Promise<void> {
    for (const folder of [this.paths.ceremony, this.paths.exchange, this.paths.logs, this.paths.fleet])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    this.operators = await openOperators(this.paths.operators);
    this.plan = {
      ...this.plan,
      operators: this.operators.map(({ publicKey }) => Buffer.from(publicKey).toString('hex')),
    };
    for (const placed of this.placed) {
      await mkdir(placed.directory, { recursive: true, mode: 0o700 });
      const url = await this.databaseUrlOf(placed);
      await writeSecret(join(placed.directory, 'database-url'), url);
      await writeSettings(placed, await this.settingsOf(placed));
    }
  }

  private databaseUrlOf({ instance, directory }: Placed): Promise<string> {
    const own = this.options.ownUrl?.(instance, 'DATABASE');
    if (own !== undefined) return Promise.resolve(own);
    const passwordFile = join(directory, 'database-password');
    return ensureInstanceDatabase({ adminUrl: this.database.adminUrl, instance, passwordFile });
  }

  private async settingsOf(placed: Placed): Promise<InstanceSettings> {
    const paths = { ...this.paths, trclaCertificate: this.trclaCertificatePath };
    return settingsOf(placed, this.plan, this.placed, paths, await this.queueOf(placed));
  }

  private async queueOf(placed: Placed): Promise<InstanceSettings['queue']> {
    const { redisUrl, ownUrl } = this.options;
    const urlFile = join(placed.directory, 'redis-url');
    const own = ownUrl?.(placed.instance, 'REDIS');
    if (own !== undefined) {
      await writeSecret(urlFile, own);
      return { kind: 'redis', urlFile, prefix: `{chrysalis-${placed.instance}}` };
    }
    if (redisUrl === undefined) return { kind: 'postgres' };
    const passwordFile = join(placed.directory, 'redis-password');
    const { url, prefix } = await ensureRedisUser({ adminUrl: redisUrl, instance: placed.instance, passwordFile });
    await writeSecret(urlFile, url);
    return { kind: 'redis', urlFile, prefix };
  }

  private async start(instance: string): Promise<void> {
    const placed = this.placedAt(instance);
    const settings = await this.settingsOf(placed);
    this.running.set(instance, await startRole(placed.app, settings, this.clock));
  }

  /** A later start: the lists' publisher first, then everybody. */
  private async bringUp(): Promise<void> {
    if (!this.plan.complete) return;
    for (const { instance } of this.placed) await this.start(instance);
  }

  /** Founding: TRCLA, root, and the TCMF that publishes their lists. */
  async found(): Promise<void> {
    const tcmf = this.placedAt('tcmf');
    const atMillis = this.clock.nowMillis();
    await foundTrust(this.folders, { atMillis, tdclUrl: `${tcmf.url}/ydt/v1/tdcl` });
    const request = await requestCertificate(tcmf, this.paths.exchange, atMillis);
    await signAuthority(this.folders, { instance: 'tcmf', as: 'tcmf', hostname: tcmf.hostname, request, atMillis });
    await installCertificate(tcmf, await readBytes(certificateOf(this.folders, 'tcmf')));
    await this.start('tcmf');
    await this.publish({ trcl: await readBytes(trclPath(this.folders)) });
  }

  /** One domain joins: its ICA is certified by the root, the rest by the ICA, and the root lists them all. */
  async join(domain: Domain): Promise<void> {
    await this.certify(domain);
    for (const { instance, app } of this.of(domain)) if (app !== 'ica') await this.start(instance);
  }

  /** As `join`, but of the domain only the ICA is started. */
  async certify(domain: Domain): Promise<void> {
    await this.certifyIca(domain);
    await this.start(`${domain}-ica`);
    for (const placed of this.of(domain)) if (placed.app !== 'ica') await this.certifyByIca(placed);
    await this.listDomains(DOMAINS.slice(0, DOMAINS.indexOf(domain) + 1));
    await this.at(`${domain}-ica`).refreshTrust();
  }

  private async certifyIca(domain: Domain): Promise<void> {
    const ica = this.placedAt(`${domain}-ica`);
    const atMillis = this.clock.nowMillis();
    const request = await requestCertificate(ica, this.paths.exchange, atMillis);
    await signAuthority(this.folders, { instance: ica.instance, as: 'ica', hostname: ica.hostname, request, atMillis });
    await installCertificate(ica, await readBytes(certificateOf(this.folders, ica.instance)));
  }

  private async certifyByIca(placed: Placed): Promise<void> {
    const operator = this.operatorOf<IcaOperator>(`${placed.domain}-ica`, ICA_OPERATOR);
    const request = await readBytes(await requestCertificate(placed, this.paths.exchange, this.clock.nowMillis()));
    const laId = placed.laId === undefined ? {} : { laId: placed.laId };
    const certificate = await operator.certifyAuthority(request, {
      kind: placed.kind,
      hostname: placed.hostname,
      validForHours: AUTHORITY_HOURS,
      ...laId,
    });
    if (isRefused(certificate)) throw new Error(`the ICA refused ${placed.instance}: ${certificate.reason}`);
    await installCertificate(placed, certificate);
    await writeFile(certificateOf(this.folders, placed.instance), certificate, { mode: 0o600 });
  }

  private async listDomains(domains: readonly Domain[]): Promise<void> {
    const atMillis = Math.max(this.clock.nowMillis(), this.plan.tdclIssuedAtMillis + 1000);
    const entries = domains.map((domain) => ({
      certificates: this.of(domain).map(({ instance }) => certificateOf(this.folders, instance)),
      crlUrl: this.placedAt(`${domain}-cra`).url,
      maUrl: this.placedAt(`${domain}-ma`).url,
    }));
    await signTdcl(this.folders, { name: domains.join('-'), atMillis, entries });
    this.plan = { ...this.plan, tdclIssuedAtMillis: atMillis };
    // A list dated in this very second counts only when the second has come.
    this.clock.advanceTo(atMillis);
    await this.publish({ tdcl: await readBytes(tdclPath(this.folders)) });
  }

  private async publish(lists: { trcl?: Uint8Array; tdcl?: Uint8Array }): Promise<void> {
    const published = await this.operatorOf<TcmfOperator>('tcmf', TCMF_OPERATOR).publish(lists);
    if (isRefused(published)) throw new Error(`the TCMF refused the list: ${published.reason}`);
  }

  /** Every authority asks for newer lists. */
  async refreshLists(): Promise<void> {
    for (const authority of this.running.values()) await authority.refreshTrust();
  }

  /** A car of this domain is revoked: from the next start on, no batch waits for its items. */
  noteRevoked(domain: Domain): void {
    const { revoked } = this.plan;
    this.plan = { ...this.plan, revoked: { ...revoked, [domain]: revoked[domain] + 1 } };
  }

  /** From now on a start on this directory brings up what is here. */
  async markComplete(): Promise<void> {
    this.plan = { ...this.plan, complete: true };
    await this.data.writeJson(PLAN_FILE, this.plan);
  }

  get trclaCertificatePath(): string {
    return trclaCertificatePath(this.folders);
  }

  certificateBytes(instance: string): Promise<Uint8Array> {
    return readCertificate(this.placedAt(instance));
  }

  get vehicles(): number {
    return this.plan.vehicles;
  }

  get fleetFolder(): string {
    return this.paths.fleet;
  }

  /** Authorities before the database, the last started first. */
  async close(): Promise<void> {
    for (const authority of [...this.running.values()].reverse()) await authority.stop();
    this.running.clear();
    for (const operator of this.operators) await operator.close();
    await this.database.stop();
  }
}

async function readPlan(data: DataDirectory): Promise<Plan | undefined> {
  const stored = await data.readJson<unknown>(PLAN_FILE);
  if (stored === undefined) return undefined;
  const plan = Plan.parse(stored);
  if (!plan.complete)
    throw new Error(`${data.path} was left in the middle of its founding; remove it, or name another directory.`);
  return plan;
}

async function newPlan(options: HouseOptions): Promise<Plan> {
  const { linkageAuthorities = 2 } = options;
  const names = plannedInstances(options.domains, linkageAuthorities).map(({ instance }) => instance);
  const ports = options.anyPorts ? await freePorts(names.length + 1) : rowOfPorts(FIRST_PORT, names.length + 1);
  return {
    version: 1,
    domains: [...(options.domains ?? DOMAINS)],
    linkageAuthorities,
    ports: Object.fromEntries(names.map((name, index) => [name, ports[index] as number])),
    databasePort: ports[names.length] as number,
    vehicles: options.vehicles,
    revoked: { a: 0, b: 0 },
    operators: [],
    tdclIssuedAtMillis: 0,
    complete: false,
  };
}

/**
 * Thirty hours before the running week began: pseudonym certificates are valid for whole weeks, and the authorities'
 * own certificates must be valid before the first of them.
 */
function firstMoment(): number {
  const i = periodAt(ccsa.epochMillis, systemClock.nowMillis());
  return periodStartMillis(ccsa.epochMillis, i) - 30 * HOUR_MILLIS;
}

async function openDatabase(
  data: DataDirectory,
  plan: Plan,
  instances: number,
  options: HouseOptions,
): Promise<Pick<PostgresServer, 'adminUrl' | 'stop'>> {
  if (options.databaseUrl !== undefined) return { adminUrl: options.databaseUrl, stop: async () => undefined };
  return startEmbeddedPostgres({ directory: await data.sub('postgres'), instances, port: plan.databasePort });
}

async function writeSecret(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}

const readBytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(path));
