/** Brings one instance up from its settings: keys, certificate, trust, database, queue, container; and down in reverse. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { systemClock, type Clock } from '#credentials/clock.js';
import { ccsa } from '#credentials/profile.js';
import { TrustStore } from '#credentials/trust-store.js';
import { httpTransport } from '#edge/http-transport.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { arithmeticHere, type BatchArithmetic } from '#keys/batch-arithmetic.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { openPoolDevice } from '#keys/pool-device.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { openDataSource } from '#persistence/data-source.js';
import { openQueueHost, type QueueHost } from '#queue/queue-host.js';
import type { DataSource } from 'typeorm';
import type { AuthorityContext, AuthorityFace } from './authority-context.js';
import { hostAuthority, type HostedAuthority } from './authority-host.js';
import { loadCertificate, signerOf, unwrapWith } from './identity.js';
import { LineReplayEntity } from './line-replay.entity.js';
import { LineReplay1700000000000 } from './line-replay.migration.js';
import { lineReplayStore } from './line-replay.store.js';
import { openLog, type Log } from './log.js';
import { fileClock } from './scenario-clock.js';
import { readSettings, type InstanceSettings } from './settings.js';
import { loadKeptLists, refreshTrust } from './trust-refresh.js';

export interface RunningAuthority<S = unknown> {
  readonly face: AuthorityFace<S>;
  readonly context: AuthorityContext;
  readonly host: HostedAuthority;
  /** Asks the TCMF for newer lists. */
  refreshTrust(): Promise<boolean>;
  stop(): Promise<void>;
}

export const devicePath = (settings: InstanceSettings): string => join(settings.directory, 'keys');
const trustPath = (settings: InstanceSettings): string => join(settings.directory, 'trust');

export function clockOf(settings: InstanceSettings): Clock {
  return settings.clock.kind === 'system' ? systemClock : fileClock(settings.clock.path);
}

/** Starts an instance. `shared` hands in what one process holds once: the clock of a simulated life. */
export async function runAuthority<S>(
  face: AuthorityFace<S>,
  settings: InstanceSettings,
  shared: { clock?: Clock } = {},
): Promise<RunningAuthority<S>> {
  const roleSettings = face.settings.parse(settings.roleSettings);
  const log = openLog(settings.instance, settings.logFile);
  const clock = shared.clock ?? clockOf(settings);
  const keys = await openKeys(settings);
  const opened = await openStores(face, settings, log);
  const context = await contextOf(settings, { log, clock, ...keys, ...opened });
  const refresh = (): Promise<boolean> =>
    refreshTrust(context.trust, {
      tcmfUrl: settings.tcmfUrl,
      directory: trustPath(settings),
      nowMillis: clock.nowMillis(),
      log,
    });
  await loadKeptLists(context.trust, trustPath(settings), clock.nowMillis(), log);
  await refresh();
  const host = await hostAuthority(face, context, roleSettings, settings.listen);
  return { face, context, host, refreshTrust: refresh, stop: () => stopInOrder(host, { ...keys, ...opened }) };
}

interface Keys {
  device: CryptoDevice;
  arithmetic: BatchArithmetic;
}

/** The keys of an instance in this thread, or in workers of their own. */
async function openKeys(settings: InstanceSettings): Promise<Keys> {
  const directory = devicePath(settings);
  const workers = settings.cryptoWorkers;
  if (workers === 0)
    return { device: await openSoftwareDevice({ directory, random: systemRandom }), arithmetic: arithmeticHere };
  const device = await openPoolDevice({ directory, workers });
  return { device, arithmetic: device.arithmetic };
}

interface Stores {
  dataSource: DataSource;
  queues: QueueHost;
}

async function openStores<S>(face: AuthorityFace<S>, settings: InstanceSettings, log: Log): Promise<Stores> {
  const url = (await readFile(settings.databaseUrlFile, 'utf8')).trim();
  const dataSource = await openDataSource({
    url,
    instance: settings.instance,
    entities: [LineReplayEntity, ...face.entities],
    migrations: [LineReplay1700000000000, ...face.migrations],
    poolSize: settings.databaseConnections,
  });
  const backend =
    settings.queue.kind === 'postgres'
      ? ({ kind: 'postgres', url } as const)
      : ({
          kind: 'redis',
          url: (await readFile(settings.queue.urlFile, 'utf8')).trim(),
          prefix: settings.queue.prefix,
        } as const);
  const queues = await openQueueHost({
    instance: settings.instance,
    backend,
    log: (event, fields) => log.info(event, fields),
  });
  return { dataSource, queues };
}

async function stopInOrder(host: HostedAuthority, opened: Stores & Keys): Promise<void> {
  await host.close();
  await opened.queues.close();
  // Nest closes the DataSource it was handed; a second close would throw.
  if (opened.dataSource.isInitialized) await opened.dataSource.destroy();
  await opened.device.close();
}

async function contextOf(
  settings: InstanceSettings,
  opened: Stores & Keys & { log: Log; clock: Clock },
): Promise<AuthorityContext> {
  const { device, clock } = opened;
  const certificate = await loadCertificate(settings.directory, device);
  const trust = new TrustStore(certificateFromBytes(new Uint8Array(await readFile(settings.trclaCertificateFile))));
  const identity: LineIdentity = {
    profile: ccsa,
    signer: signerOf(certificate, device),
    unwrap: unwrapWith(device),
    trust,
    clock,
    random: systemRandom,
  };
  return {
    instance: settings.instance,
    hostname: settings.hostname,
    url: `http://${settings.listen.host}:${settings.listen.port}`,
    certificate,
    profile: ccsa,
    random: systemRandom,
    trust,
    identity,
    transport: httpTransport(),
    replay: lineReplayStore(opened.dataSource),
    operators: settings.operators.map((key) => new Uint8Array(Buffer.from(key, 'hex'))),
    peer(name, edgeName) {
      const peer = settings.peers[name];
      if (peer === undefined) throw new Error(`${settings.instance}: no peer ${name} is configured`);
      return { address: `${peer.url}/lines/${edgeName}`, hostname: peer.hostname };
    },
    ...opened,
  };
}

/** The whole `main` of a role: `--config FILE`; ends on SIGINT and SIGTERM. */
export async function authorityMain<S>(face: AuthorityFace<S>, argv: readonly string[]): Promise<void> {
  const flag = argv.indexOf('--config');
  const path = flag < 0 ? undefined : argv[flag + 1];
  if (path === undefined) throw new Error(`usage: ${face.role} --config FILE`);
  const running = await runAuthority(face, await readSettings(path));
  process.stderr.write(`${running.context.instance} answers on port ${running.host.port}\n`);
  const stop = (): void => void running.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
