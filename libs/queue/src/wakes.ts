/**
 * Keeps the wakes of one key in line. Two that are asked for at once would both find no run waiting and ask for two;
 * so the second waits for the first, and a third joins the second.
 *
 * The third may not join the first: that one may have been answered "a run is waiting" by a run that meanwhile began
 * and has read its tables, before what the third tells of was stored there.
 */
export class Wakes {
  readonly #send: (queue: string, key: string) => Promise<void>;
  readonly #sending = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(send: (queue: string, key: string) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when a wake that was sent after this call has arrived; throws what sending it threw. */
  ask(queue: string, key: string): Promise<void> {
    const id = `${queue}:${key}`; // A queue's name holds no colon.
    const before = this.#sending.get(id);
    if (before === undefined) return this.#start(id, queue, key);
    const joined = this.#next.get(id);
    if (joined !== undefined) return joined;
    const send = (): Promise<void> => {
      this.#next.delete(id);
      return this.#start(id, queue, key);
    };
    const next = before.then(send, send); // The first one's failure is told to who asked for the first.
    this.#next.set(id, next);
    return next;
  }

  #start(id: string, queue: string, key: string): Promise<void> {
    const sending = this.#send(queue, key).finally(() => {
      if (this.#sending.get(id) === sending) this.#sending.delete(id);
    });
    this.#sending.set(id, sending);
    return sending;
  }
}
