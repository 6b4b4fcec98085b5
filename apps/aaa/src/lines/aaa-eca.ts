/** The ECA asks whether a device may enrol or renew, and says which device is to be suspended. */
import type { LineHandler } from '#edge/transport.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { authorise, authoriseRenewal, type AuthoriseNeeds } from '../domain/authorise.js';
import { refuse } from '../domain/refusal.js';

export interface AaaEcaNeeds extends AuthoriseNeeds {
  /** Told what was decided, never about whom; for the audit. */
  readonly decided: (what: 'enrolment' | 'renewal' | 'suspension', outcome: string) => void;
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
