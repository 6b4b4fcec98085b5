/** The PRA of the domain brings a shuffled batch. Who calls, of which domain, fresh and unseen: the line has judged that (PR8, PR9). */
import { hostnameOf } from '#credentials/certificate-facts.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';
import { issueBatch, type IssueNeeds } from '../domain/issue-batch.js';

/** Both RAs of a domain have one role in ScmsSsp; which is the PRA, its name tells. */
const ANOTHER_PRA = 'another-pra';

export interface PcaPraNeeds extends IssueNeeds {
  readonly currentI: () => number;
  /** Host name of the one PRA that is served; `undefined` for any RA of the domain. */
  readonly praHostname: string | undefined;
  /** Told how large an answered batch was, or why one was refused. */
  readonly decided: (outcome: { items: number; refused?: string }) => void;
}

export function answerPcaPra(needs: PcaPraNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    pcaPra,
    {
      async issueBatch({ items }, caller) {
        needs.currentI();
        const praHostname = hostnameOf(caller.certificate) ?? '';
        if (needs.praHostname !== undefined && praHostname !== needs.praHostname) {
          needs.decided({ items: items.length, refused: ANOTHER_PRA });
          return refused(ANOTHER_PRA);
        }
        // A batch is issued under one certificate of ours, from its beginning to its end.
        const responses = await issueBatch(items, praHostname, { ...needs });
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
