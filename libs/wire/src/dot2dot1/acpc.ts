/**
 * Ieee1609Dot2Dot1Acpc: activation codes for pseudonym certificates (APrV), broadcast as a binary tree; IEEE
 * 1609.2.1-2022 clause 9.5.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets, octetString } from '#coer/strings.js';
import { HashAlgorithm, IValue, Time32, Uint8 } from '../base-types.js';

/** Application of the codes: the SSP is an AcpcSsp. */
export const ACPC_PSID = 2_113_696;

export const AcpcTreeId = octets('AcpcTreeId', 8);
/** Activation code: the last 16 bytes of a hash, or the root of a tree. */
export const AcpcNodeValue = octets('AcpcNodeValue', 16);

/**
 * BIT STRING without a fixed size, as the bytes behind its length: how many bits of the last byte are unused, then the
 * bits.
 */
export const BitString = octetString('BitString', 1);

/**
 * The bits of a BitString. Refuses (CoerError) more than seven unused bits, unused bits of no byte, and set ones (X.696
 * 13.3).
 */
export function bitsOf(bitString: Uint8Array): boolean[] {
  const [unused = 8, ...bytes] = bitString;
  const count = bytes.length * 8 - unused;
  if (unused > 7 || count < 0) throw new CoerError('a bit string with a wrong padding', 0);
  const bits = bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => ((byte << bit) & 0x80) !== 0));
  if (bits.splice(count).includes(true)) throw new CoerError('a bit string with set padding', 0);
  return bits;
}

export const AprvBinaryTree = sequence(
  'AprvBinaryTree',
  {
    version: Uint8,
    generationTime: Time32,
    currentI: IValue,
    acpcTreeId: AcpcTreeId,
    hashAlgorithmId: HashAlgorithm,
    tree: BitString,
    nodeValueList: sequenceOf(AcpcNodeValue),
  },
  {},
);
export type AprvBinaryTree = Infer<typeof AprvBinaryTree>;

export const IndividualAprv = sequence(
  'IndividualAprv',
  {
    version: Uint8,
    generationTime: Time32,
    currentI: IValue,
    acpcTreeId: AcpcTreeId,
    nodeId: BitString,
    nodeValue: AcpcNodeValue,
  },
  {},
);
export type IndividualAprv = Infer<typeof IndividualAprv>;

/** What is hashed to go from a node to its child. */
export const AprvHashCalculationInput = sequence(
  'AprvHashCalculationInput',
  {
    version: Uint8,
    acpcTreeId: AcpcTreeId,
    acpcPeriod: IValue,
    childNodeId: BitString,
    parentNodeValue: AcpcNodeValue,
  },
  {},
);

export const AcpcPdu = choice('AcpcPdu', { tree: AprvBinaryTree, aprv: IndividualAprv }, {});
export type AcpcPdu = Infer<typeof AcpcPdu>;
