/** Sees every worker that is given a message, and every message both ways, as the bytes that cross. */
import { jest } from '@jest/globals';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Reply, Request } from './worker-calls.js';

export interface Recorder {
  /** Those that were given a message, in that order. */
  readonly workers: Worker[];
  /** Everything that crossed: requests and replies. */
  readonly crossed: Buffer[];
  /** The methods each worker was asked for. */
  readonly asked: Map<Worker, string[]>;
  /** The most calls that a worker was seen to owe. */
  mostOwed: number;
  ended: number;
  /** Called after a request went out. */
  onRequest?: (worker: Worker, request: Request) => void;
  stop(): void;
}

/** Records from now on until `stop`. */
export function recordWorkers(): Recorder {
  const owed = new Map<Worker, number>();
  const { postMessage, emit } = Worker.prototype;
  const posting = jest.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
    const [request] = message as [Request];
    recorder.crossed.push(serialize(request));
    if (!recorder.workers.includes(this)) recorder.workers.push(this);
    recorder.asked.set(this, [...(recorder.asked.get(this) ?? []), request.method]);
    owed.set(this, (owed.get(this) ?? 0) + 1);
    recorder.mostOwed = Math.max(recorder.mostOwed, owed.get(this)!);
    postMessage.apply(this, message as Parameters<typeof postMessage>);
    recorder.onRequest?.(this, request);
  });
  const emitting = jest.spyOn(Worker.prototype, 'emit').mockImplementation(function (this: Worker, ...event) {
    const [name, reply] = event as unknown as [string, Reply];
    if (name === 'message') recorder.crossed.push(serialize(reply));
    if (name === 'message' && reply.id !== 0) owed.set(this, owed.get(this)! - 1);
    if (name === 'exit') recorder.ended++;
    return emit.apply(this, event as Parameters<typeof emit>);
  });
  const recorder: Recorder = {
    workers: [],
    crossed: [],
    asked: new Map(),
    mostOwed: 0,
    ended: 0,
    stop: () => {
      posting.mockRestore();
      emitting.mockRestore();
    },
  };
  return recorder;
}
