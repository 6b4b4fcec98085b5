/**
 * Revocation by certificate hash: what the CRA of a domain lists of explicit certificates. They are application and identity
 * certificates, which name this list, and authorities below the domain's root, which name none.
 * IEEE 1609.2-2022 clause 7 (fullHashCrl, deltaHashCrl), YD/T 3957-2021 clause 7.5.
 */
import type { CrlContents } from '#wire/crl.js';
import { time32FromMillis } from '#wire/time.js';
import type { Certificate } from '#wire/secured-data.js';
import { hashedId8 } from './certificate-facts.js';

/** The series of a CRA that lists by hash; by linkage seed it lists in series 1 (docs/choices.md). */
export const HASH_CRL_SERIES = 2;
export const HASHED_ID_10_BYTES = 10;
const CRL_VERSION = 1;

/** One revoked certificate: HashedId10, and when it would have ended. */
export interface HashEntry {
  readonly id: Uint8Array;
  /** Unix milliseconds, whole seconds. */
  readonly endsAtMillis: number;
}

export interface HashCrl {
  readonly kind: 'full' | 'delta';
  /** The CRA as its own CRACA. */
  readonly craca: Certificate;
  readonly series: number;
  /** One more for each list of the series, from 1; a delta follows the list before. */
  readonly serial: number;
  /** Of a delta: those that came since. */
  readonly entries: readonly HashEntry[];
  readonly issueMillis: number;
  readonly nextMillis: number;
}

/** A list by hash, entries in the order of their identifiers. */
export function buildHashCrl(list: HashCrl): CrlContents {
  const entries = list.entries
    .map(({ id, endsAtMillis }) => ({ id, expiry: time32FromMillis(endsAtMillis) }))
    .sort((a, b) => Buffer.compare(a.id, b.id));
  return {
    version: CRL_VERSION,
    crlSeries: list.series,
    crlCraca: hashedId8(list.craca),
    issueDate: time32FromMillis(list.issueMillis),
    nextCrl: time32FromMillis(list.nextMillis),
    priorityInfo: {},
    typeSpecific: {
      kind: list.kind === 'full' ? 'fullHashCrl' : 'deltaHashCrl',
      value: { crlSerial: list.serial, entries },
    },
  };
}
