/** A signed list as it is published, with what its readers are told about it. */
import { decode, encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { CrlContents } from '#wire/crl.js';
import type { IssuerIdentifier } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';

export type ListKind = 'trcl' | 'tdcl' | 'ca-crl';

export interface PublishedList {
  readonly kind: ListKind;
  /** HashedId8 of who signed it, in hex: the TRCLA, or the root of the domain list or CA CRL. */
  readonly issuer: string;
  /** Of a CA CRL its number. */
  readonly series: number;
  readonly issueDateMillis: number;
  readonly nextUpdateMillis: number;
  readonly bytes: Uint8Array;
  /** SM3 of the bytes in hex. */
  readonly sm3: string;
  /** HashedId8, in hex, of the roots that a TRCL names; empty for the others. */
  readonly roots: readonly string[];
}

const issuerKey = (issuer: IssuerIdentifier): string => {
  // Both lists were verified against a certificate of this identifier before they come here.
  if (issuer.kind !== 'sm3AndDigest') throw new Error('a verified list names its issuer by SM3');
  return idKey(issuer.value);
};
const hashOf = (bytes: Uint8Array): string => Buffer.from(sm3(bytes)).toString('hex');

export function describeTrcl(list: RootCtl): PublishedList {
  const { issuer, series, issueDate, nextRootCtl, pkiCtlInfoList } = list.toBeSignedRootCtl.value;
  const bytes = encode(RootCtl, list);
  return {
    kind: 'trcl',
    issuer: issuerKey(issuer),
    series,
    issueDateMillis: millisFromTime32(issueDate),
    nextUpdateMillis: millisFromTime32(nextRootCtl),
    bytes,
    sm3: hashOf(bytes),
    roots: pkiCtlInfoList.map(({ rootCertificate }) => idKey(hashedId8(rootCertificate))),
  };
}

export function describeTdcl(list: PkiCtl): PublishedList {
  const { issuer, series, issueDate, nextPkiCtl } = list.toBeSignedPkiCtl.value;
  const bytes = encode(PkiCtl, list);
  return {
    kind: 'tdcl',
    issuer: issuerKey(issuer),
    series,
    issueDateMillis: millisFromTime32(issueDate),
    nextUpdateMillis: millisFromTime32(nextPkiCtl),
    bytes,
    sm3: hashOf(bytes),
    roots: [],
  };
}

/** What a CA CRL that was verified before carries. */
export function caCrlContents(bytes: Uint8Array): CrlContents {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  if (payload === undefined) throw new Error('a verified CA CRL is signed data with a payload');
  return decode(CrlContents, payload);
}

export function describeCaCrl(bytes: Uint8Array): PublishedList {
  const { crlCraca, issueDate, nextCrl, typeSpecific } = caCrlContents(bytes);
  if (typeSpecific.kind !== 'fullHashCrl') throw new Error('a verified CA CRL is a full list by hash');
  return {
    kind: 'ca-crl',
    issuer: idKey(crlCraca),
    series: typeSpecific.value.crlSerial,
    issueDateMillis: millisFromTime32(issueDate),
    nextUpdateMillis: millisFromTime32(nextCrl),
    bytes,
    sm3: hashOf(bytes),
    roots: [],
  };
}

/** A kept list again, from its bytes, which were verified before they were kept. */
export function describeKept(kind: ListKind, bytes: Uint8Array): PublishedList {
  switch (kind) {
    case 'trcl':
      return describeTrcl(decode(RootCtl, bytes));
    case 'tdcl':
      return describeTdcl(decode(PkiCtl, bytes));
    case 'ca-crl':
      return describeCaCrl(bytes);
  }
}
