/** Structured log, one JSON line an event. Never a secret, a key, a serial, an address or bytes that were refused. */
import { pino, destination } from 'pino';

export interface Log {
  info(event: string, fields?: object): void;
  warn(event: string, fields?: object): void;
  error(event: string, error: unknown, fields?: object): void;
}

/** Writes to a file (embedded) or to standard error (a process of its own). */
export function openLog(instance: string, file?: string): Log {
  const logger = pino({ base: { instance } }, destination({ dest: file ?? 2, mkdir: true, sync: true }));
  return {
    info: (event, fields) => logger.info({ ...fields }, event),
    warn: (event, fields) => logger.warn({ ...fields }, event),
    error: (event, error, fields) => logger.error({ ...fields, failure: describe(error) }, event),
  };
}

/** An error and what caused it, in one line; messages of our own code name no values. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
