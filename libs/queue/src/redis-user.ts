/**
 * One Redis login and one key prefix an instance, made by the administrator's login. Redis then holds many roles'
 * wakes and shows each role its own.
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { requireInstanceName } from '#persistence/administration.js';
import { ensurePassword } from '#persistence/password-file.js';
import { redisOptions } from './redis-options.js';

/**
 * What BullMQ needs, by Redis's categories, without what shows or touches the keys of others: SCAN, KEYS, RANDOMKEY
 * and DBSIZE are not held back by key patterns. INFO tells BullMQ the server's version.
 */
export const REDIS_RIGHTS: readonly string[] = [
  ...['-@all', '+@keyspace', '+@string', '+@hash', '+@list', '+@set', '+@sortedset', '+@stream', '+@scripting'],
  ...['+@transaction', '+@connection', '+@blocking', '-@admin', '-@dangerous', '+info'],
  ...['-scan', '-randomkey', '-dbsize', '-script', '+script|load', '-function', '-client', '+client|setname'],
];

/**
 * Makes or renews the login `chrysalis-<instance>`, which reaches keys `{chrysalis-<instance>}:*` and no channel, and
 * answers its URL and the prefix for BullMQ. To be called at each start: a Redis without an ACL file forgets logins.
 *
 * The braces keep an instance's keys on one node of a Redis Cluster.
 */
export async function ensureRedisUser(options: {
  adminUrl: string;
  instance: string;
  passwordFile: string;
}): Promise<{ url: string; prefix: string }> {
  requireInstanceName(options.instance);
  const user = `chrysalis-${options.instance}`;
  const prefix = `{${user}}`;
  const password = await ensurePassword(options.passwordFile);
  // As SHA-256, so that the password itself is in no log of commands (SLOWLOG, MONITOR). It is 256 random bits.
  const hash = createHash('sha256').update(password).digest('hex');
  const redis = new Redis({ ...redisOptions(options.adminUrl), lazyConnect: true, retryStrategy: () => null });
  // The command in flight is rejected with the same trouble; without a listener ioredis prints it.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.call('ACL', 'SETUSER', user, 'reset', 'on', `#${hash}`, `~${prefix}:*`, ...REDIS_RIGHTS);
  } catch (cause) {
    throw new Error(`making the Redis login of ${options.instance}`, { cause });
  } finally {
    redis.disconnect();
  }
  const url = new URL(options.adminUrl);
  Object.assign(url, { username: user, password });
  return { url: url.href, prefix };
}
