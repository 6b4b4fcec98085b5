/** What the CRA does by itself: lists at its start, and one whenever the clock or what was ordered says so. */
import type { QueueHost } from '#queue/queue-host.js';
import type { Work } from '#service/authority-context.js';
import { isWanted, issueIfOwed, type CrlIssuer } from './issue-crl.js';

/** Real time only says when to look; whether a list is wanted, the clock handed in and the tables say. */
export function crlWork(issuer: CrlIssuer, queues: QueueHost, tickMillis: number): Work {
  const queue = `crl-${issuer.lists.series}`;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const { store, publication, crlLog } = issuer;
    try {
      const last = await store.last();
      // Another process of this CRA may have issued it.
      if (last !== undefined && last.number !== publication.last?.number) publication.replace(await store.published());
      if (await isWanted(last, issuer)) await queues.wake(queue, 'due');
      else await crlLog?.catchUp(publication.last);
    } catch (error) {
      issuer.log.error('crl.look-failed', error);
    }
  };
  return {
    async begin() {
      await issueIfOwed(issuer);
      issuer.publication.replace(await issuer.store.published());
      await issuer.crlLog?.catchUp(issuer.publication.last);
      queues.work(queue, async () => issueIfOwed(issuer));
      timer = setInterval(() => void (looking = look()), tickMillis);
    },
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
