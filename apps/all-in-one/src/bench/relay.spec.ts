import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Relay } from './relay.js';

const LARGE = Buffer.alloc(300_000, 7);

async function withEcho<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => response.end(Buffer.concat([...parts, ...parts])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a relay', () => {
  it('passes everything on, both ways, and counts it', () =>
    withEcho(async (url) => {
      const relay = await Relay.open();
      relay.passTo(url);
      const answer = await fetch(relay.url, { method: 'POST', body: LARGE });
      expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.concat([LARGE, LARGE]))).toBe(true);
      expect(relay.bytes.up).toBeGreaterThan(300_000);
      expect(relay.bytes.up).toBeLessThan(301_000);
      expect(relay.bytes.down).toBeGreaterThan(600_000);
      expect(relay.bytes.down).toBeLessThan(601_000);
      await relay.close();
    }));

  it('takes nothing before it knows where to', async () => {
    const relay = await Relay.open();
    await expect(fetch(relay.url)).rejects.toThrow();
    await relay.close();
  });

  it('ends the call when nobody answers behind it', async () => {
    const relay = await Relay.open();
    relay.passTo(await withEcho(async (url) => url));
    await expect(fetch(relay.url)).rejects.toThrow();
    await relay.close();
  });
});
