/** The ECA asks whether a device may enrol. */
import type { LineHandler } from '#edge/transport.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { authorise, type AuthoriseNeeds } from '../domain/authorise.js';

export interface AaaEcaNeeds extends AuthoriseNeeds {
  /** Told what was decided, never about whom; for the audit. */
  readonly decided: (outcome: string) => void;
}

export function answerAaaEca(needs: AaaEcaNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    aaaEca,
    {
      async authoriseEnrolment(request, caller) {
        const outcome = await authorise(request, hashedId8(caller.certificate), needs);
        needs.decided(isRefused(outcome) ? outcome.reason : 'allowed');
        return outcome;
      },
    },
    answerer,
  );
}
