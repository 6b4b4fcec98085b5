/**
 * A door between one program and its PostgreSQL, for tests that must catch the program at a certain statement: it carries
 * bytes, and at a named moment stops carrying them. It knows as much of the protocol (PostgreSQL 18, chapter 54) as tells
 * statements apart and says when a transaction is over.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `before`: the statement has left the program and not reached the server. `after`: what the statement wrote is committed,
 * and the program does not know it yet.
 */
export type Moment = 'before' | 'after';

export interface Caught {
  /** Resolves when the program is held there; rejects when the gate closes first. */
  readonly reached: Promise<void>;
  /** Lets it go on. What a dead program had not yet sent is never sent; an answer on a line may be lost. */
  release(isAnswerLost?: boolean): void;
}

interface Trap {
  readonly statement: RegExp;
  readonly moment: Moment;
  reached(): void;
  failed(error: Error): void;
  held: (() => void) | undefined;
}

/** Answers a statement in the server's place. */
interface Failure {
  readonly statement: RegExp;
  readonly code: string;
  count: number;
}

const HOST = '127.0.0.1';
const LENGTH_BYTES = 4;
const TYPE_BYTES = 1;
const IDLE = 'I'.charCodeAt(0);

export class DatabaseGate {
  private server: Server | undefined;
  private port = 0;
  private readonly lines = new Set<Line>();
  private trap: Trap | undefined;
  private failure: Failure | undefined;

  constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** The URL of the server, led through here. */
  async open(url: string): Promise<string> {
    await this.accept();
    const through = new URL(url);
    through.port = String(this.port);
    return through.href;
  }

  /** Catches the first transaction from now on that has a statement of this form. One at a time. */
  catch(statement: RegExp, moment: Moment): Caught {
    if (this.trap !== undefined) throw new Error('a statement is being waited for already');
    let trap: Trap | undefined;
    const reached = new Promise<void>((resolve, reject) => {
      trap = { statement, moment, reached: resolve, failed: reject, held: undefined };
    });
    reached.catch(() => undefined); // told to who awaits it
    this.trap = trap;
    return {
      reached,
      release: () => {
        if (this.trap === trap) this.trap = undefined;
        trap?.held?.();
      },
    };
  }

  /** From now on such statements fail with this SQLSTATE, until `heal`; nothing of them reaches the server. */
  fail(statement: RegExp, code: string): { readonly count: number } {
    this.failure = { statement, code, count: 0 };
    return this.failure;
  }

  heal(): void {
    this.failure = undefined;
  }

  /** Nobody listens any more, and whoever was connected is cut off. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const line of this.lines) line.cut();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Listens, at the port of before when there was one. */
  async accept(): Promise<void> {
    const server = createServer((client) => this.connected(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, HOST, resolve);
    });
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  async close(): Promise<void> {
    this.trap?.failed(new Error('the gate was closed before the statement came'));
    this.trap = undefined;
    await this.refuse();
  }

  private connected(client: Socket): void {
    const { host, port } = this.target;
    const line: Line = new Line(client, connect(port, host), {
      trap: () => this.trap,
      spring: () => (this.trap = undefined),
      failure: () => this.failure,
      ended: () => this.lines.delete(line),
    });
    this.lines.add(line);
  }
}

interface LineNeeds {
  /** What is being waited for. */
  readonly trap: () => Trap | undefined;
  /** It was caught: no other line catches it as well. */
  readonly spring: () => void;
  readonly failure: () => Failure | undefined;
  readonly ended: () => void;
}

/** Cuts a stream into messages; a partial one waits for its rest. */
class Messages {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private hasStartup: boolean) {}

  *take(bytes: Buffer): Generator<{ type: number | undefined; message: Buffer; body: Buffer }> {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (;;) {
      // A first message of the program has no type: 54.7, StartupMessage.
      const at = this.hasStartup ? 0 : TYPE_BYTES;
      if (this.rest.length < at + LENGTH_BYTES) return;
      const end = at + this.rest.readUInt32BE(at);
      if (this.rest.length < end) return;
      const message = this.rest.subarray(0, end);
      this.rest = this.rest.subarray(end);
      yield { type: at === 0 ? undefined : message[0], message, body: message.subarray(at + LENGTH_BYTES) };
      this.hasStartup = false;
    }
  }
}

const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const COMPLETE = 'C'.charCodeAt(0);

