/**
 * Whether a CRL names a certificate of a path: by its hash, by the linkage value of its device, or by that of its group; full
 * lists and delta lists. IEEE 1609.2-2022 clause 7, YD/T 3957-2021 7.5 and annex I.
 */
import { advanceLinkageSeed, linkageValue, linkageValues, preLinkageValue } from '#crypto/linkage.js';
import { nistSuite, smSuite, type Suite } from '#crypto/suite.js';
import type { CrlContents, ToBeSignedLinkageValueCrl } from '#wire/crl.js';
import type { HashAlgorithm } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';
import { LONGEST_WALK } from '../linked-crl.js';
import { LINKAGE_VALUE_BYTES } from '../linked-crl-set.js';
import { identityOf, sameBytes } from './identity.js';
import type { Path } from './chain-paths.js';
import { fails, hexOf, holds, moment, nameOf, type Step } from './step.js';
import { millisFromTime32 } from '#wire/time.js';

/** A CRL that was handed in, as far as it could be judged. */
export interface JudgedCrl {
  /** Where it came from, for people to read. */
  readonly label: string;
  readonly contents: CrlContents;
  /** The hash with which its CRACA is identified: seeds of a CRACA of SM3 evolve with SM3, values are made with SM4. */
  readonly algorithm: HashAlgorithm;
  /** Why it does not count; `undefined` when signature, chain, CRACA and times hold. */
  readonly problem: string | undefined;
}

type Found = { readonly kind: 'good' } | { readonly kind: 'revoked' | 'unknown'; readonly why: string };
const good: Found = { kind: 'good' };

/** `judge` is asked for the lists that are of a certificate's CRACA and series, and for no other. */
export function revocationStep<C extends { readonly contents: CrlContents }>(
  path: Path,
  crls: readonly C[],
  judge: (crl: C) => JudgedCrl,
): Step {
  if (crls.length === 0) return holds('revocation', 'not asked: no CRL was given');
  const looked: string[] = [];
  const unlisted: string[] = [];
  for (const [index, certificate] of path.certificates.entries()) {
    const judged = crls.filter(({ contents }) => isFor(contents, path, index)).map(judge);
    const counting = judged.filter(({ problem }) => problem === undefined);
    for (const crl of judged.filter(({ problem }) => problem === undefined || problem === STALE)) {
      const found = lookUp(certificate, crl);
      if (found.kind !== 'good') return fails('revocation', `${nameOf(certificate)} ${found.why} (${crl.label})`);
    }
    if (judged.length === 0) unlisted.push(nameOf(certificate));
    else if (counting.length === 0) return uselessList(certificate, judged);
    else looked.push(`${nameOf(certificate)} is not on ${counting.map(listWords).join(' nor on ')}`);
  }
  const rest = unlisted.length === 0 ? [] : [`no list of the CRACA and series of ${unlisted.join(', ')} was given`];
  return holds('revocation', [...looked, ...rest].join('; '));
}

/** A list whose end has passed still says who was revoked, and no more who was not. */
export const STALE = 'its next list is due';

function uselessList(certificate: Certificate, judged: readonly JudgedCrl[]): Step {
  const { label, problem, contents } = judged[0] as JudgedCrl;
  const why = problem === STALE ? `${STALE} since ${moment(millisFromTime32(contents.nextCrl))}` : (problem ?? '');
  return fails(
    'revocation',
    `no current list says that ${nameOf(certificate)} is not revoked: ${label} does not count, ${why} (IEEE 1609.2-2022 7.3.2)`,
  );
}

function listWords({ label, contents }: JudgedCrl): string {
  const isDelta = contents.typeSpecific.kind.startsWith('delta');
  return isDelta ? `${label}, which names only who was added` : label;
}

/** Three bytes name the CRACA; zeros stand for a CA above, IEEE 1609.2-2022 6.4.8. */
function isFor({ crlCraca, crlSeries }: CrlContents, { certificates }: Path, index: number): boolean {
  const { cracaId, crlSeries: series } = (certificates[index] as Certificate).value.toBeSigned.value;
  if (series !== crlSeries) return false;
  if (cracaId.some((byte) => byte !== 0)) return sameBytes(crlCraca.subarray(-3), cracaId);
  return certificates.slice(index).some((above) => sameBytes(identityOf(above).hashedId8, crlCraca));
}

