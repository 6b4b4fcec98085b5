/** The repeated parts of a certificate and of a CRL, each with its path; a path is made only when it is asked for. */
import type { EccP256CurvePoint, PsidSspRange } from '#wire/base-types.js';
import type { CrlContents } from '#wire/crl.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';

export interface Group {
  readonly group: PsidGroupPermissions;
  readonly path: string;
}
const NO_GROUPS: readonly Group[] = [];

/** The groups of both permission lists. */
export function permissionGroups(tbs: ToBeSignedCertificate): readonly Group[] {
  if (tbs.certIssuePermissions === undefined && tbs.certRequestPermissions === undefined) return NO_GROUPS;
  return [
    ...(tbs.certIssuePermissions ?? []).map((group, n) => ({ group, path: `toBeSigned.certIssuePermissions[${n}]` })),
    ...(tbs.certRequestPermissions ?? []).map((group, n) => ({
      group,
      path: `toBeSigned.certRequestPermissions[${n}]`,
    })),
  ];
}

/** The ranges a certificate names in both lists. */
export function permissionRanges(tbs: ToBeSignedCertificate): readonly { range: PsidSspRange; path: string }[] {
  return permissionGroups(tbs).flatMap(({ group: { subjectPermissions }, path }) =>
    subjectPermissions.kind === 'all'
      ? []
      : subjectPermissions.value.map((range, n) => ({ range, path: `${path}.subjectPermissions[${n}]` })),
  );
}

/** One revoked chain of a linked CRL. */
export interface RevokedSeeds {
  readonly seeds: readonly Uint8Array[];
  /** Of the LAs, as many as seeds; none where one seed stands alone in an individual entry. */
  readonly laIds: readonly Uint8Array[];
  readonly iMax: number;
  path(): string;
}

export type LinkedContents = Extract<
  CrlContents['typeSpecific'],
  { kind: 'fullLinkedCrl' | 'deltaLinkedCrl' | 'fullLinkedCrlWithAlg' | 'deltaLinkedCrlWithAlg' }
>['value'];

/** The list of a CRL by linkage seed, `undefined` for one by hash. */
export function linkedContents({ typeSpecific }: CrlContents): LinkedContents | undefined {
  switch (typeSpecific.kind) {
    case 'fullHashCrl':
    case 'deltaHashCrl':
      return undefined;
    default:
      return typeSpecific.value;
  }
}

export const LINKED = 'typeSpecific';

/** Every entry of a CRL by linkage seed, individuals and groups, in their order. */
export function* revokedSeeds(contents: CrlContents): Generator<RevokedSeeds> {
  const list = linkedContents(contents);
  if (list === undefined) return;
  for (const [a, { contents: ofJMax }] of (list.individual ?? []).entries()) {
    for (const [b, { la1Id, la2Id, contents: ofLas }] of ofJMax.entries()) {
      for (const [c, { iMax, contents: pairs, singleSeeds }] of ofLas.entries()) {
        const path = (): string => `${LINKED}.individual[${a}].contents[${b}].contents[${c}]`;
        for (const [d, pair] of pairs.entries()) {
          const seeds = [pair['linkage-seed1'], pair['linkage-seed2']];
          yield { seeds, laIds: [la1Id, la2Id], iMax, path: () => `${path()}.contents[${d}]` };
        }
        for (const [d, seed] of (singleSeeds ?? []).entries())
          yield { seeds: [seed], laIds: [], iMax, path: () => `${path()}.singleSeeds[${d}]` };
      }
    }
  }
  for (const [n, { iMax, la1Id, linkageSeed1, la2Id, linkageSeed2 }] of (list.groups ?? []).entries()) {
    const seeds = [linkageSeed1, linkageSeed2];
    yield { seeds, laIds: [la1Id, la2Id], iMax, path: () => `${LINKED}.groups[${n}]` };
  }
  for (const [n, { iMax, laId, linkageSeed }] of (list.groupsSingleSeed ?? []).entries())
    yield { seeds: [linkageSeed], laIds: [laId], iMax, path: () => `${LINKED}.groupsSingleSeed[${n}]` };
}

export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
export const hexKey = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Whether a point says which of the two y is meant. */
export const hasY = ({ kind }: { kind: EccP256CurvePoint['kind'] | 'uncompressedP384' }): boolean =>
  kind !== 'x-only' && kind !== 'fill';
