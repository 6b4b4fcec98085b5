/**
 * Verifies certificates, signed messages, CRLs and trust lists of anybody, and says of every check whether it holds and why.
 * For people who look for a fault, and not for the road: nothing is cut short after the first refusal. IEEE 1609.2-2022
 * clauses 5 to 7 with ECDSA P-256, YD/T 3957-2021 with SM2; explicit certificates and implicit ones.
 */
import { explainCertificate } from './explain-certificate.js';
import { explainCtl } from './explain-ctl.js';
import { explainPkiCtl, explainRootCtl } from './explain-lists.js';
import { explainRequest } from './explain-request.js';
import { explainSigned } from './explain-signed.js';
import type { Question } from './question.js';
import { explanationOf, fails, together, type Explanation } from './step.js';
import { certificatesIn, type Subject } from './subject.js';

/** Every check by name. `valid` only when all of them hold. */
export function explain(subject: Subject, question: Question): Explanation {
  for (const certificate of certificatesIn(subject)) question.pool.add(certificate);
  switch (subject.kind) {
    case 'certificate':
      return explainCertificate(subject.certificate, question);
    case 'signed':
      return explainSigned(subject, question);
    case 'request':
      return explainRequest(subject, question);
    case 'trcl':
      return explainRootCtl(subject.list, question);
    case 'tdcl':
      return explainPkiCtl(subject.list, question);
    case 'ctl':
      return explainCtl(subject.ctl, question);
    case 'several':
      return together(
        subject.parts.map(({ label, subject: part }) => ({ label, explanation: explain(part, question) })),
      );
    case 'nothing':
      return explanationOf([fails('structure', subject.why)]);
  }
}
