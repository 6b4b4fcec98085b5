/** The rules of trust lists: TRCL (RootCtl) and TDCL (PkiCtl). */
import type { Certificate } from '#wire/secured-data.js';
import type { ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import type { Profile } from '../profile.js';
import type { Finding, Need } from './rule.js';
import { listRules } from './rules.js';
import { rulesFor, runRules } from './run-rules.js';
import type { ListEntry, ListSubject } from './subject.js';

export interface ListContext {
  readonly profile: Profile;
  /** The certificate of who signs: the TRCLA's or the root's. */
  readonly signer?: Certificate | undefined;
}

export function lintListSubject(subject: ListSubject): readonly Finding[] {
  const has = new Set<Need>(subject.signer === undefined ? [] : ['issuer']);
  return runRules(rulesFor(listRules, { kind: subject.kind, profile: subject.profile.name, has }), subject);
}

const urlsOf = (...urls: (string | undefined)[]): string[] => urls.filter((url) => url !== undefined);

/** Everything that is wrong with a list of trusted roots. Judges no signature, and no certificate by itself. */
export function lintTrcl(list: ToBeSignedRootCtl, { profile, signer }: ListContext): readonly Finding[] {
  const { version, issuer, issueDate, nextRootCtl, pkiCtlInfoList } = list;
  const entries = pkiCtlInfoList.map(({ rootCertificate, caListUrl }, n): ListEntry => ({
    path: `pkiCtlInfoList[${n}].rootCertificate`,
    certificate: rootCertificate,
    urls: urlsOf(caListUrl),
  }));
  return lintListSubject({
    kind: 'trcl',
    profile,
    version,
    issuer,
    issueDate,
    nextUpdate: nextRootCtl,
    entries,
    signer,
  });
}

/** Everything that is wrong with the list of one domain's CAs. Judges no signature, and no certificate by itself. */
export function lintTdcl(list: ToBeSignedPkiCtl, { profile, signer }: ListContext): readonly Finding[] {
  const { version, issuer, issueDate, nextPkiCtl, pkiCertInfoList } = list;
  const entries = pkiCertInfoList.flatMap(({ certificate, crlUrl, maUrl }, n) =>
    certificate.map((one, m): ListEntry => ({
      path: `pkiCertInfoList[${n}].certificate[${m}]`,
      certificate: one,
      // The addresses are the entry's: looked at once.
      urls: m === 0 ? urlsOf(crlUrl, maUrl) : [],
    })),
  );
  return lintListSubject({
    kind: 'tdcl',
    profile,
    version,
    issuer,
    issueDate,
    nextUpdate: nextPkiCtl,
    entries,
    signer,
  });
}
