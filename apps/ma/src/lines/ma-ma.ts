/** The line from the MA of another domain: evidence against a certificate of ours, its reporter left behind. */
import { encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import type { Answers } from '#edge/edge.js';
import { PassedEvidence, type maMa } from '#edges/ma-ma/evidence.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { EVIDENCE } from '../jobs/look-at-report.js';
import { refuseIntake, type IntakeNeeds } from './ma-pra-reports.js';

/** Takes what the other MA says of its reporter for granted, and of the evidence nothing: it is checked here again. */
export const answerMaMa = (needs: IntakeNeeds & { device: CryptoDevice }): Answers<typeof maMa> => ({
  async passEvidence(passed) {
    const refusal = refuseIntake(passed, needs);
    if (refusal !== undefined) return refusal;
    const receipt = sm3(encode(PassedEvidence, passed));
    const { handle, week, bucket } = passed;
    const sealed = await needs.device.seal(EVIDENCE, passed.report);
    await needs.reports.take({ receipt, origin: 'passed', handle, week, bucket, sealed }, needs.clock.nowMillis());
    await needs.wake();
    return { receipt };
  },
});
