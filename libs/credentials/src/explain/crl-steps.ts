/** What a CRL must say and be beside a signed message; IEEE 1609.2-2022 clause 7. */
import { tryDecode } from '#coer/codec.js';
import { CrlContents, CrlSsp } from '#wire/crl.js';
import type { Certificate, SignedData } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { appPermission } from '../certificate-facts.js';
import type { Profile } from '../profile.js';
import { signedPayload } from '../signed-data.js';
import { identityOf, sameBytes } from './identity.js';
import { fails, hexOf, holds, moment, nameOf, notJudged, type Step } from './step.js';

/** The contents of signed data of the CRL application of either standard; `undefined` for other messages. */
export function crlOf(signed: SignedData, aids: readonly number[]): CrlContents | undefined {
  const payload = signedPayload(signed);
  if (payload === undefined || !aids.includes(signed.tbsData.value.headerInfo.psid)) return undefined;
  const decoded = tryDecode(CrlContents, payload);
  return decoded.ok ? decoded.value : undefined;
}

/** IEEE 1609.2-2022, SecuredCrl: a SecuredCrl has no header field but its application. */
export function crlFormProblems(signed: SignedData, contents: CrlContents): string[] {
  const { psid: _psid, ...rest } = signed.tbsData.value.headerInfo;
  const problems: string[] = [];
  if (Object.values(rest).some((field) => field !== undefined))
    problems.push('a CRL has no header field but its application (IEEE 1609.2-2022, SecuredCrl)');
  if (contents.version !== 1) problems.push(`it is of version ${contents.version} and not 1 (IEEE 1609.2-2022 7.3.2)`);
  return problems;
}

/** A clock may run behind that of who signed. */
const FUTURE_MILLIS = 5_000;

export function crlTimeProblems({ issueDate, nextCrl }: CrlContents, atMillis: number): string[] {
  const issued = millisFromTime32(issueDate);
  const next = millisFromTime32(nextCrl);
  if (nextCrl <= issueDate)
    return [`its next list, ${moment(next)}, is not later than itself, ${moment(issued)} (IEEE 1609.2-2022 7.3.2)`];
  if (issued > atMillis + FUTURE_MILLIS) return [`it was issued ${moment(issued)}, after ${moment(atMillis)}`];
  return isPast(nextCrl, atMillis)
    ? [`it is out of date: the next one is due since ${moment(next)} (IEEE 1609.2-2022 7.3.2)`]
    : [];
}

export const isPast = (nextUpdate: number, atMillis: number): boolean => millisFromTime32(nextUpdate) <= atMillis;

/** Whether the signer is the CRACA that the list names, or was allowed by it to sign lists of the series. */
export function cracaStep(contents: CrlContents, path: readonly Certificate[], { aid }: Profile): Step {
  const [signer, issuer] = path;
  if (signer === undefined) return notJudged('craca', 'the signer is not at hand');
  const ssp = appPermission(signer, aid.crl)?.ssp;
  const decoded = ssp?.kind === 'opaque' ? tryDecode(CrlSsp, ssp.value) : undefined;
  if (decoded?.ok !== true)
    return fails(
      'craca',
      `${nameOf(signer)} has no CrlSsp for application ${aid.crl}: it may sign no CRL (IEEE 1609.2-2022, CrlSsp)`,
    );
  const { associatedCraca, crls } = decoded.value;
  const craca = hexOf(contents.crlCraca);
  const named = associatedCraca === 'isCraca' ? signer : issuer;
  if (named === undefined) return notJudged('craca', `the CRACA, the issuer of ${nameOf(signer)}, is not at hand`);
  if (!sameBytes(identityOf(named).hashedId8, contents.crlCraca))
    return fails(
      'craca',
      `the list is of the CRACA ${craca}, its signer may sign for ${nameOf(named)} (IEEE 1609.2-2022, CrlSsp)`,
    );
  if (!crls.includes(contents.crlSeries))
    return fails(
      'craca',
      `${nameOf(signer)} may sign the series ${crls.join(', ') || 'none'}, the list is of ${contents.crlSeries} (IEEE 1609.2-2022, CrlSsp)`,
    );
  return holds('craca', `series ${contents.crlSeries} of the CRACA ${nameOf(named)}`);
}
