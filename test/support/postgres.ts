/** A real PostgreSQL server for a test file, in a folder of its own that is removed afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '#persistence/data-directory.js';
import { startEmbeddedPostgres } from '#persistence/embedded-postgres.js';
import { ensureInstanceDatabase } from '#persistence/instance-database.js';

const INSTANCES = 24;

export interface TestPostgres {
  adminUrl: string;
  /** The data directory's path, which is removed by stop(). */
  directory: string;
  /** URL of the login and database of an instance, made when missing. */
  instanceUrl(name: string): Promise<string>;
  stop(): Promise<void>;
}

let shared: Promise<TestPostgres> | undefined;

/** The server of this test file: started by the first call, the same for every later one until stop(). */
export function testPostgres(): Promise<TestPostgres> {
  shared ??= start();
  return shared;
}

/** initdb and a start on a busy machine. */
const START_MILLIS = 60_000;

/**
 * Starts the server before the tests of this describe block or file and stops it after them. `users` ends what is still
 * connected, before the server stops: hooks of one block run in the order they were written, so an own `afterAll` below
 * this call would come too late.
 */
export function withPostgres(users: () => Promise<unknown> = async () => {}): () => Promise<TestPostgres> {
  beforeAll(async () => void (await testPostgres()), START_MILLIS);
  afterAll(async () => {
    try {
      await users();
    } finally {
      await (await testPostgres()).stop();
    }
  }, START_MILLIS);
  return testPostgres;
}

async function start(): Promise<TestPostgres> {
  const path = await mkdtemp(join(tmpdir(), 'chrysalis-test-'));
  const data = await openDataDirectory(path);
  const directory = await data.sub('postgres');
  const passwords = await data.sub('passwords');
  const server = await startEmbeddedPostgres({ directory, instances: INSTANCES });
  return {
    adminUrl: server.adminUrl,
    directory: path,
    instanceUrl: (instance) =>
      ensureInstanceDatabase({ adminUrl: server.adminUrl, instance, passwordFile: join(passwords, instance) }),
    stop: async () => {
      shared = undefined;
      await server.stop();
      await data.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}
