/** The MA asks, in an approved case, for which item a certificate was issued. */
import { isRefused } from '#credentials/refusal.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { maPca } from '#edges/ma-pca/identify.js';
import { identify, type IdentifyNeeds } from '../domain/identify.js';

export interface MaPcaNeeds extends IdentifyNeeds {
  /** Told that a certificate was identified, or why none was; for the audit. */
  readonly decided: (outcome: string) => void;
}

export function answerMaPca(needs: MaPcaNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    maPca,
    {
      async identify(request) {
        const outcome = await identify(request, needs);
        needs.decided(isRefused(outcome) ? outcome.reason : 'identified');
        return outcome;
      },
    },
    answerer,
  );
}
