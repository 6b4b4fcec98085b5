/** The PRA of the domain brings a shuffled batch. Who calls, of which domain, fresh and unseen: the line has judged that (PR8, PR9). */
import { hostnameOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';
import { issueBatch, type IssueNeeds } from '../domain/issue-batch.js';

export interface PcaPraNeeds extends IssueNeeds {
  readonly currentI: () => number;
  /** Told how large an answered batch was, or why one was refused. */
  readonly decided: (outcome: { items: number; refused?: string }) => void;
}

export function answerPcaPra(needs: PcaPraNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    pcaPra,
    {
      async issueBatch({ items }, caller) {
        needs.currentI();
        // A batch is issued under one certificate of ours, from its beginning to its end.
        const responses = await issueBatch(items, hostnameOf(caller.certificate) ?? '', { ...needs });
        if (isRefused(responses)) {
          needs.decided({ items: items.length, refused: responses.reason });
          return responses;
        }
        needs.decided({ items: items.length });
        return { responses };
      },
    },
    answerer,
  );
}
