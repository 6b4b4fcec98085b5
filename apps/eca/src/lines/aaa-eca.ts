/** The AAA is asked for the devices that come side by side in one message. */
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Port } from '#edge/edge.js';
import { LineFailure } from '#edge/transport.js';
import {
  MOST_ENROLMENTS,
  type aaaEca,
  type AuthoriseEnrolment,
  type EnrolmentAllowed,
} from '#edges/aaa-eca/authorise.js';
import { gathered } from '#service/gathered.js';
import type { AaaLine } from '../domain/ask-aaa.js';

type Line = Pick<Port<typeof aaaEca>, 'authoriseEnrolment' | 'authoriseEnrolments' | 'authoriseRenewal'>;
type Answer = EnrolmentAllowed | Refused;

/**
 * A line on which proofs by serial share messages. Those for which the AAA asks others travel alone: nobody waits for a
 * neighbour's BSF or OCSP responder. A silent AAA is asked once for all of a group.
 */
export function gatheredAaa(line: Line): AaaLine {
  const askTogether = gathered((requests: readonly AuthoriseEnrolment[]) => askAll(line, requests), {
    most: MOST_ENROLMENTS,
    aloneAfterFailure: false,
  });
  return {
    authoriseEnrolment: (request) =>
      request.proof.kind === 'serial' ? askTogether(request) : line.authoriseEnrolment(request),
    authoriseRenewal: (request) => line.authoriseRenewal(request),
  };
}

async function askAll(line: Line, requests: readonly AuthoriseEnrolment[]): Promise<Answer[]> {
  const answer = await line.authoriseEnrolments({ requests: [...requests] });
  if (isRefused(answer)) return requests.map(() => answer);
  const { decisions } = answer;
  if (decisions.length !== requests.length) throw new LineFailure('the AAA did not decide on each request');
  return decisions.map((one) => (one.kind === 'allowed' ? one.value : refused(one.value)));
}
