/**
 * The database server of the embedded default: PostgreSQL from an npm package, run by us, on the loopback interface
 * only, with full durability. What it keeps lies in one folder:
 *
 *     data/           the server's own files, owned by the account it runs as
 *     administrator   the administrator's password, mode 0600
 */
import { createServer } from 'node:net';
import { chmod } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { maxConnectionsFor } from './connection-budget.js';
import { OperatorError, fileTrouble } from './operator-error.js';
import { ensurePassword } from './password-file.js';
import { installPostgresBinaries } from './postgres-binaries.js';
import { ADMINISTRATOR, ensureCluster } from './postgres-cluster.js';
import { type Postmaster, SHUTDOWN_PATIENCE_MILLIS, startPostmaster } from './postmaster.js';
import { stopOrphan } from './postmaster-orphan.js';
import { chooseAccount, requireReach } from './server-account.js';

const HOST = '127.0.0.1';
/** A port found free may be taken by another before the server has it. */
const PORT_ATTEMPTS = 5;

/** A running server. */
export interface PostgresServer {
  host: '127.0.0.1';
  port: number;
  /** postgres://… of the administrator, with the password: for making instances only, never for a log. */
  adminUrl: string;
  maxConnections: number;
  /** The server's own process. */
  pid: number;
  /** Fast shutdown: open transactions are rolled back, everything committed is on the disk. */
  stop(): Promise<void>;
}

/**
 * Starts the server of a folder inside an open data directory; makes the server's files the first time.
 *
 * `instances`, and what their pools have beyond the default, set how many connections there are (see connection-budget).
 * Without `port` a free one is taken. As root the server runs under an unprivileged account. A server left behind by a
 * killed launcher is stopped first; holding the data directory is what makes sure that its launcher is gone.
 *
 * Throws an OperatorError: 'port-busy', 'disk-full', 'no-permission', 'out-of-reach', 'no-binaries', 'newer', 'damaged'.
 */
export async function startEmbeddedPostgres(options: {
  directory: string;
  instances: number;
  connectionsBeyondDefault?: number;
  port?: number;
  log?: (line: string) => void;
  /** The npm package with the programs, when it is not the installed one. */
  packageRoot?: string;
}): Promise<PostgresServer> {
  const directory = resolve(options.directory);
  const maxConnections = maxConnectionsFor(options.instances, options.connectionsBeyondDefault);
  const log = options.log ?? (() => undefined);
  try {
    const { password, ...prepared } = await prepare(directory, options.packageRoot, log);
    const start = (port: number): Promise<Postmaster> => startPostmaster({ ...prepared, port, maxConnections, log });
    const { port, postmaster } = await startOnPort(start, options.port);
    const adminUrl = `postgres://${ADMINISTRATOR}:${password}@${HOST}:${port}/postgres`;
    return { host: HOST, port, adminUrl, maxConnections, pid: postmaster.pid, stop: () => postmaster.stop() };
  } catch (error) {
    throw error instanceof OperatorError ? error : fileTrouble(error, directory, 'starting the database');
  }
}

/** Everything up to the start of the server process. */
async function prepare(directory: string, packageRoot: string | undefined, log: (line: string) => void) {
  const dataPath = join(directory, 'data');
  const account = await chooseAccount(dataPath);
  // The account passes through this folder to its data, and sees no names in it.
  if (account !== undefined) await chmod(directory, 0o711);
  await requireReach(account, dataPath);
  const password = await ensurePassword(join(directory, 'administrator'));
  const binaries = await installPostgresBinaries({
    fallback: directory,
    ...(packageRoot === undefined ? {} : { packageRoot }),
  });
  await requireReach(account, binaries.postgres);
  const orphan = await stopOrphan(dataPath, SHUTDOWN_PATIENCE_MILLIS);
  if (orphan !== undefined) log(`stopped the database server ${orphan} that an earlier launcher left behind`);
  await ensureCluster({ binaries, dataPath, account, password });
  return { program: binaries.postgres, dataPath, account, password };
}

async function startOnPort(
  start: (port: number) => Promise<Postmaster>,
  wanted: number | undefined,
): Promise<{ port: number; postmaster: Postmaster }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await findFreePort());
    try {
      return { port, postmaster: await start(port) };
    } catch (error) {
      const isTaken = error instanceof OperatorError && error.reason === 'port-busy';
      if (!isTaken || wanted !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolvePort(address.port);
        else reject(new Error('a free port: the socket has no address'));
      });
    });
  });
}
