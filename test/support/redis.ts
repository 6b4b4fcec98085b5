/** The Redis of the tests: REDIS_URL names an administrator's login; logins and keys of instances are made there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedisUser } from '#queue/redis-user.js';

/** Undefined where there is no Redis: the tests are then skipped. */
export const REDIS_URL = process.env['REDIS_URL'];

let folder: Promise<string> | undefined;

/** An instance's login and prefix, made when missing. */
export async function redisInstance(instance: string): Promise<{ kind: 'redis'; url: string; prefix: string }> {
  folder ??= mkdtemp(join(tmpdir(), 'chrysalis-test-'));
  const passwordFile = join(await folder, instance);
  return { kind: 'redis', ...(await ensureRedisUser({ adminUrl: REDIS_URL ?? '', instance, passwordFile })) };
}

afterAll(async () => {
  if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
});
