import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from './redis-server.js';

/** Stands in for redis-server: notes its configuration, listens where it is told, and says so. */
const pretender = `#!${process.execPath}
const fs = require('node:fs');
const settings = Object.fromEntries(fs.readFileSync(0, 'utf8').trim().split('\\n').map((line) => line.split(/ (.*)/)));
if (process.argv.length !== 3 || process.argv[2] !== '-') process.exit(1);
require('node:net').createServer().listen(Number(settings.port), settings.bind, () => console.log('Ready to accept connections'));
`;

describe('the private redis-server', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-path-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is undefined when there is none on the PATH', async () => {
    expect(await startRedisServer({ PATH: folder })).toBeUndefined();
  });

  it('fails when it ends before it listens, time after time', async () => {
    await writeFile(join(folder, 'redis-server'), '#!/bin/sh\nexit 1\n');
    await chmod(join(folder, 'redis-server'), 0o755);
    await expect(startRedisServer({ PATH: folder })).rejects.toThrow('ended 5 times');
  });

  it('listens on the loopback port of its URL, and is gone when it is disposed of', async () => {
    await writeFile(join(folder, 'redis-server'), pretender);
    await chmod(join(folder, 'redis-server'), 0o755);
    const server = await startRedisServer({ PATH: folder });
    const { hostname, port, password } = new URL(server!.url);
    expect([hostname, password.length]).toEqual(['127.0.0.1', 32]);
    await expect(connects(Number(port))).resolves.toBe(true);
    await server![Symbol.asyncDispose]();
    await expect(connects(Number(port))).resolves.toBe(false);
  });
});

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