function lookUp(certificate: Certificate, { contents, algorithm }: JudgedCrl): Found {
  const { typeSpecific } = contents;
  switch (typeSpecific.kind) {
    case 'fullHashCrl':
    case 'deltaHashCrl': {
      const id = identityOf(certificate).hash.subarray(-10);
      const isListed = typeSpecific.value.entries.some((entry) => sameBytes(entry.id, id));
      return isListed ? { kind: 'revoked', why: `is revoked by its hash ${hexOf(id)}` } : good;
    }
    case 'fullLinkedCrl':
    case 'deltaLinkedCrl':
    case 'fullLinkedCrlWithAlg':
    case 'deltaLinkedCrlWithAlg':
      return lookUpLinked(certificate, typeSpecific.value, algorithm === 'sm3' ? smSuite : nistSuite);
  }
}

type Linked = Pick<ToBeSignedLinkageValueCrl, 'iRev' | 'individual' | 'groups' | 'groupsSingleSeed'>;

function lookUpLinked(certificate: Certificate, list: Linked, suite: Suite): Found {
  const { id } = certificate.value.toBeSigned.value;
  if (id.kind !== 'linkageData') return good;
  const { iCert, 'linkage-value': value, 'group-linkage-value': group } = id.value;
  // A list tells nothing of the periods before iRev: seeds do not go back.
  if (iCert < list.iRev) return good;
  const steps = iCert - list.iRev;
  if (steps > LONGEST_WALK)
    return { kind: 'unknown', why: `is of period ${iCert}, too far from ${list.iRev} to compute: not judged` };
  const walk = { suite, steps, iCert };
  if (isIndividual(value, list, walk))
    return { kind: 'revoked', why: `is revoked by its linkage value ${hexOf(value)} of period ${iCert}` };
  if (group !== undefined && isInGroup(group, list, walk))
    return { kind: 'revoked', why: `is revoked with its group, by the group linkage value ${hexOf(group.value)}` };
  return good;
}

interface Walk {
  readonly suite: Suite;
  readonly steps: number;
  readonly iCert: number;
}

function isIndividual(value: Uint8Array, { individual }: Linked, { suite, steps, iCert }: Walk): boolean {
  for (const { jmax, contents: ofJMax } of individual ?? []) {
    for (const { la1Id, la2Id, contents: ofLas } of ofJMax) {
      for (const { iMax, contents: pairs, singleSeeds } of ofLas) {
        if (iCert > iMax) continue;
        const ofPairs = pairs.map((seeds) => ({
          la1Id,
          seed1: seeds['linkage-seed1'],
          la2Id,
          seed2: seeds['linkage-seed2'],
        }));
        const ofOneLa = (singleSeeds ?? []).map((seed1) => ({ la1Id, seed1 }));
        if (holdsValue(linkageValues(suite, [...ofPairs, ...ofOneLa], steps, jmax), value)) return true;
      }
    }
  }
  return false;
}

function holdsValue(values: Uint8Array, value: Uint8Array): boolean {
  for (let at = 0; at < values.length; at += LINKAGE_VALUE_BYTES) {
    if (sameBytes(values.subarray(at, at + LINKAGE_VALUE_BYTES), value)) return true;
  }
  return false;
}

function isInGroup(
  { jValue, value }: { jValue: Uint8Array; value: Uint8Array },
  { groups, groupsSingleSeed }: Linked,
  { suite, steps, iCert }: Walk,
): boolean {
  const j = new DataView(jValue.buffer, jValue.byteOffset, 4).getUint32(0);
  const half = (laId: Uint8Array, seed: Uint8Array): Uint8Array =>
    preLinkageValue(suite, laId, advanceLinkageSeed(suite, laId, seed, steps), j);
  const isPair = (groups ?? []).some(
    ({ iMax, la1Id, linkageSeed1, la2Id, linkageSeed2 }) =>
      iCert <= iMax && sameBytes(linkageValue(half(la1Id, linkageSeed1), half(la2Id, linkageSeed2)), value),
  );
  return (
    isPair ||
    (groupsSingleSeed ?? []).some(
      ({ iMax, laId, linkageSeed }) => iCert <= iMax && sameBytes(half(laId, linkageSeed), value),
    )
  );
}
