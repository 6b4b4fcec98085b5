/** A certificate by itself: its form, its chain, and what it says under it. */
import type { Certificate } from '#wire/secured-data.js';
import { best, inOrder, revocation, timeStep } from './explain-signed.js';
import {
  certificateFormProblems,
  certificateSignatureStep,
  chainStep,
  pathTimeProblems,
  permissionSteps,
  regionStep,
} from './path-steps.js';
import { profileStep } from './profile-step.js';
import type { Question } from './question.js';
import { explanationOf, verdict, type Explanation } from './step.js';

/** Each path to a trust anchor is judged; the best of them is told. */
export function explainCertificate(certificate: Certificate, question: Question): Explanation {
  const { atMillis, isAtGiven } = question;
  const moments = [{ millis: atMillis, what: isAtGiven ? 'at the moment asked about' : 'now' }];
  return best(
    question.pool.pathsFrom(certificate).map((path) =>
      explanationOf([
        verdict('structure', path.certificates.flatMap(certificateFormProblems), formWords(certificate)),
        profileStep(question, path.certificates),
        ...inOrder({
          permissions: permissionSteps(path),
          time: timeStep(pathTimeProblems(path, moments), moments),
          region: regionStep(path, [], 'each region lies inside that of the issuer'),
          chain: chainStep(path, question.pool),
          revocation: revocation(path, question),
        }),
        certificateSignatureStep(path),
      ]),
    ),
  );
}

const formWords = ({ value, bytes }: Certificate): string =>
  `an ${value.type} certificate of version ${value.version}, ${bytes.length} bytes`;
