/** What the CRA does by itself: a list at its start, and one whenever the clock says so. */
import type { QueueHost } from '#queue/queue-host.js';
import type { Work } from '#service/authority-context.js';
import { isDue, issueIfOwed, type CrlIssuer } from './issue-crl.js';

const QUEUE = 'crl';

/** Real time only says when to look; whether a list is due, the clock handed in and the table say. */
export function crlWork(issuer: CrlIssuer, queues: QueueHost, tickMillis: number): Work {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      const last = await issuer.store.last();
      if (isDue(last, issuer.clock.nowMillis(), issuer)) await queues.wake(QUEUE, 'due');
      else await issuer.crlLog?.catchUp(last);
    } catch (error) {
      issuer.log.error('crl.look-failed', error);
    }
  };
  return {
    async begin() {
      await issuer.crlLog?.catchUp(await issueIfOwed(issuer));
      queues.work(QUEUE, async () => void (await issueIfOwed(issuer)));
      timer = setInterval(() => void (looking = look()), tickMillis);
    },
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
