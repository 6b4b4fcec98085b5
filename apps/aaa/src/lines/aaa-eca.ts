/** The ECA asks whether a device may enrol or renew, and says which device is to be suspended. */
import type { LineHandler } from '#edge/transport.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { aaaEca, type AuthoriseEnrolment, type EnrolmentDecision } from '#edges/aaa-eca/authorise.js';
import { authorise, authoriseRenewal, type AuthoriseNeeds } from '../domain/authorise.js';
import { refuse } from '../domain/refusal.js';

export interface AaaEcaNeeds extends AuthoriseNeeds {
  /** Told what was decided, never about whom; for the audit. */
  readonly decided: (what: 'enrolment' | 'renewal' | 'suspension', outcome: string) => void;
}

/** What is decided of one; a failure is told to our log, and is no word about the others. */
async function decisionOn(
  request: AuthoriseEnrolment,
  ecaId: Uint8Array,
  needs: AaaEcaNeeds,
  answerer: LineAnswerer,
): Promise<EnrolmentDecision> {
  try {
    const outcome = await authorise(request, ecaId, needs);
    needs.decided('enrolment', isRefused(outcome) ? outcome.reason : 'allowed');
    return isRefused(outcome) ? { kind: 'refused', value: outcome.reason } : { kind: 'allowed', value: outcome };
  } catch (error) {
    answerer.onFailure('authoriseEnrolments', error);
    return { kind: 'refused', value: 'internal' };
  }
}

export function answerAaaEca(needs: AaaEcaNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    aaaEca,
    {
      async authoriseEnrolment(request, caller) {
        const outcome = await authorise(request, hashedId8(caller.certificate), needs);
        needs.decided('enrolment', isRefused(outcome) ? outcome.reason : 'allowed');
        return outcome;
      },
      async authoriseEnrolments({ requests }, caller) {
        const ecaId = hashedId8(caller.certificate);
        return { decisions: await Promise.all(requests.map((one) => decisionOn(one, ecaId, needs, answerer))) };
      },
      async authoriseRenewal(request, caller) {
        const outcome = await authoriseRenewal(request, hashedId8(caller.certificate), needs);
        needs.decided('renewal', isRefused(outcome) ? outcome.reason : 'allowed');
        return outcome;
      },
      async suspendDevice({ keyHash }) {
        const isKnown = await needs.registry.suspendOfKey(keyHash);
        needs.decided('suspension', isKnown ? 'suspended' : 'unknown-device');
        return isKnown ? { keyHash } : refuse('unknown-device');
      },
    },
    answerer,
  );
}
