import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handIn, type HandedIn } from './hand-in.js';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A PRA that answers as it is told, and counts. */
class Door {
  readonly bodies: string[] = [];
  mostAtOnce = 0;
  private atOnce = 0;
  private server: Server | undefined;

  constructor(private readonly answer: (body: string, times: number) => Answer) {}

  async open(): Promise<string> {
    const server = createServer((request, response) => {
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        this.bodies.push(body);
        const { status, headers } = this.answer(body, this.bodies.filter((one) => one === body).length);
        setImmediate(() => {
          this.atOnce--;
          response.writeHead(status, headers).end();
        });
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

async function send(door: Door, count: number): Promise<HandedIn & { sent: number[]; taken: number[] }> {
  const [sent, taken] = [[] as number[], [] as number[]];
  try {
    const outcome = await handIn({
      url: await door.open(),
      atOnce: 3,
      count,
      bodyOf: async (n) => Buffer.from(`request ${String(n)}`),
      onSend: (n) => sent.push(n),
      onAccepted: (n) => taken.push(n),
      signal: new AbortController().signal,
    });
    return { ...outcome, sent, taken };
  } finally {
    door.close();
  }
}

describe('handing in many requests', () => {
  it('sends each once, no more than so many at one time', async () => {
    const door = new Door(() => ({ status: 202 }));
    const outcome = await send(door, 20);
    expect(outcome).toMatchObject({ accepted: 20, busy: 0, refused: {} });
    expect(new Set(door.bodies).size).toBe(20);
    expect(door.bodies).toHaveLength(20);
    expect(door.mostAtOnce).toBeLessThanOrEqual(3);
    expect(door.mostAtOnce).toBeGreaterThan(1);
  });

  it.each([503, 429])('comes again after %d as long as it is told', async (status) => {
    const door = new Door((_, times) => (times < 3 ? { status, headers: { 'retry-after': '0' } } : { status: 202 }));
    const outcome = await send(door, 5);
    expect(outcome).toMatchObject({ accepted: 5, busy: 10 });
    expect(door.bodies).toHaveLength(15);
    expect(outcome.sent.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('counts refusals by their code and does not come again', async () => {
    const door = new Door((body) =>
      body === 'request 1' ? { status: 400, headers: { 'ieee-1609.2.1-error': '400-43' } } : { status: 202 },
    );
    const outcome = await send(door, 3);
    expect(outcome).toMatchObject({ accepted: 2, refused: { '400-43': 1 } });
    expect(outcome.taken.sort()).toEqual([0, 2]);
    expect(door.bodies).toHaveLength(3);
  });
});
