/**
 * CRLBaseTypes and CrlSsp: certificate revocation lists by hash and by linkage seed; IEEE 1609.2-2022 clause 7
 * (crl-base-types 3.2), YD/T 3957-2021 annex C, whose names stand here where the two differ.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { enumerated, nothing } from '#coer/numbers.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import {
  CrlSeries,
  HashedId10,
  HashedId8,
  IValue,
  LaId,
  LinkageSeed,
  Time32,
  Uint16,
  Uint32,
  Uint8,
} from './base-types.js';

export const CrlPriorityInfo = sequence('CrlPriorityInfo', { priority: optional(Uint8) }, {});
export const HashBasedRevocationInfo = sequence('HashBasedRevocationInfo', { id: HashedId10, expiry: Time32 }, {});
export const ToBeSignedHashIdCrl = sequence(
  'ToBeSignedHashIdCrl',
  { crlSerial: Uint32, entries: sequenceOf(HashBasedRevocationInfo) },
  {},
);

export const IndividualRevocation = sequence(
  'IndividualRevocation',
  { 'linkage-seed1': LinkageSeed, 'linkage-seed2': LinkageSeed },
  {},
);
export const IMaxGroup = sequence(
  'IMaxGroup',
  { iMax: Uint16, contents: sequenceOf(IndividualRevocation) },
  { additions: { singleSeeds: sequenceOf(LinkageSeed) } },
);
export type IMaxGroup = Infer<typeof IMaxGroup>;
export const LAGroup = sequence('LAGroup', { la1Id: LaId, la2Id: LaId, contents: sequenceOf(IMaxGroup) }, {});
export type LAGroup = Infer<typeof LAGroup>;
export const JMaxGroup = sequence('JMaxGroup', { jmax: Uint8, contents: sequenceOf(LAGroup) }, {});
export const GroupCrlEntry = sequence(
  'GroupCrlEntry',
  { iMax: Uint16, la1Id: LaId, linkageSeed1: LinkageSeed, la2Id: LaId, linkageSeed2: LinkageSeed },
  {},
);
export const GroupSingleSeedCrlEntry = sequence('GroupSingleSeedCrlEntry', {
  iMax: Uint16,
  laId: LaId,
  linkageSeed: LinkageSeed,
});
export const ToBeSignedLinkageValueCrl = sequence(
  'ToBeSignedLinkageValueCrl',
  {
    iRev: IValue,
    indexWithinI: Uint8,
    individual: optional(sequenceOf(JMaxGroup)),
    groups: optional(sequenceOf(GroupCrlEntry)),
  },
  { additions: { groupsSingleSeed: sequenceOf(GroupSingleSeedCrlEntry) } },
);
export type ToBeSignedLinkageValueCrl = Infer<typeof ToBeSignedLinkageValueCrl>;

/** The algorithms of a linked CRL. IEEE 1609.2-2022 defines this, and uses it in no other type. */
export const ExpansionAlgorithmIdentifier = enumerated(
  'ExpansionAlgorithmIdentifier',
  { 'sha256ForI-aesForJ': 0, 'sm3ForI-sm4ForJ': 1 },
  {},
);
/** IEEE 1609.2-2022 only. Unlike in the type above, groupsSingleSeed stands before the extension marker. */
export const ToBeSignedLinkageValueCrlWithAlgIdentifier = sequence(
  'ToBeSignedLinkageValueCrlWithAlgIdentifier',
  {
    iRev: IValue,
    indexWithinI: Uint8,
    // Two identifiers that were published as NULL: which functions they name, the bytes do not say.
    seedEvolution: nothing,
    lvGeneration: nothing,
    individual: optional(sequenceOf(JMaxGroup)),
    groups: optional(sequenceOf(GroupCrlEntry)),
    groupsSingleSeed: optional(sequenceOf(GroupSingleSeedCrlEntry)),
  },
  {},
);

export const CrlContents = sequence('CrlContents', {
  version: Uint8,
  crlSeries: CrlSeries,
  crlCraca: HashedId8,
  issueDate: Time32,
  nextCrl: Time32,
  priorityInfo: CrlPriorityInfo,
  typeSpecific: choice(
    'TypeSpecificCrlContents',
    {
      fullHashCrl: ToBeSignedHashIdCrl,
      deltaHashCrl: ToBeSignedHashIdCrl,
      fullLinkedCrl: ToBeSignedLinkageValueCrl,
      deltaLinkedCrl: ToBeSignedLinkageValueCrl,
    },
    // IEEE 1609.2-2022 only.
    {
      fullLinkedCrlWithAlg: ToBeSignedLinkageValueCrlWithAlgIdentifier,
      deltaLinkedCrlWithAlg: ToBeSignedLinkageValueCrlWithAlgIdentifier,
    },
  ),
});
export type CrlContents = Infer<typeof CrlContents>;

export const CracaType = enumerated('CracaType', { isCraca: 0, issuerIsCraca: 1 });
export const CrlSsp = sequence(
  'CrlSsp',
  { version: Uint8, associatedCraca: CracaType, crls: sequenceOf(CrlSeries) },
  {},
);
