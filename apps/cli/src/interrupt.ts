/** Ctrl-C, a polite kill and a closed terminal as one AbortSignal, for commands that must end their children. */
import { constants } from 'node:os';
import { ExitCode } from './exit-code.js';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
  /** 128 and the number of the signal that came, as shells have it. */
  exitCode(): number;
}

/** Listens until it is disposed; the first of the three signals aborts. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number = ExitCode.interrupted;
  const interrupt = (signal: NodeJS.Signals): void => {
    exitCode = 128 + constants.signals[signal];
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.removeListener(signal, interrupt);
    },
  };
}
