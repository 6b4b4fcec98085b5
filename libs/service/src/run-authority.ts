/** Brings one instance up from its settings: keys, certificate, trust, database, queue, container; and down in reverse. */
import { readFile } from 'node:fs/promises';
import { systemRandom } from '#crypto/random.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { ccsa } from '#credentials/profile.js';
import { TrustStore } from '#credentials/trust-store.js';
import { httpTransport } from '#edge/http-transport.js';
import { openDataSource } from '#persistence/data-source.js';
import { openQueueHost, type QueueHost } from '#queue/queue-host.js';
import type { DataSource } from 'typeorm';
import type { AuthorityContext, AuthorityFace } from './authority-context.js';
import { hostAuthority, type HostedAuthority } from './authority-host.js';
import { clockOf, devicePath, trustPath } from './instance-files.js';
import { LineReplayEntity } from './line-replay.entity.js';
import { LineReplay1700000000000 } from './line-replay.migration.js';
import { lineReplayStore } from './line-replay.store.js';
import { openLog, type Log } from './log.js';
import { submitToLogAt } from './log-submission.js';
import { act, readWords, usage } from './operator-acts.js';
import { OwnCertificates } from './own-certificates.js';
import { contextWith } from './own-context.js';
import { openKeys, type Keys } from './own-device.js';
import { noteKeyLife } from './own-key-life.js';
import { readSettings, type InstanceSettings } from './settings.js';
import { loadKeptLists, refreshTrust } from './trust-refresh.js';

export interface RunningAuthority<S = unknown> {
  readonly face: AuthorityFace<S>;
  readonly context: AuthorityContext;
  readonly host: HostedAuthority;
  /** Asks the TCMF for newer lists, and looks at our own certificates. */
  refreshTrust(): Promise<boolean>;
  stop(): Promise<void>;
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
  const trust = await openTrust(settings);
  const own = await OwnCertificates.open({ directory: settings.directory, device: keys.device, trust, clock, log });
  const context = contextOf(settings, { log, clock, trust, own, ...keys, ...opened });
  const directory = trustPath(settings);
  const keyFolder = { directory: devicePath(settings), device: keys.device, random: systemRandom, log };
  const refresh = async (): Promise<boolean> => {
    const isAnswered = await refreshTrust(trust, {
      tcmfUrl: settings.tcmfUrl,
      directory,
      nowMillis: clock.nowMillis(),
      log,
    });
    await own.refresh();
    const doing = { atMillis: clock.nowMillis(), by: settings.instance };
    await noteKeyLife(keyFolder, own.current.number, doing);
    return isAnswered;
  };
  await loadKeptLists(trust, directory, clock.nowMillis(), log);
  await refresh();
  const host = await hostAuthority(face, context, roleSettings, settings.listen);
  const timer = refreshEvery(settings.refreshSeconds, refresh, log);
  const stop = (): Promise<void> => {
    clearInterval(timer);
    return stopInOrder(host, { ...keys, ...opened });
  };
  return { face, context, host, refreshTrust: refresh, stop };
}

async function openTrust(settings: InstanceSettings): Promise<TrustStore> {
  return new TrustStore(certificateFromBytes(new Uint8Array(await readFile(settings.trclaCertificateFile))));
}

function refreshEvery(seconds: number, refresh: () => Promise<unknown>, log: Log): NodeJS.Timeout | undefined {
  if (seconds === 0) return undefined;
  const again = (): void => void refresh().catch((error: unknown) => log.error('refresh.failed', error));
  return setInterval(again, seconds * 1000).unref();
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

function contextOf(
  settings: InstanceSettings,
  opened: Stores & Keys & { log: Log; clock: Clock; trust: TrustStore; own: OwnCertificates },
): AuthorityContext {
  const { own, ...parts } = opened;
  return contextWith(own, {
    instance: settings.instance,
    hostname: settings.hostname,
    url: `http://${settings.listen.host}:${settings.listen.port}`,
    profile: ccsa,
    random: systemRandom,
    transport: httpTransport(),
    replay: lineReplayStore(opened.dataSource),
    submitToLog: submitToLogAt(settings.tcmfUrl),
    operators: settings.operators.map((key) => new Uint8Array(Buffer.from(key, 'hex'))),
    peer(name, edgeName) {
      const peer = settings.peers[name];
      if (peer === undefined) throw new Error(`${settings.instance}: no peer ${name} is configured`);
      return { address: `${peer.url}/lines/${edgeName}`, hostname: peer.hostname };
    },
    hasPeer: (name) => settings.peers[name] !== undefined,
    ...parts,
  });
}

/** The whole `main` of a role: `--config FILE`, and perhaps an act; ends on SIGINT and SIGTERM. */
export async function authorityMain<S>(face: AuthorityFace<S>, argv: readonly string[]): Promise<void> {
  const words = readWords(face.role, argv);
  if (words.kind === 'help') return void process.stdout.write(usage(face.role));
  const settings = await readSettings(words.config);
  if (words.kind !== 'run') return act(words, settings);
  const running = await runAuthority(face, settings);
  process.stderr.write(`${running.context.instance} answers on port ${running.host.port}\n`);
  const stop = (): void => void running.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
