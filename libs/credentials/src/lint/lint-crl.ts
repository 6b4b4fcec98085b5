/** The rules of certificate revocation lists. */
import { tryDecode } from '#coer/codec.js';
import { CrlContents } from '#wire/crl.js';
import type { Certificate, HeaderInfo, SignedData } from '#wire/secured-data.js';
import type { Profile } from '../profile.js';
import { onlyCertificate, signedPayload } from '../signed-data.js';
import type { Finding, Need } from './rule.js';
import { crlRules } from './rules.js';
import { rulesFor, runRules } from './run-rules.js';
import type { CrlSubject } from './subject.js';

export interface CrlContext {
  readonly profile: Profile;
  readonly header?: HeaderInfo | undefined;
  /** The certificate of who signs: without it, what it permits is not looked at. */
  readonly signer?: Certificate | undefined;
}

export function lintCrlSubject(subject: CrlSubject): readonly Finding[] {
  const has = new Set<Need>(subject.signer === undefined ? [] : ['issuer']);
  return runRules(rulesFor(crlRules, { profile: subject.profile.name, has }), subject);
}

/** Everything that is wrong with the contents of a list. Judges no signature. */
export const lintCrl = (contents: CrlContents, { profile, header, signer }: CrlContext): readonly Finding[] =>
  lintCrlSubject({ profile, contents, header, signer });

/** As `lintCrl` for a signed list, the header included; `undefined` when the payload is no CRL. */
export function lintSecuredCrl(
  signed: SignedData,
  context: Omit<CrlContext, 'header'>,
): readonly Finding[] | undefined {
  const payload = signedPayload(signed);
  const decoded = payload && tryDecode(CrlContents, payload);
  if (!decoded?.ok) return undefined;
  const signer = context.signer ?? onlyCertificate(signed.signer);
  return lintCrl(decoded.value, { profile: context.profile, header: signed.tbsData.value.headerInfo, signer });
}
