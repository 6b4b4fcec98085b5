/**
 * The authorities that stand behind samples, and what their certificates say: in the CCSA profile what the authorities of
 * this project say, in the IEEE profile the like with the PSIDs and SSPs of IEEE 1609.2.1-2022.
 */
import { encode } from '#coer/codec.js';
import {
  APPLICATION_AIDS,
  authorityTbs,
  CHINA,
  CRL_SERIES,
  type AuthorityKind,
  type AuthoritySubject,
} from '#credentials/authority-certificate.js';
import { ccsa, type Profile } from '#credentials/profile.js';
import type { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import { CrlSsp } from '#wire/crl.js';
import { SecurityMgmtSsp } from '#wire/dot2dot1/security-mgmt-ssp.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { placeOf } from './payloads.js';
import { ROADSIDE_AIDS } from './roadside-payloads.js';

export type AuthorityName =
  'trcla' | 'elector' | 'root' | 'ica' | 'eca' | 'pra' | 'pca' | 'ara' | 'aca' | 'la' | 'la2' | 'ma' | 'cra' | 'aaa';

interface AuthorityPlan {
  /** Which row of the table of authorities it is. */
  readonly kind: AuthorityKind;
  readonly issuer: 'self' | AuthorityName;
  /** Days before the moment of the samples from which on it is valid, and for how many years. */
  readonly age: readonly [days: number, years: number];
  readonly laId?: number;
}

const underIca = (kind: AuthorityKind): AuthorityPlan => ({ kind, issuer: 'ica', age: [20, 6] });

/** The pseudonym CA and the application CA have one role in both standards, and so do their registration authorities. */
export const authorityPlans: Readonly<Record<AuthorityName, AuthorityPlan>> = {
  trcla: { kind: 'trcla', issuer: 'self', age: [40, 30] },
  elector: { kind: 'root', issuer: 'self', age: [40, 30] },
  root: { kind: 'root', issuer: 'self', age: [30, 20] },
  ica: { kind: 'ica', issuer: 'root', age: [25, 12] },
  eca: underIca('eca'),
  pra: underIca('pra'),
  pca: underIca('pca'),
  ara: underIca('pra'),
  aca: underIca('pca'),
  la: { ...underIca('la'), laId: 1 },
  la2: { ...underIca('la'), laId: 2 },
  ma: underIca('ma'),
  cra: underIca('cra'),
  aaa: underIca('aaa'),
};

/** BSM; signal phase and map; traveller information: what IEEE and SAE have assigned. */
const IEEE_APPLICATIONS = [32, 130, 131];
const UNITED_STATES = 840;

export const regionOf = (profile: Profile): GeographicRegion => ({
  kind: 'identifiedRegion',
  value: [{ kind: 'countryOnly', value: profile.name === 'ccsa' ? CHINA : UNITED_STATES }],
});

/** What the sample of a roadside unit speaks under: a message each. */
export const roadsideAids = (profile: Profile): readonly number[] =>
  profile.name === 'ccsa' ? Object.values(ROADSIDE_AIDS) : IEEE_APPLICATIONS.slice(1);

const { latitude, longitude } = placeOf(ccsa);
/** The surroundings of its junction. */
export const roadsideRegionOf = (profile: Profile): GeographicRegion =>
  profile.name === 'ccsa'
    ? { kind: 'circularRegion', value: { center: { latitude, longitude }, radius: 1000 } }
    : regionOf(profile);

/** What an end entity may be in the credential system: nothing but that. */
export const endEntitySsp = (profile: Profile): PsidSsp => {
  const value = { version: profile.scmsVersion };
  const ssp =
    profile.name === 'ccsa' ? encode(ScmsSsp, { kind: 'ee', value }) : encode(SecurityMgmtSsp, { kind: 'ee', value });
  return { psid: profile.aid.management, ssp: { kind: 'opaque', value: ssp } };
};

/** The to-be-signed part of an authority's certificate. */
export function authorityTbsOf(
  name: AuthorityName,
  subject: AuthoritySubject,
  profile: Profile,
): ToBeSignedCertificate {
  const tbs = authorityTbs(subject, profile);
  if (profile.name === 'ccsa') return tbs;
  return {
    ...tbs,
    region: regionOf(profile),
    appPermissions: ieeeAppPermissions(name, profile),
    certIssuePermissions: name === 'elector' ? undefined : tbs.certIssuePermissions?.map(withIeeeApplications),
  };
}

/** The same chains of the same roles, for other applications. */
function withIeeeApplications(permissions: PsidGroupPermissions): PsidGroupPermissions {
  const { subjectPermissions } = permissions;
  if (subjectPermissions.kind === 'all') return permissions;
  const named = subjectPermissions.value.map(({ psid }) => psid);
  const others = named.filter((psid) => !APPLICATION_AIDS.includes(psid));
  const psids = others.length < named.length ? [...IEEE_APPLICATIONS, ...others] : others;
  return { ...permissions, subjectPermissions: { kind: 'explicit', value: psids.map((psid) => ({ psid })) } };
}

function ieeeAppPermissions(name: AuthorityName, profile: Profile): PsidSsp[] {
  const role = encode(SecurityMgmtSsp, ieeeRole(name, profile));
  const list: PsidSsp[] = [{ psid: profile.aid.management, ssp: { kind: 'opaque', value: role } }];
  if (name === 'cra') {
    const crl = encode(CrlSsp, { version: 1, associatedCraca: 'isCraca', crls: [CRL_SERIES] });
    list.push({ psid: profile.aid.crl, ssp: { kind: 'opaque', value: crl } });
  }
  return list;
}

function ieeeRole(name: AuthorityName, { scmsVersion: version }: Profile): SecurityMgmtSsp {
  switch (name) {
    case 'elector':
    case 'root':
    case 'ica':
    case 'eca':
      return { kind: name, value: { version } };
    case 'pra':
    case 'ara':
      return { kind: 'ra', value: { version } };
    case 'pca':
    case 'aca':
      return { kind: 'aca', value: { version } };
    case 'la':
    case 'la2':
      return { kind: 'la', value: { version, laId: authorityPlans[name].laId ?? 0 } };
    case 'ma':
      return { kind: 'ma', value: { version, relevantPsids: IEEE_APPLICATIONS } };
    case 'cra':
      return { kind: 'crl', value: { version } };
    case 'aaa':
      return { kind: 'dcm', value: { version } };
    case 'trcla':
      throw new TypeError('name: IEEE 1609.2.1 has electors in the place of a TRCLA');
  }
}
