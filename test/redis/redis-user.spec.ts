/** What an instance's Redis login may not do. Skipped where REDIS_URL names none. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openQueueHost } from '#queue/queue-host.js';
import { redisOptions } from '#queue/redis-options.js';
import { ensureRedisUser } from '#queue/redis-user.js';
import { REDIS_URL, redisInstance } from '../support/redis.js';

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ ...redisOptions(url), retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

(REDIS_URL === undefined ? describe.skip : describe)('the Redis login of an instance', () => {
  it.each([
    ['the keys of another', ['get', '{chrysalis-la2-a}:q:meta']],
    ['writing the keys of another', ['set', '{chrysalis-la2-a}:q:meta', 'x']],
    ['the keys of another from a script', ['eval', "return redis.call('get', '{chrysalis-la2-a}:q')", '0']],
    ['keys without a prefix', ['set', 'x', 'y']],
    ['a prefix that only begins like its own', ['get', '{chrysalis-la1-ab}:q:meta']],
    ['listing all keys', ['scan', '0']],
    ['listing keys by pattern', ['keys', '*']],
    ['a random key', ['randomkey']],
    ['counting all keys', ['dbsize']],
    ['channels', ['publish', 'any', 'x']],
    ['watching the commands of others', ['monitor']],
    ['listing the connections of others', ['client', 'list']],
    ['the logins', ['acl', 'list']],
    ['the settings', ['config', 'get', '*']],
    ['emptying the server', ['flushall']],
    ['forgetting the scripts of others', ['script', 'flush']],
    ['stopping the server', ['shutdown']],
  ])('refuses %s', async (_, [command = '', ...parameters]) => {
    const { url } = await redisInstance('la1-a');
    await withRedis(url, async (redis) => {
      await expect(redis.call(command, ...parameters)).rejects.toThrow(/NOPERM|No permissions|can't run|can't access/);
    });
  });

  it('refuses a wrong password', async () => {
    const url = new URL((await redisInstance('la1-a')).url);
    url.password = 'x'.repeat(43);
    await withRedis(url.href, async (redis) => {
      await expect(redis.ping()).rejects.toThrow();
    });
  });

  it('refuses a damaged password file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
    await writeFile(join(folder, 'pca-a'), 'short');
    const made = ensureRedisUser({ adminUrl: REDIS_URL ?? '', instance: 'pca-a', passwordFile: join(folder, 'pca-a') });
    await expect(made).rejects.toMatchObject({ reason: 'damaged' });
    await rm(folder, { recursive: true });
  });

  it('says which login could not be made when the server is away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
    const made = ensureRedisUser({
      adminUrl: 'redis://127.0.0.1:1',
      instance: 'pca-a',
      passwordFile: join(folder, 'pca-a'),
    });
    await expect(made).rejects.toThrow('making the Redis login of pca-a');
    await rm(folder, { recursive: true });
  });

  it('reads and writes its own keys, and is the same when made again', async () => {
    const first = await redisInstance('la1-a');
    expect(await redisInstance('la1-a')).toEqual(first);
    await withRedis(first.url, async (redis) => {
      await redis.set(`${first.prefix}:own`, 'x');
      expect(await redis.get(`${first.prefix}:own`)).toBe('x');
      await redis.del(`${first.prefix}:own`);
    });
  });

  it('keeps the password in a file that only its owner reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
    const passwordFile = join(folder, 'eca-a');
    await ensureRedisUser({ adminUrl: REDIS_URL ?? '', instance: 'eca-a', passwordFile });
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    await rm(folder, { recursive: true });
  });

  it('goes on when the server lost all its keys in the middle of a run', async () => {
    const backend = await redisInstance('cra-a');
    const runs: string[] = [];
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const queues = await openQueueHost({ instance: 'cra-a', backend, log: () => undefined });
    queues.work('publish', async (key) => {
      runs.push(key);
      if (runs.length === 1) await opened;
    });
    await queues.wake('publish', 'k');
    while (runs.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await withRedis(REDIS_URL ?? '', async (redis) => {
      const keys = await redis.keys(`${backend.prefix}:*`);
      expect(keys.length).toBeGreaterThan(2);
      await redis.unlink(keys);
    });
    open();
    await queues.wake('publish', 'k');
    while (runs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await queues.close();
    expect(runs).toEqual(['k', 'k']);
  }, 20_000);
});
