/** What the operators of an ARA do: stop a device, and let it go on. */
import type { Clock } from '#credentials/clock.js';
import type { Log } from '#service/log.js';
import type { RequestStore } from './store/request.store.js';

/** Token of the AraOperator in the ARA's container. */
export const ARA_OPERATOR = Symbol('ARA_OPERATOR');

export interface AraOperator {
  /** By the SM3 of its enrolment certificate, 32 bytes: it gets nothing more, what is owed to it ends. False when it was blocked before. */
  block(enrolmentHash: Uint8Array): Promise<boolean>;
  /** False when it was not blocked. What had ended stays ended. */
  unblock(enrolmentHash: Uint8Array): Promise<boolean>;
}

export function araOperator(requests: RequestStore, { clock, log }: { clock: Clock; log: Log }): AraOperator {
  return {
    async block(enrolmentHash) {
      const isNew = await requests.block(enrolmentHash, clock.nowMillis());
      log.info('device.blocked', { isNew });
      return isNew;
    },
    async unblock(enrolmentHash) {
      const wasBlocked = await requests.unblock(enrolmentHash);
      log.info('device.unblocked', { wasBlocked });
      return wasBlocked;
    },
  };
}
