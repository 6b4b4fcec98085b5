/** What a published CRL says of one car's certificates, worked out from outside: expanded as any receiver would. */
import { entriesOf, expandEntry } from '#credentials/linked-crl.js';
import type { CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';

export interface RevocationFacts {
  readonly crlEntries: number;
  /** Certificates of periods before iRev, and how many of them the CRL's values match. */
  readonly earlierWeeksChecked: number;
  readonly earlierWeeksLinkable: number;
  /** Certificates of iRev and later that the CRL's values match. */
  readonly laterCertificatesMatched: number;
}

interface Linked {
  readonly i: number;
  readonly value: string;
}

const key = (value: Uint8Array): string => Buffer.from(value).toString('hex');

function linkedOf(certificate: Certificate): Linked[] {
  const { id } = certificate.value.toBeSigned.value;
  return id.kind === 'linkageData' ? [{ i: id.value.iCert, value: key(id.value['linkage-value']) }] : [];
}

/** `certificates` are all that the revoked car ever stored. Every value the CRL can be expanded to is held against each. */
export function revocationFacts(contents: CrlContents, certificates: readonly Certificate[]): RevocationFacts {
  const entries = entriesOf(contents);
  const iRev = Math.min(...entries.map((entry) => entry.iRev));
  const values = new Set(
    entries.flatMap((entry) =>
      Array.from({ length: entry.iMax - entry.iRev + 1 }, (_, step) => expandEntry(entry, entry.iRev + step))
        .flat()
        .map(key),
    ),
  );
  const linked = certificates.flatMap(linkedOf);
  const earlier = linked.filter(({ i }) => i < iRev);
  const later = linked.filter(({ i }) => i >= iRev);
  return {
    crlEntries: entries.length,
    earlierWeeksChecked: earlier.length,
    earlierWeeksLinkable: earlier.filter(({ value }) => values.has(value)).length,
    laterCertificatesMatched: later.filter(({ value }) => values.has(value)).length,
  };
}
