/** Wakes the erasing of what past periods left: at the start, and whenever a request meets a new period. */
import type { Clock } from '#credentials/clock.js';
import { periodAt } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import type { QueueHost } from '#queue/queue-host.js';
import type { Work } from '#service/authority-context.js';
import type { Log } from '#service/log.js';

const TIDY = 'tidy';
const EVERYTHING = 'all';

export interface UpkeepNeeds {
  readonly queues: QueueHost;
  readonly clock: Clock;
  readonly profile: Profile;
  readonly log: Log;
  /** Erases what is over in period `i`; may be repeated, and stopped anywhere. */
  readonly tidy: (i: number) => Promise<void>;
}

export interface Upkeep extends Work {
  /** The period now; the first to see a new one wakes the tidying. */
  currentI(): number;
}

export function upkeep({ queues, clock, profile, log, tidy }: UpkeepNeeds): Upkeep {
  const now = (): number => periodAt(profile.epochMillis, clock.nowMillis());
  let tidied = -1;
  return {
    currentI() {
      const i = now();
      if (i > tidied) {
        tidied = i;
        queues.wake(TIDY, EVERYTHING).catch((error: unknown) => log.error('tidy.not-woken', error));
      }
      return i;
    },
    async begin() {
      queues.work(TIDY, () => tidy(now()));
      tidied = now();
      await queues.wake(TIDY, EVERYTHING);
    },
    // The worker ends with the queues of the instance.
    end: async () => undefined,
  };
}
