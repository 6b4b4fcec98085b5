/** The HTTP door that every authority has: what it takes, and what leaves when something fails. */
import { gzipSync } from 'node:zlib';
import type { Server } from 'node:http';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, noWork, WORK, type AuthorityFace, type Lines } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { LARGEST_DEVICE_BYTES, LARGEST_LINE_BYTES } from '#service/door.js';
import { z } from 'zod';
import { authorityBench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

@Controller()
class Rooms {
  @Post('sizes')
  size(@Body() body: unknown): { bytes: number } {
    return { bytes: body instanceof Uint8Array ? body.length : -1 };
  }

  @Get('failing/:what')
  fail(@Param('what') what: string): never {
    throw new Error(`a failure that tells ${what}`);
  }
}

@Module({})
class RoomsModule {}

const took: number[] = [];
const lines: Lines = {
  any: async (message) => {
    took.push(message.length);
    return message.subarray(0, 1);
  },
};
const face: AuthorityFace<object> = {
  role: 'rooms',
  settings: z.strictObject({}),
  entities: [],
  migrations: [],
  module: () => ({
    module: RoomsModule,
    controllers: [Rooms],
    providers: [
      { provide: LINES, useValue: lines },
      { provide: WORK, useValue: noWork },
    ],
    exports: [LINES, WORK],
  }),
};

describe('the door of an authority', () => {
  const postgres = withPostgres(endUsers);
  const logged: string[] = [];
  let host: HostedAuthority;

  beforeAll(async () => {
    const url = await (await postgres()).instanceUrl('a-door');
    const dataSource = await openDataSource({ url, instance: 'a-door', entities: [], migrations: [] });
    const context = await (await authorityBench()).contextFor('a-cra', { dataSource });
    const note = (event: string, error: unknown): void => void logged.push(`${event}: ${String(error)}`);
    const log = { info: note, warn: note, error: note };
    host = await hostAuthority(face, { ...context, log }, {}, { host: '127.0.0.1', port: 0 });
  });
  async function endUsers(): Promise<void> {
    await host.close();
  }
  beforeEach(() => {
    took.length = 0;
    logged.length = 0;
  });

  async function send(path: string, body?: Uint8Array, headers: Record<string, string> = {}) {
    const response = await fetch(`http://127.0.0.1:${host.port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }), ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  it('PR16 refuses a body of a device above 64 KiB, and one of a line above 2 MiB', async () => {
    expect((await send('/sizes', new Uint8Array(LARGEST_DEVICE_BYTES + 1))).status).toBe(413);
    expect((await send('/lines/any', new Uint8Array(LARGEST_LINE_BYTES + 1))).status).toBe(413);
    expect((await send('/lines', new Uint8Array(LARGEST_DEVICE_BYTES + 1))).status).toBe(413);
    expect(took).toEqual([]);
    expect((await send('/sizes', new Uint8Array(LARGEST_DEVICE_BYTES))).text).toBe('{"bytes":65536}');
    expect((await send('/lines/any', new Uint8Array(LARGEST_LINE_BYTES))).status).toBe(200);
    expect(took).toEqual([LARGEST_LINE_BYTES]);
  });

  it('PR16 takes no compressed body, which could grow', async () => {
    const body = new Uint8Array(gzipSync(new Uint8Array(1000)));
    const { status, text } = await send('/sizes', body, { 'content-encoding': 'gzip' });
    expect([status, text]).toEqual([400, '{"refused":"malformed"}']);
  });

  it('PR16 waits for nobody for ever', () => {
    const { headersTimeout, requestTimeout, timeout } = host.app.getHttpServer() as Server;
    expect([headersTimeout, requestTimeout, timeout]).toEqual([10_000, 30_000, 120_000]);
  });

  it('keeps a failure at home, and says so in one word', async () => {
    const { status, text } = await send('/failing/CANARY');
    expect([status, text]).toEqual([500, '{"refused":"internal"}']);
    expect(logged).toEqual(['request.failed: Error: a failure that tells CANARY']);
  });

  it.each([
    ['/nowhere/CANARY', 404, 'not-found'],
    ['/failing/%E0%A4%A', 400, 'malformed'],
  ])('repeats nothing of %s', async (path, status, word) => {
    const answer = await send(path);
    expect([answer.status, answer.text]).toEqual([status, `{"refused":"${word}"}`]);
  });

  it('refuses an unknown line and a body of another type alike', async () => {
    const unknown = await send('/lines/toString', Uint8Array.of(1));
    const other = await send('/lines/any', Uint8Array.of(1), { 'content-type': 'text/plain' });
    expect([unknown.status, unknown.text]).toEqual([403, '{"refused":"refused"}']);
    expect([other.status, other.text]).toEqual([403, '{"refused":"refused"}']);
    expect(took).toEqual([]);
  });

  it('names no software', async () => {
    expect((await send('/health')).headers.get('x-powered-by')).toBeNull();
  });
});
