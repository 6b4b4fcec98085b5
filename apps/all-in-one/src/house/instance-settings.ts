/** The configuration file of each instance, from the role table: the same that a process of its own would be given. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WEEK_MILLIS } from '#credentials/period.js';
import { TABLE_POOL_SIZE } from '#persistence/connection-budget.js';
import type { InstanceSettings } from '#service/settings.js';
import type { Placed, Plan } from './plan.js';

const HOUR_MILLIS = 3_600_000;
/** Items of one batch; more where a batch must mix more cars than this. */
const BATCH_ITEMS = 400;
const REFRESH_SECONDS = 600;

/**
 * D of the shuffle: all cars of the brand that still get certificates. They ask at about the same time, so that nobody is
 * left below D for ever, as a few late ones would be in a fleet that does not go on asking.
 */
function shufflingCars({ domain }: Placed, { vehicles, revoked }: Plan): number {
  if (domain === undefined) throw new Error('an authority without a domain has no cars');
  const cars = domain === 'a' ? Math.ceil(vehicles / 2) : Math.floor(vehicles / 2);
  return cars - revoked[domain];
}

/** What a role is told beyond the common settings. */
function roleSettings(placed: Placed, plan: Plan, all: readonly Placed[]): object {
  const { linkageAuthorities } = plan;
  const neighbour = (name: string): string =>
    all.find((other) => other.domain === placed.domain && other.name === name)?.hostname ?? '';
  switch (placed.app) {
    case 'la':
      return { laId: placed.laId, praHostname: neighbour('pra') };
    case 'pca':
      return { craHostname: neighbour('cra'), praHostname: neighbour('pra'), linkageAuthorities };
    case 'pra':
      return {
        linkageAuthorities,
        minimumDevices: shufflingCars(placed, plan),
        maximumItems: Math.max(BATCH_ITEMS, shufflingCars(placed, plan)),
        maximumWeeks: 8,
        // Nobody waits ten minutes for a demonstration.
        reportMixSeconds: 2,
        // A car fetches next week's certificates during this one.
        downloadAheadHours: WEEK_MILLIS / HOUR_MILLIS,
        work: true,
      };
    case 'aca':
      return { araHostname: neighbour('ara') };
    case 'aaa':
    case 'ara':
      return { operatorTokenFile: join(placed.directory, 'operator-token') };
    case 'cra':
      return { validityHours: 2 * (WEEK_MILLIS / HOUR_MILLIS), linkageAuthorities };
    case 'ma':
      return { linkageAuthorities };
    case 'ica':
    case 'tcmf':
    case 'eca':
      return {};
  }
}

export interface SettingsPaths {
  readonly logs: string;
  readonly clock: string;
  readonly trclaCertificate: string;
}

export function settingsOf(
  placed: Placed,
  plan: Plan,
  all: readonly Placed[],
  paths: SettingsPaths,
  queue: InstanceSettings['queue'],
): InstanceSettings {
  const byName = (name: string): Placed => {
    const found = all.find((other) => other.domain === placed.domain && other.name === name);
    if (found === undefined) throw new Error(`${placed.instance} calls ${name}, which the table does not have`);
    return found;
  };
  const tcmf = all.find(({ app }) => app === 'tcmf') as Placed;
  return {
    instance: placed.instance,
    role: placed.app,
    hostname: placed.hostname,
    directory: placed.directory,
    listen: { host: '127.0.0.1', port: placed.port },
    databaseUrlFile: join(placed.directory, 'database-url'),
    databaseConnections: TABLE_POOL_SIZE,
    cryptoWorkers: 0,
    queue,
    trclaCertificateFile: paths.trclaCertificate,
    tcmfUrl: tcmf.url,
    refreshSeconds: REFRESH_SECONDS,
    peers: Object.fromEntries(
      placed.calls.map((name) => [name, { url: byName(name).url, hostname: byName(name).hostname }]),
    ),
    operators: [...plan.operators],
    clock: { kind: 'file', path: paths.clock },
    logFile: join(paths.logs, `${placed.instance}.log`),
    roleSettings: roleSettings(placed, plan, all),
  };
}

export const settingsPath = (placed: Placed): string => join(placed.directory, 'config.json');

export async function writeSettings(placed: Placed, settings: InstanceSettings): Promise<void> {
  await mkdir(placed.directory, { recursive: true, mode: 0o700 });
  await writeFile(settingsPath(placed), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}
