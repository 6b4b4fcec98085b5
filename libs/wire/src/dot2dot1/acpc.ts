/**
 * Ieee1609Dot2Dot1Acpc: activation codes for pseudonym certificates (APrV), broadcast as a binary tree; IEEE 1609.2.1-2022
 * clause 9.5.
 */
import { choice } from '#coer/choice.js';
import { type Codec, type Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets, octetString } from '#coer/strings.js';
import { HashAlgorithm, IValue, Time32, Uint8 } from '../base-types.js';

/** Application of the codes: the SSP is an AcpcSsp. */
export const ACPC_PSID = 2_113_696;

export const AcpcTreeId = octets('AcpcTreeId', 8);
/** Activation code: the last 16 bytes of a hash, or the root of a tree. */
export const AcpcNodeValue = octets('AcpcNodeValue', 16);

const MOST_UNUSED_BITS = 7;
const bitStringBytes = octetString('BitString', 1);

/**
 * BIT STRING without a fixed size, as the bytes behind its length: how many bits of the last byte are unused, then the bits.
 * Refuses more than seven unused bits, unused bits without a byte, and unused bits that are set (X.696 clause 13.3).
 */
export const BitString: Codec<Uint8Array> = {
  ...bitStringBytes,
  write(writer, value) {
    const problem = bitStringProblem(value);
    if (problem !== undefined) throw new TypeError(`BitString: ${problem}`);
    bitStringBytes.write(writer, value);
  },
  read(reader) {
    const start = reader.offset;
    const value = bitStringBytes.read(reader);
    const problem = bitStringProblem(value);
    return problem === undefined ? value : reader.fail(problem, start);
  },
};

function bitStringProblem(value: Uint8Array): string | undefined {
  const unused = value[0];
  if (unused === undefined || unused > MOST_UNUSED_BITS) return 'a bit string with a wrong padding';
  if (unused > 0 && value.length === 1) return 'a bit string with unused bits and no byte';
  return unused > 0 && ((value.at(-1) as number) & ((1 << unused) - 1)) !== 0
    ? 'a bit string with set padding'
    : undefined;
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
