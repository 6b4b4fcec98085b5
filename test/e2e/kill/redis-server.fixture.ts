/** A Redis of a test's own that can be killed and comes back at the same port, with its logins and without its keys. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePorts } from '#apps/all-in-one/src/house/ports.js';

/** Whether there is a redis-server on the PATH. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

const READY = 'Ready to accept connections';

export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly config: string,
    /** The administrator's URL, with its password. */
    readonly url: string,
  ) {}

  /** Everything it has stands in `folder`. */
  static async open(folder: string): Promise<RedisServer> {
    const [port] = await freePorts(1);
    const password = randomBytes(16).toString('hex');
    const config = join(folder, 'redis.conf');
    const acl = join(folder, 'redis.acl');
    await writeFile(acl, `user default on >${password} ~* &* +@all\n`, { mode: 0o600 });
    // Nothing is saved: what it held is gone with it, as after a crash without persistence.
    const lines = [
      `port ${String(port)}`,
      'bind 127.0.0.1',
      'save ""',
      'appendonly no',
      `dir ${folder}`,
      `aclfile ${acl}`,
    ];
    await writeFile(config, lines.join('\n'), { mode: 0o600 });
    const server = new RedisServer(config, `redis://:${password}@127.0.0.1:${String(port)}`);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const child = spawn('redis-server', [this.config], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (part: Buffer) => {
        said += part.toString();
        if (said.includes(READY)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server has ended:\n${said}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Logins that were made stay over a kill. */
  saveLogins(): Promise<void> {
    return this.ask((redis) => redis.call('ACL', 'SAVE'));
  }

  /** Forgets every key of everybody; how many there were. */
  async flush(): Promise<number> {
    let keys = 0;
    await this.ask(async (redis) => {
      keys = await redis.dbsize();
      await redis.flushall();
    });
    return keys;
  }

  private async ask(what: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(this.url, { lazyConnect: true });
    try {
      await redis.connect();
      await what(redis);
    } finally {
      redis.disconnect();
    }
  }
}
