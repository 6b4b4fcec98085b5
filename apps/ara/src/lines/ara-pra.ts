/** The PRA names an enrolment certificate that is blocked: the same as an operator's order, told as often as it likes. */
import { answerLine } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { AraOperator } from '../ara.operator.js';

export function answerPra(operator: AraOperator, { identity, replay, log }: AuthorityContext): LineHandler {
  return answerLine(
    araPra,
    {
      async blockEnrolment({ enrolment }) {
        await operator.block(enrolment);
        return { enrolment };
      },
    },
    {
      identity,
      replay,
      onFailure: (operation, error) => log.error('line.failed', error, { line: araPra.name, operation }),
    },
  );
}
