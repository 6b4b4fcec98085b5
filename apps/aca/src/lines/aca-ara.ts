/**
 * The ARA of the domain brings an item. Who calls, of which domain, fresh and unseen: the line has judged that. That it is the
 * ARA and not the PRA its name tells, since both have the role of an RA.
 */
import { hostnameOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { acaAra } from '#edges/aca-ara/issue-application.js';
import { issueApplication, type IssueNeeds } from '../domain/issue-application.js';
import { refuse } from '../domain/refusal.js';

export interface AcaAraNeeds extends IssueNeeds {
  /** Host name of the one ARA that is served. */
  readonly araHostname: string;
  /** Told `issued`, or why nothing was. */
  readonly decided: (outcome: string) => void;
}

export function answerAcaAra(needs: AcaAraNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    acaAra,
    {
      async issueApplication(request, caller) {
        const isOurs = hostnameOf(caller.certificate) === needs.araHostname;
        const response = isOurs ? await issueApplication(request, needs) : refuse('another-ara');
        needs.decided(isRefused(response) ? response.reason : 'issued');
        return isRefused(response) ? response : { response };
      },
    },
    answerer,
  );
}
