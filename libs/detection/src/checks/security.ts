// The security observations of ETSI TS 103 759 V2.1.1 (target 2): what one signed message proves against its signer,
// because header, certificate and content contradict each other. No measurement and no doubt is in them.
import type { GeoPoint } from '../geo.js';

/** What has to be known of a signed message whose signature was verified; whoever decoded it fills this in. */
export interface SecurityFacts {
  /** AIDs under which content of this kind may be sent, for example those of a BSM; undefined for content nobody read. */
  readonly contentAids: readonly number[] | undefined;
  /** The place that the content says its sender is at. */
  readonly contentPlace: GeoPoint | undefined;
  readonly headerAid: number;
  readonly headerPlace: GeoPoint | undefined;
  /** generationTime in milliseconds, in the epoch of `validFromMillis`. */
  readonly generationTimeMillis: number | undefined;
  /** Header fields that are there and those that the security profile of the AID wants and forbids, by name. */
  readonly headerFields: readonly string[];
  readonly wantedFields: readonly string[];
  readonly forbiddenFields: readonly string[];
  readonly permittedAids: readonly number[];
  /** Bits of the SSP that the certificate has for the AID of the header, and those that the content needs. */
  readonly permittedBits: bigint;
  readonly neededBits: bigint;
  readonly validFromMillis: number;
  readonly validUntilMillis: number;
  /** Whether a place lies in the certificate's region; undefined where it has none or nobody can tell. */
  isInRegion(place: GeoPoint): boolean | undefined;
}

/** 1 as it should be, 0 proven wrong, undefined where there is nothing to compare. */
export type SecurityCheck = (facts: SecurityFacts) => 0 | 1 | undefined;

const fine = (isFine: boolean | undefined): 0 | 1 | undefined => (isFine === undefined ? undefined : isFine ? 1 : 0);

/** Security 1: the content is of another application than the header says. */
export const messageIdAgainstHeader: SecurityCheck = ({ contentAids, headerAid }) =>
  fine(contentAids?.includes(headerAid));

/** Security 2: the header lacks what the profile wants, or has what it forbids. */
export const headerAgainstProfile: SecurityCheck = ({ headerFields, wantedFields, forbiddenFields }) =>
  fine(
    wantedFields.every((field) => headerFields.includes(field)) &&
      !forbiddenFields.some((field) => headerFields.includes(field)),
  );

/** Security 3: the certificate does not permit the application of the header. */
export const headerAidAgainstCertificate: SecurityCheck = ({ headerAid, permittedAids }) =>
  fine(permittedAids.includes(headerAid));

/** Security 4: the content claims a right, a siren for example, that the SSP does not give. */
export const contentAgainstSsp: SecurityCheck = ({ neededBits, permittedBits }) =>
  fine((neededBits & ~permittedBits) === 0n);

/** Security 5: made before the certificate was valid or after; its end is no part of it (IEEE 1609.2-2022 6.4.14). */
export const headerTimeAgainstCertificate: SecurityCheck = (facts) => {
  const { generationTimeMillis: time, validFromMillis, validUntilMillis } = facts;
  return time === undefined ? undefined : fine(time >= validFromMillis && time < validUntilMillis);
};

/** Security 6: the content's place lies outside the certificate's region. */
export const contentPlaceAgainstCertificate: SecurityCheck = (facts) =>
  facts.contentPlace === undefined ? undefined : fine(facts.isInRegion(facts.contentPlace));

/** Security 7: the header's place lies outside the certificate's region. */
export const headerPlaceAgainstCertificate: SecurityCheck = (facts) =>
  facts.headerPlace === undefined ? undefined : fine(facts.isInRegion(facts.headerPlace));

const SECURITY_TARGET = 2;

/** All of them, with their numbers. */
export const SECURITY_CHECKS = [
  { name: 'messageIdAgainstHeader', check: messageIdAgainstHeader, tgtId: SECURITY_TARGET, obsId: 1 },
  { name: 'headerAgainstProfile', check: headerAgainstProfile, tgtId: SECURITY_TARGET, obsId: 2 },
  { name: 'headerAidAgainstCertificate', check: headerAidAgainstCertificate, tgtId: SECURITY_TARGET, obsId: 3 },
  { name: 'contentAgainstSsp', check: contentAgainstSsp, tgtId: SECURITY_TARGET, obsId: 4 },
  { name: 'headerTimeAgainstCertificate', check: headerTimeAgainstCertificate, tgtId: SECURITY_TARGET, obsId: 5 },
  { name: 'contentPlaceAgainstCertificate', check: contentPlaceAgainstCertificate, tgtId: SECURITY_TARGET, obsId: 6 },
  { name: 'headerPlaceAgainstCertificate', check: headerPlaceAgainstCertificate, tgtId: SECURITY_TARGET, obsId: 7 },
] as const;
