/** What stands in the log, and the leaf of each: computed from the signed bytes by whoever holds them. */
import { decode, encode, tryDecode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate, IssuerIdentifier } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { LogEntry, type LoggedCrl } from '#wire/transparency-log.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { hashedId8, hostnameOf, idKey } from '../certificate-facts.js';
import { leafHash } from './merkle-tree.js';

/** An entry with its encoded form and its leaf hash (32 bytes). */
export interface Leaf {
  readonly entry: LogEntry;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

export function leafOf(entry: LogEntry): Leaf {
  const bytes = encode(LogEntry, entry);
  return { entry, bytes, hash: leafHash(bytes) };
}

/** A leaf again from what the log gives; `undefined` for bytes that are no entry. */
export function readLeaf(bytes: Uint8Array): Leaf | undefined {
  const decoded = tryDecode(LogEntry, bytes);
  return decoded.ok ? { entry: decoded.value, bytes, hash: leafHash(bytes) } : undefined;
}

export const certificateLeaf = (certificate: Certificate): Leaf => leafOf({ kind: 'certificate', value: certificate });
/** Encoded RootCtl; throws CoerError for anything else. */
export const trclLeaf = (bytes: Uint8Array): Leaf => leafOf({ kind: 'trcl', value: decode(RootCtl, bytes) });
/** Encoded PkiCtl; throws CoerError for anything else. */
export const tdclLeaf = (bytes: Uint8Array): Leaf => leafOf({ kind: 'tdcl', value: decode(PkiCtl, bytes) });

/** What is said of a CRL: `bytes` are the SecuredCrl as it is served, `contents` what it carries. */
export function loggedCrl(bytes: Uint8Array, { crlCraca, crlSeries, issueDate }: CrlContents): LoggedCrl {
  return { craca: crlCraca, crlSeries, issueDate, hash: sm3(bytes) };
}

/** As `loggedCrl`, as it stands in the log. */
export const crlLeaf = (bytes: Uint8Array, contents: CrlContents): Leaf =>
  leafOf({ kind: 'crl', value: loggedCrl(bytes, contents) });

/** What people are told of an entry. */
export interface EntryFacts {
  readonly kind: LogEntry['kind'];
  /** Host names in it, without repetition: of a certificate its own, of a list those of all certificates on it. */
  readonly names: readonly string[];
  /** HashedId8 in hex: of the certificate, of who signed the list, of the CRACA. */
  readonly id: string;
  readonly issueDateMillis: number | undefined;
}

export function entryFacts(entry: LogEntry): EntryFacts {
  const { kind } = entry;
  switch (entry.kind) {
    case 'certificate':
      return { kind, names: namesOf([entry.value]), id: idKey(hashedId8(entry.value)), issueDateMillis: undefined };
    case 'trcl': {
      const { pkiCtlInfoList, issuer, issueDate } = entry.value.toBeSignedRootCtl.value;
      const names = namesOf(pkiCtlInfoList.map(({ rootCertificate }) => rootCertificate));
      return { kind, names, id: issuerKey(issuer), issueDateMillis: millisFromTime32(issueDate) };
    }
    case 'tdcl': {
      const { pkiCertInfoList, issuer, issueDate } = entry.value.toBeSignedPkiCtl.value;
      const names = namesOf(pkiCertInfoList.flatMap(({ certificate }) => certificate));
      return { kind, names, id: issuerKey(issuer), issueDateMillis: millisFromTime32(issueDate) };
    }
    case 'crl':
      return {
        kind,
        names: [],
        id: idKey(entry.value.craca),
        issueDateMillis: millisFromTime32(entry.value.issueDate),
      };
  }
}

const issuerKey = (issuer: IssuerIdentifier): string => (issuer.kind === 'self' ? '' : idKey(issuer.value));

const namesOf = (certificates: readonly Certificate[]): string[] => [
  ...new Set(certificates.map(hostnameOf).filter((name) => name !== undefined)),
];
