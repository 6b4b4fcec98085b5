/** A redis:// or rediss:// URL as ioredis takes it. */
import type { RedisOptions } from 'ioredis';

const DEFAULT_PORT = 6379;

/** Host, port, login, database number and TLS of the URL; nothing else of it counts. Throws on another scheme. */
export function redisOptions(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') throw new Error(`not a Redis URL: it begins with ${protocol}`);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    // An instance's login may not tell the server about its client library.
    disableClientInfo: true,
    db: Number(pathname.slice(1) || '0'),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
