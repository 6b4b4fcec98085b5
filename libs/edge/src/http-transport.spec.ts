import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpTransport } from './http-transport.js';
import { LineFailure } from './transport.js';

describe('a line over HTTP', () => {
  let server: Server;
  let answer: (response: ServerResponse) => void;
  let calls: number;
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/lines/x`;

  beforeAll(async () => {
    server = createServer((request, response) => {
      calls++;
      request.resume().on('end', () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => (calls = 0));

  const call = () => httpTransport({ largestAnswerBytes: 1000, timeoutMillis: 500 }).call(address(), Uint8Array.of(1));

  it.each<[string, RegExp, (response: ServerResponse) => void]>([
    ['a refusal', /answered 403/, (response) => response.writeHead(403).end()],
    ['an answer that is too long', /too long/, (response) => response.end(Buffer.alloc(1001))],
    ['one that grows without end', /too long/, (response) => void response.write(Buffer.alloc(100_000))],
    [
      'an answer that breaks off',
      /broke off/,
      (response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half', () => response.destroy());
      },
    ],
    ['silence', /no answer/, () => undefined],
  ])('takes %s for no answer', async (_, message, how) => {
    answer = how;
    await expect(call()).rejects.toThrow(LineFailure);
    await expect(call()).rejects.toThrow(message);
  });

  it('carries no call to another address', async () => {
    answer = (response) => response.writeHead(307, { location: address() }).end();
    await expect(call()).rejects.toThrow(LineFailure);
    expect(calls).toBe(1);
  });

  it('waits no longer than it may for an answer that has begun', async () => {
    answer = (response) => void response.writeHead(200).write('half');
    await expect(call()).rejects.toThrow(/broke off/);
  });

  it.each(['http://127.0.0.1:1/lines/x', 'ftp://127.0.0.1/lines/x', 'nowhere'])(
    'has no answer from %s',
    async (other) => {
      await expect(httpTransport({ timeoutMillis: 500 }).call(other, Uint8Array.of(1))).rejects.toThrow(LineFailure);
    },
  );

  it('speaks again and again over one connection, also after a refusal', async () => {
    const ports = new Set<number | undefined>();
    const transport = httpTransport();
    for (const status of [200, 403, 200]) {
      answer = (response) => {
        ports.add(response.socket?.remotePort);
        response.writeHead(status).end('answer');
      };
      await transport.call(address(), Uint8Array.of(1)).catch(() => undefined);
    }
    expect([calls, ports.size]).toEqual([3, 1]);
  });

  it('says nothing of itself but how long the message is', async () => {
    let heard: string[] = [];
    const transport = httpTransport();
    answer = (response) => {
      heard = response.req.rawHeaders.filter((_, n) => n % 2 === 0).map((name) => name.toLowerCase());
      response.end();
    };
    await transport.call(address(), Uint8Array.of(1));
    expect(heard.sort()).toEqual(['connection', 'content-length', 'content-type', 'host']);
  });

  it('gives the bytes that came', async () => {
    answer = (response) => response.end(Buffer.alloc(1000, 7));
    expect(await call()).toEqual(new Uint8Array(1000).fill(7));
  });
});
