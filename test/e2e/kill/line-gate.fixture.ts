/**
 * A door on one line between two programs, over HTTP: it carries calls and answers, and can hold one of them, keep what it
 * carried, or let a test answer in the callee's place. It opens nothing: to it a line is bytes, as to anybody on the way.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Caught } from './database-gate.fixture.js';

const HOST = '127.0.0.1';

/** What went by: a call as it came, and what was answered. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly answer: Answer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Call = Omit<Exchange, 'answer'>;

/** Stands in the way of a call: answers it, by whatever `pass` made of it; undefined breaks the line. */
export type Between = (call: Call, pass: (call: Call) => Promise<Answer>) => Promise<Answer | undefined>;

interface Trap {
  readonly half: 'call' | 'answer';
  readonly only: (call: Call) => boolean;
  reached(): void;
  failed(error: Error): void;
  go: (isLost: boolean) => void;
  readonly gone: Promise<boolean>;
}

export class LineGate {
  private server: Server | undefined;
  private port = 0;
  private trap: Trap | undefined;
  private kept: Exchange[] | undefined;
  /** Of every call, while a test sets it. */
  between: Between | undefined;

  /** `target` is the URL of the callee. */
  constructor(private readonly target: () => string) {}

  async open(): Promise<string> {
    await this.accept();
    return `http://${HOST}:${String(this.port)}`;
  }

  /** `call`: it has left the caller and not reached the callee. `answer`: all but its last byte has reached the caller. */
  catch(half: 'call' | 'answer', only: (call: Call) => boolean = () => true): Caught {
    if (this.trap !== undefined) throw new Error('a call is being waited for already');
    let go: (isLost: boolean) => void = () => undefined;
    const gone = new Promise<boolean>((resolve) => (go = resolve));
    let trap: Trap | undefined;
    const reached = new Promise<void>((resolve, reject) => {
      trap = { half, only, reached: resolve, failed: reject, go, gone };
    });
    reached.catch(() => undefined); // told to who awaits it
    this.trap = trap;
    return {
      reached,
      release: (isAnswerLost = false) => {
        if (this.trap === trap) this.trap = undefined;
        go(isAnswerLost);
      },
    };
  }

  /** Keeps what goes by from now on. */
  keep(): readonly Exchange[] {
    this.kept = [];
    return this.kept;
  }

  /** Nobody listens any more, and whoever was connected is cut off. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Listens, at the port of before when there was one. */
  async accept(): Promise<void> {
    const server = createServer((request, response) => {
      this.carry(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, HOST, resolve);
    });
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  async close(): Promise<void> {
    this.trap?.failed(new Error('the line was closed before the call came'));
    this.trap?.go(true);
    this.trap = undefined;
    await this.refuse();
  }

  private async carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await callOf(request);
    await this.holdCall(call, request);
    const answer = await (this.between?.(call, (one) => this.pass(one)) ?? this.pass(call));
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
    response.write(answer.body.subarray(0, -1));
    if (await this.losesAnswer(call)) response.destroy();
    else response.end(answer.body.subarray(-1));
  }

  private async holdCall(call: Call, request: IncomingMessage): Promise<void> {
    const { trap } = this;
    if (trap?.half !== 'call' || !trap.only(call)) return;
    this.trap = undefined;
    trap.reached();
    await trap.gone;
    // What a dead program had not yet sent is never sent.
    if (request.socket.destroyed) throw new Error('the caller is gone');
  }

  private async losesAnswer(call: Call): Promise<boolean> {
    const { trap } = this;
    if (trap?.half !== 'answer' || !trap.only(call)) return false;
    this.trap = undefined;
    trap.reached();
    return trap.gone;
  }

  /** Sends a call to the callee as it is. */
  async pass(call: Call): Promise<Answer> {
    const hasBody = call.method !== 'GET' && call.method !== 'HEAD';
    const response = await fetch(`${this.target()}${call.path}`, {
      method: call.method,
      headers: call.headers,
      ...(hasBody ? { body: new Uint8Array(call.body) } : {}),
      redirect: 'manual',
    });
    const answer = {
      status: response.status,
      headers: withoutHop(Object.fromEntries(response.headers)),
      body: Buffer.from(await response.arrayBuffer()),
    };
    this.kept?.push({ ...call, answer });
    return answer;
  }
}

/** Of one connection, and set anew for the next. */
const HOP = new Set(['connection', 'keep-alive', 'host', 'content-length', 'transfer-encoding', 'expect']);

const withoutHop = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.has(name)));

async function callOf(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: withoutHop(headers),
    body: Buffer.concat(parts),
  };
}
