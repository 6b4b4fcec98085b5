/** A signed certificate request: by the key that it asks a certificate for, or with an enrolment certificate. */
import type { PublicVerificationKey } from '#wire/base-types.js';
import {
  best,
  inOrder,
  momentsOf,
  revocation,
  signedSignatureStep,
  signersOf,
  timeStep,
  withoutSigner,
} from './explain-signed.js';
import { certificateFormProblems, chainStep, pathTimeProblems, permissionSteps, regionStep } from './path-steps.js';
import { profileStep } from './profile-step.js';
import type { Question } from './question.js';
import { explanationOf, holds, verdict, type Explanation } from './step.js';
import type { Request } from './subject.js';
import { hashOfCurve, keyOf, signatureProblem } from './verification-key.js';

/** The key that a request asks a certificate for, under which it signs itself. */
function requestedKeyProblem(request: Request): string | undefined {
  const key = requestedKey(request.tbsRequest.value.content);
  if (key === undefined) return 'it is signed by itself and asks for no key';
  const own = keyOf(key);
  if (own.kind === 'none') return own.why;
  if (request.hashAlgorithmId !== hashOfCurve(own.curve)) return 'it names another hash than the one of its key';
  return signatureProblem(own, 'self', { tbs: request.tbsRequest.bytes, signature: request.signature });
}

interface Indicator {
  readonly kind: string;
  readonly value: PublicVerificationKey;
}

/** Of all requests of both standards: line, message, tbsCert. */
function requestedKey(content: unknown): PublicVerificationKey | undefined {
  const line = content as { value?: { value?: { tbsCert?: { verifyKeyIndicator: Indicator } } } };
  const indicator = line.value?.value?.tbsCert?.verifyKeyIndicator;
  return indicator?.kind === 'verificationKey' ? indicator.value : undefined;
}

/** IEEE 1609.2.1-2022, SignedCertificateRequest. */
export function explainRequest(
  { request, protocolVersion }: { request: Request; protocolVersion: number },
  question: Question,
): Explanation {
  const form =
    protocolVersion === 3
      ? []
      : [`it is of protocol version ${protocolVersion} and not 3 (IEEE 1609.2-2022, Ieee1609Dot2Data)`];
  if (request.signer.kind === 'self') {
    const problem = requestedKeyProblem(request);
    return explanationOf([
      verdict('structure', form, 'a request signed by the key that it asks a certificate for'),
      holds('chain', 'a request that signs itself needs none'),
      verdict('signature', problem === undefined ? [] : [problem], 'signed by the key that it asks for'),
    ]);
  }
  const signers = signersOf(request.signer, question.pool);
  if (signers.length === 0) return withoutSigner(form, request.signer, undefined);
  const moments = momentsOf({ psid: question.profile.aid.management }, question);
  return best(
    signers.flatMap((signer) =>
      question.pool.pathsFrom(signer).map((path) =>
        explanationOf([
          verdict(
            'structure',
            [...form, ...path.certificates.flatMap(certificateFormProblems)],
            'a request signed with a certificate',
          ),
          profileStep(question, path.certificates),
          ...inOrder({
            permissions: permissionSteps(path),
            time: timeStep(pathTimeProblems(path, moments), moments),
            region: regionStep(path, [], 'each region lies inside that of the issuer'),
            chain: chainStep(path, question.pool),
            revocation: revocation(path, question),
          }),
          signedSignatureStep(
            { hashId: request.hashAlgorithmId, tbs: request.tbsRequest.bytes, signature: request.signature },
            path,
          ),
        ]),
      ),
    ),
  );
}
