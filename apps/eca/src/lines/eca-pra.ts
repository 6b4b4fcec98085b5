/** The PRA names an enrolment certificate that is blocked: its device is stopped here, and then at the AAA. */
import { refused } from '#credentials/refusal.js';
import { answerLine } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { ecaPra } from '#edges/eca-pra/stop-enrolment.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { time32FromMillis } from '#wire/time.js';
import { OUTBOX, SUSPEND } from '../jobs/queues.js';
import type { StopStore } from '../store/stop.store.js';

export function answerPra(stops: StopStore, context: AuthorityContext): LineHandler {
  const { identity, replay, log, clock, queues } = context;
  return answerLine(
    ecaPra,
    {
      async stopEnrolment({ enrolment }) {
        const stopped = await stops.stop(enrolment, clock.nowMillis());
        if (stopped === undefined) return refused('enrolment-unknown');
        log.info('device.stopped', { certificates: stopped.length });
        await queues.wake(SUSPEND, OUTBOX);
        return {
          enrolments: stopped.map(({ certificateHash, expiresMillis }) => ({
            enrolment: certificateHash,
            expiry: time32FromMillis(expiresMillis),
          })),
        };
      },
    },
    {
      identity,
      replay,
      onFailure: (operation, error) => log.error('line.failed', error, { line: ecaPra.name, operation }),
    },
  );
}
