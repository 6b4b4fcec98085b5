import { redisOptions } from './redis-options.js';

describe('a Redis URL', () => {
  it.each(['http://127.0.0.1', 'postgres://127.0.0.1/x'])('refuses %s', (url) => {
    expect(() => redisOptions(url)).toThrow(/not a Redis URL/);
  });

  it.each([
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0 }],
    ['redis://u:p%2F@example.org:7000/3', { host: 'example.org', port: 7000, db: 3, username: 'u', password: 'p/' }],
    ['rediss://:p@[::1]:7000', { host: '::1', port: 7000, db: 0, password: 'p', tls: {} }],
  ])('reads %s', (url, options) => {
    expect(redisOptions(url)).toEqual({ ...options, disableClientInfo: true });
  });
});
