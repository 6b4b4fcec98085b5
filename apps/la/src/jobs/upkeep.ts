/** Wakes what an LA owes: at its start, whenever a request meets a new period, and by looking now and then. */
import type { Clock } from '#credentials/clock.js';
import { periodAt } from '#credentials/period.js';
import type { Profile } from '#credentials/profile.js';
import type { QueueHost } from '#queue/queue-host.js';
import type { Work } from '#service/authority-context.js';
import type { Log } from '#service/log.js';

const TIDY = 'tidy';
const ANNOUNCE = 'announce';
const EVERYTHING = 'all';

export interface UpkeepNeeds {
  readonly queues: QueueHost;
  readonly clock: Clock;
  readonly profile: Profile;
  readonly log: Log;
  /** Real time only says when to look; what is owed, the clock handed in and the tables say. */
  readonly tickMillis: number;
  /** Brings chains and keys to period `i`. */
  readonly tidy: (i: number) => Promise<void>;
  /** Hands the PCA the keys it has not taken. */
  readonly announce: (i: number) => Promise<void>;
  /** Whether there are keys from period `i` on that the PCA has not taken. */
  readonly owesKeys: (i: number) => Promise<boolean>;
}

export interface Upkeep extends Work {
  /** The period now; the first to see a new one wakes the tidying. */
  currentI(): number;
}

export function upkeep(needs: UpkeepNeeds): Upkeep {
  const { queues, clock, profile, log } = needs;
  const now = (): number => periodAt(profile.epochMillis, clock.nowMillis());
  let tidied = -1;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const wakeTidying = async (i: number): Promise<void> => {
    tidied = i;
    try {
      await queues.wake(TIDY, EVERYTHING);
    } catch (error) {
      // Not woken, so not done: the next look or request tries again.
      tidied = -1;
      log.error('tidy.not-woken', error);
    }
  };
  const look = async (): Promise<void> => {
    try {
      const i = now();
      if (i > tidied) await wakeTidying(i);
      if (await needs.owesKeys(i)) await queues.wake(ANNOUNCE, EVERYTHING);
    } catch (error) {
      log.error('look-failed', error);
    }
  };
  return {
    currentI() {
      const i = now();
      if (i > tidied) void wakeTidying(i);
      return i;
    },
    async begin() {
      queues.work(TIDY, () => needs.tidy(now()));
      queues.work(ANNOUNCE, () => needs.announce(now()));
      tidied = now();
      await queues.wake(TIDY, EVERYTHING);
      await queues.wake(ANNOUNCE, EVERYTHING);
      timer = setInterval(() => void (looking = looking.then(look)), needs.tickMillis);
    },
    // The workers end with the queues of the instance.
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
