/** The MA asks, in an approved case, for the seed of one chain from now on. */
import type { LineHandler } from '#edge/transport.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { isRefused } from '#credentials/refusal.js';
import { laMa } from '#edges/la-ma/seeds.js';
import { revealSeed, type RevealNeeds } from '../domain/reveal-seed.js';

export interface LaMaNeeds extends RevealNeeds {
  /** Told that a seed left, or why none did; for the audit. */
  readonly decided: (outcome: string) => void;
}

export function answerLaMa(needs: LaMaNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    laMa,
    {
      async revealSeed(request) {
        const outcome = await revealSeed(request, needs);
        needs.decided(isRefused(outcome) ? outcome.reason : 'revealed');
        return outcome;
      },
    },
    answerer,
  );
}
