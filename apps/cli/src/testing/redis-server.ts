/** A private redis-server for tests: on a free loopback port, nothing on the disk that stays, gone with the run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ATTEMPTS = 5;

export interface RedisServer extends AsyncDisposable {
  /** The administrator's URL, with its password. */
  readonly url: string;
}

/** A port that was free a moment ago; someone may be faster, hence the attempts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves with true when the server says that it listens, false when it ended before, undefined when it is not there. */
function untilReady(server: ChildProcess): Promise<boolean | undefined> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes('Ready to accept connections')) resolve(true);
    });
    server.once('exit', () => resolve(false));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(new Error('starting redis-server', { cause: error }));
    });
  });
}

/** Starts a server, or resolves with undefined when there is no redis-server on the environment's PATH. */
export async function startRedisServer(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RedisServer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'chrysalis-redis-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await freePort();
    const password = randomBytes(16).toString('hex');
    const server = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'ignore'], env: environment });
    server.stdin.on('error', () => undefined); // told by 'exit' or 'error' of the process itself
    // By stdin and not by flags: the password must not stand in the process list.
    server.stdin.end(`port ${port}\nbind 127.0.0.1\nsave ""\nappendonly no\ndir ${folder}\nrequirepass ${password}\n`);
    const isReady = await untilReady(server);
    if (isReady === undefined) {
      await remove();
      return undefined;
    }
    if (!isReady) continue;
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      [Symbol.asyncDispose]: async () => {
        const ended = once(server, 'exit');
        server.kill('SIGKILL'); // it holds nothing worth saving
        await ended;
        await remove();
      },
    };
  }
  await remove();
  throw new Error(`redis-server ended ${ATTEMPTS} times before it listened`);
}
