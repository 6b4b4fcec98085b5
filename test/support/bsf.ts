/** A simulated BSF: it bootstraps subscribers by a shared secret, as AKA would, and tells a NAF that it knows their Ks_NAF. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gbaKey, type Bootstrapped } from '#apps/device/src/birth/gba-birth.js';
import { fromHex, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';

interface Subscriber {
  readonly session: Bootstrapped;
  readonly serial: string;
  readonly expiresMillis: number;
}

export class SimulatedBsf {
  readonly bearer = hex(systemRandom.bytes(32));
  /** Answers with this status instead, when a test wants it. */
  status: number | undefined;
  asked = 0;
  private readonly subscribers = new Map<string, Subscriber>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/zn`;
  }

  close(): Promise<unknown> {
    return new Promise((closed) => this.server.close(closed));
  }

  /** What a device has after it has bootstrapped (Ub): the BSF keeps the same. */
  bootstrap(serial: string, expiresMillis: number): Bootstrapped {
    const [ks, rand] = [systemRandom.bytes(32), systemRandom.bytes(16)];
    const session = { ks, rand, impi: `${serial}@ims.example`, btid: `${hex(rand)}@bsf.example` };
    this.subscribers.set(session.btid, { session, serial, expiresMillis });
    return session;
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    this.asked++;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.status !== undefined) return { status: this.status, body: {} };
    if (request.headers.authorization !== `Bearer ${this.bearer}`) return { status: 401, body: {} };
    const { btid, nafId } = JSON.parse(Buffer.concat(chunks).toString()) as { btid: string; nafId: string };
    const found = this.subscribers.get(btid);
    if (found === undefined) return { status: 404, body: {} };
    const { session, serial, expiresMillis } = found;
    return { status: 200, body: { key: hex(gbaKey(session, fromHex(nafId))), serial, expiresMillis } };
  }
}
