/** How bytes get from one authority to another. There is nothing but bytes: no header, trace or job id crosses a line. */
export interface Transport {
  /** Delivers a message to an address and returns the answer's bytes; throws LineFailure when there is none. */
  call(address: string, message: Uint8Array): Promise<Uint8Array>;
}

/** No answer: nobody listens, the wait is over, or the other side refused to speak. */
export class LineFailure extends Error {
  override readonly name = 'LineFailure';
}

/** What a callee does with the bytes of a line. */
export type LineHandler = (message: Uint8Array) => Promise<Uint8Array>;

/** Within one process: addresses are names, the bytes are the same. */
export class Switchboard implements Transport {
  private readonly handlers = new Map<string, LineHandler>();

  connect(address: string, handler: LineHandler): void {
    this.handlers.set(address, handler);
  }

  async call(address: string, message: Uint8Array): Promise<Uint8Array> {
    const handler = this.handlers.get(address);
    if (handler === undefined) throw new LineFailure(`nobody answers at ${address}`);
    return handler(message);
  }
}
