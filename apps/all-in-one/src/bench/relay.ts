/** A door of this process that passes bytes on to another and counts them: what a line carries, headers included. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Relay {
  /** From the caller, and back to it. */
  readonly bytes = { up: 0, down: 0 };
  private readonly sockets = new Set<Socket>();
  private target: URL | undefined;

  private constructor(private readonly server: Server) {
    server.on('connection', (caller) => this.join(caller));
  }

  /** Listens on a free port of the loopback interface; takes nothing before `passTo`. */
  static async open(): Promise<Relay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Relay(server);
  }

  get url(): string {
    const { port } = this.server.address() as { port: number };
    return `http://127.0.0.1:${String(port)}`;
  }

  passTo(url: string): void {
    this.target = new URL(url);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(caller: Socket): void {
    if (this.target === undefined) return void caller.destroy();
    const callee = connect({ host: this.target.hostname, port: Number(this.target.port), noDelay: true });
    caller.setNoDelay(true);
    caller.on('data', (part: Buffer) => (this.bytes.up += part.length));
    callee.on('data', (part: Buffer) => (this.bytes.down += part.length));
    this.keep(caller, callee);
    this.keep(callee, caller);
    caller.pipe(callee).pipe(caller);
  }

  /** What breaks on one side is told to the other as an end. */
  private keep(one: Socket, other: Socket): void {
    this.sockets.add(one);
    one.once('error', () => other.destroy());
    one.once('close', () => {
      this.sockets.delete(one);
      other.destroy();
    });
  }
}
