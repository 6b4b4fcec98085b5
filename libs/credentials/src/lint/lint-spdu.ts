/** The rules of signed messages of the road. */
import type { Certificate, SignedData } from '#wire/secured-data.js';
import type { Profile } from '../profile.js';
import type { Finding, Need } from './rule.js';
import { spduRules } from './rules.js';
import { rulesFor, runRules } from './run-rules.js';
import type { SpduSubject } from './subject.js';

export function lintSpduSubject(subject: SpduSubject): readonly Finding[] {
  const has = new Set<Need>(subject.certificate === undefined ? [] : ['issuer']);
  return runRules(rulesFor(spduRules, { profile: subject.profile.name, has }), subject);
}

/** Everything that is wrong with a signed message by itself; the signer's certificate is used when the message has it. */
export function lintSpdu(
  signed: SignedData,
  context: { profile: Profile; protocolVersion: number; certificate?: Certificate | undefined },
): readonly Finding[] {
  const { profile, protocolVersion } = context;
  const carried = signed.signer.kind === 'certificate' ? signed.signer.value[0] : undefined;
  return lintSpduSubject({ profile, protocolVersion, signed, certificate: context.certificate ?? carried });
}
