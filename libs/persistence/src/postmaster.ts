/** One running server process: started, watched until it accepts connections, ended in good order. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from './operator-error.js';
import { SERVER_ENVIRONMENT } from './postgres-cluster.js';
import type { ServerAccount } from './server-account.js';

const READY = 'database system is ready to accept connections';
const KEPT_LINES = 20;
/** A fast shutdown writes a checkpoint; after this the immediate one is taken, which costs a recovery at next start. */
export const SHUTDOWN_PATIENCE_MILLIS = 30_000;

export interface Postmaster {
  pid: number;
  /** Fast shutdown; resolves when the process has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the server and waits until it accepts connections (a recovery after a crash takes its time).
 *
 * Throws 'port-busy', 'disk-full', or a failure with the server's last lines.
 */
export async function startPostmaster(options: {
  program: string;
  dataPath: string;
  port: number;
  maxConnections: number;
  account: ServerAccount | undefined;
  log: (line: string) => void;
}): Promise<Postmaster> {
  const child = spawn(options.program, ['-D', options.dataPath, ...settings(options)], {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C goes to the whole foreground group and would end the database before its users.
    detached: true,
    ...options.account,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await becomeReady(child, options);
  const pid = child.pid ?? 0;
  // A launcher that ends without stop() takes the server along, as far as it still can.
  const onExit = (): void => void child.kill('SIGINT');
  process.once('exit', onExit);
  void ended.then(() => process.removeListener('exit', onExit));
  return { pid, stop: () => stop(child, ended) };
}

function settings(options: { port: number; maxConnections: number }): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '',
    max_connections: options.maxConnections,
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    // After a checkpoint the first change of a page writes the whole page to the WAL, and keys are random: with a checkpoint
    // every 96 MB a row took 1037 bytes of WAL, with one a gigabyte 616. Redoing two gigabytes after a crash takes seconds.
    max_wal_size: '2GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '15min',
    wal_buffers: '16MB',
    // The programs come without lz4; pglz costs as much processor time as the insert itself.
    wal_compression: 'off',
    timezone: 'UTC',
    jit: 'off',
    logging_collector: 'off',
    // The server's log must not repeat what a statement carried: no statements, and terse leaves out "Key (x)=(…)".
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function becomeReady(
  child: ChildProcessByStdio<null, null, Readable>,
  options: { port: number; dataPath: string; log: (line: string) => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      options.log(line);
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      if (line.includes(READY)) resolve();
    });
    child.once('error', reject);
    child.once('close', (code) => reject(whyNot(last.join('\n'), code, options)));
  });
}

function whyNot(lines: string, code: number | null, options: { port: number; dataPath: string }): Error {
  if (/Address already in use|Address in use/.test(lines)) {
    return new OperatorError('port-busy', `Port ${options.port} on 127.0.0.1 is in use.`);
  }
  if (/No space left on device|Disk quota exceeded/.test(lines)) {
    return new OperatorError('disk-full', `The disk of ${options.dataPath} is full: the database cannot start.`);
  }
  return new Error(`the database server ended with ${String(code)} before it was ready: ${lines}`);
}

async function stop(child: ChildProcessByStdio<null, null, Readable>, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT'); // PostgreSQL 18, 18.5: the fast shutdown; does nothing to a process that ended.
  const patience = new AbortController();
  const waited = sleep(SHUTDOWN_PATIENCE_MILLIS, true, { signal: patience.signal, ref: true }).catch(() => false);
  const isLate = await Promise.race([ended.then(() => false), waited]);
  patience.abort();
  if (isLate) child.kill('SIGQUIT');
  await ended;
}
