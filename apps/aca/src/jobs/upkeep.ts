/** Erases the answers of certificates that have ended: at the start, and every hour. */
import type { Clock } from '#credentials/clock.js';
import type { Work } from '#service/authority-context.js';
import type { Log } from '#service/log.js';

const HOUR_MILLIS = 3_600_000;

export interface UpkeepNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly erasePast: (nowMillis: number) => Promise<void>;
}

export function upkeep({ clock, log, erasePast }: UpkeepNeeds): Work {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const erase = (): void => {
    running = erasePast(clock.nowMillis()).catch((error: unknown) => log.error('upkeep.failed', error));
  };
  return {
    async begin() {
      erase();
      await running;
      timer = setInterval(erase, HOUR_MILLIS);
      timer.unref();
    },
    async end() {
      clearInterval(timer);
      await running;
    },
  };
}
