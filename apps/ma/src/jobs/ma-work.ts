/** What the MA does by itself. The tables say what is owed; queues wake, and real time only says when to look. */
import type { QueueHost } from '#queue/queue-host.js';
import type { Work } from '#service/authority-context.js';
import type { Desk } from './operator-desk.js';
import { eraseDue, lookAtOwed, passOwedEvidence, type PassNeeds } from './work-off.js';

export const INTAKE = 'intake';
const PASS_ON = 'pass-on';
const CASES = 'cases';
const OWED = 'owed';
/** What is due to be erased is counted in days: not every look need search for it. */
const LOOKS_PER_ERASING = 20;

export const wakeIntake = (queues: QueueHost): Promise<void> => queues.wake(INTAKE, OWED);
export const wakeCases = (queues: QueueHost): Promise<void> => queues.wake(CASES, OWED);

export function maWork(needs: PassNeeds, desk: Desk, queues: QueueHost): Work {
  let looks = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const wakeOwed = async (): Promise<void> => {
    const nowMillis = needs.clock.nowMillis();
    if ((await needs.reports.owed(nowMillis, 1)).length > 0) await wakeIntake(queues);
    if ((await needs.reports.owedPassing(nowMillis, 1)).length > 0) await queues.wake(PASS_ON, OWED);
    if ((await needs.cases.inState('RESOLVING')).length > 0) await wakeCases(queues);
    if (looks++ % LOOKS_PER_ERASING === 0) await eraseDue(needs);
  };
  const look = async (): Promise<void> => {
    try {
      await wakeOwed();
    } catch (error) {
      needs.log.error('look-failed', error);
    }
  };
  return {
    async begin() {
      queues.work(INTAKE, async () => {
        const isMore = await lookAtOwed(needs);
        if (isMore) await wakeIntake(queues);
        if ((await needs.reports.owedPassing(needs.clock.nowMillis(), 1)).length > 0) await queues.wake(PASS_ON, OWED);
      });
      queues.work(PASS_ON, async () => {
        if (await passOwedEvidence(needs)) await queues.wake(PASS_ON, OWED);
      });
      queues.work(CASES, () => desk.resolveOwed());
      await wakeOwed();
      timer = setInterval(() => void (looking = looking.then(look)), needs.settings.tickMillis);
    },
    async end() {
      clearInterval(timer);
      await looking;
    },
  };
}