/** The texts of a message that end in a zero. */
function texts(body: Buffer, count: number): string[] {
  const found: string[] = [];
  let at = 0;
  while (found.length < count) {
    const end = body.indexOf(0, at);
    if (end < 0) break;
    found.push(body.toString('utf8', at, end));
    at = end + 1;
  }
  return found;
}

class Line {
  private readonly fromProgram = new Messages(true);
  private readonly fromServer = new Messages(false);
  private readonly prepared = new Map<string, string>();
  /** Bytes that wait, while this line is held. */
  private toServer: Buffer[] | undefined;
  private toProgram: Buffer[] | undefined;
  /** The trap whose statement went by here, while its transaction is open. */
  private marked: Trap | undefined;
  private isInTransaction = false;
  /** A statement was answered here: the rest of its round, up to the Sync, is not for the server. */
  private isFailing = false;

  constructor(
    private readonly program: Socket,
    private readonly server: Socket,
    private readonly needs: LineNeeds,
  ) {
    program.on('data', (bytes: Buffer) => this.said(bytes));
    server.on('data', (bytes: Buffer) => this.answered(bytes));
    for (const socket of [program, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut());
      socket.on('close', () => this.cut());
    }
  }

  cut(): void {
    this.program.destroy();
    this.server.destroy();
    this.needs.ended();
  }

  private said(bytes: Buffer): void {
    for (const { type, message, body } of this.fromProgram.take(bytes)) {
      const text = this.statement(type, body);
      if (text !== undefined) this.judge(text);
      if (this.isFailing) {
        if (type === SYNC || type === QUERY) this.endFailure();
      } else if (this.toServer !== undefined) this.toServer.push(message);
      else this.server.write(message);
    }
  }

  /** The text of a statement that is about to be run, or to be prepared for that. */
  private statement(type: number | undefined, body: Buffer): string | undefined {
    if (type === QUERY) return texts(body, 1)[0];
    if (type === PARSE) {
      const [name = '', text = ''] = texts(body, 2);
      this.prepared.set(name, text);
      return text;
    }
    return type === BIND ? this.prepared.get(texts(body, 2)[1] ?? '') : undefined;
  }

  private judge(text: string): void {
    const failure = this.needs.failure();
    if (failure?.statement.test(text) && !this.isFailing) {
      failure.count += 1;
      this.isFailing = true;
    }
    const trap = this.needs.trap();
    if (this.marked !== undefined || !trap?.statement.test(text)) return;
    if (trap.moment === 'after') {
      this.marked = trap;
      return;
    }
    this.needs.spring();
    this.toServer = [];
    trap.held = () => {
      const waiting = this.toServer ?? [];
      this.toServer = undefined;
      if (!this.program.destroyed) for (const message of waiting) this.server.write(message);
    };
    trap.reached();
  }

  private answered(bytes: Buffer): void {
    for (const { type, message, body } of this.fromServer.take(bytes)) {
      // A transaction that was given up has written nothing.
      if (type === COMPLETE && texts(body, 1)[0] === 'ROLLBACK') this.marked = undefined;
      if (type === READY) {
        this.isInTransaction = body[0] !== IDLE;
        if (!this.isInTransaction) this.transactionOver();
      }
      if (this.toProgram !== undefined) this.toProgram.push(message);
      else this.program.write(message);
    }
  }

  private transactionOver(): void {
    const trap = this.marked;
    this.marked = undefined;
    if (trap === undefined || this.needs.trap() !== trap) return;
    this.needs.spring();
    this.toProgram = [];
    trap.held = () => {
      for (const message of this.toProgram ?? []) this.program.write(message);
      this.toProgram = undefined;
    };
    trap.reached();
  }

  /** ErrorResponse and ReadyForQuery (54.7). */
  private endFailure(): void {
    this.isFailing = false;
    const code = this.needs.failure()?.code ?? '53100';
    const fields = Buffer.from(`SERROR\0VERROR\0C${code}\0Mrefused by the test\0\0`);
    const status = this.isInTransaction ? 'E' : 'I';
    this.program.write(Buffer.concat([framed('E', fields), framed('Z', Buffer.from(status))]));
  }
}

function framed(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(TYPE_BYTES + LENGTH_BYTES);
  head.write(type, 0);
  head.writeUInt32BE(LENGTH_BYTES + body.length, TYPE_BYTES);
  return Buffer.concat([head, body]);
}
