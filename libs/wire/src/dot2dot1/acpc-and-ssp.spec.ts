/** Activation codes, the keys for them, and what certificates may do in the system, in their bytes. */
import { decode } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { hex } from '../../../../test/support/hex.js';
import { expectBothWays, expectSameBytes, spell, X } from '../spellings.fixture.js';
import { AcpcPdu, AprvHashCalculationInput, bitsOf, BitString } from './acpc.js';
import { CamRaInterfacePdu } from './cam-ra.js';
import { AcpcSsp, SecurityMgmtSsp } from './security-mgmt-ssp.js';

const T = 0x266fa842;
const H8 = hex('0102030405060708');
const TREE = hex('1112131415161718');
const NODE = '33'.repeat(16);

describe('activation codes, both ways', () => {
  const common = { version: 2, generationTime: T, currentI: 7, acpcTreeId: TREE };

  it.each([
    spell('BitString of no bits', BitString, hex('00'), '01 00'),
    spell('BitString of three bits', BitString, hex('05 a0'), '02 05 a0'),
    spell(
      'AprvBinaryTree',
      AcpcPdu,
      {
        kind: 'tree',
        value: { ...common, hashAlgorithmId: 'sm3', tree: hex('04 b0'), nodeValueList: [hex(NODE)] },
      },
      `80 00 02 266FA842 0007 1112131415161718 02 02 04b0 01 01 ${NODE}`,
    ),
    spell(
      'IndividualAprv',
      AcpcPdu,
      { kind: 'aprv', value: { ...common, nodeId: hex('00 ff'), nodeValue: hex(NODE) } },
      `81 00 02 266FA842 0007 1112131415161718 02 00ff ${NODE}`,
    ),
    spell(
      'what is hashed on the way down a tree',
      AprvHashCalculationInput,
      { version: 2, acpcTreeId: TREE, acpcPeriod: 7, childNodeId: hex('07 80'), parentNodeValue: hex(NODE) },
      `00 02 1112131415161718 0007 02 0780 ${NODE}`,
    ),
    spell(
      'RaCamBatchRequest',
      CamRaInterfacePdu,
      { kind: 'raCamBatchRequest', value: { version: 2, eeId: hex('0102030405'), periodList: [7, 8] } },
      '80 00 02 0102030405 01 02 0007 0008',
    ),
    spell(
      'CamRaBatchResponse',
      CamRaInterfacePdu,
      {
        kind: 'camRaBatchResponse',
        value: { version: 2, requestHash: H8, batch: [{ kind: 'compressed-y-0', value: hex(X) }] },
      },
      `81 00 02 0102030405060708 01 01 82 ${X}`,
    ),
  ])('%s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));

  it.each([
    ['00', []],
    ['05 a0', [true, false, true]],
    ['00 01', [false, false, false, false, false, false, false, true]],
    ['07 ff 80', [true, true, true, true, true, true, true, true, true]],
  ])('the bits of %s', (bytes, bits) => expect(bitsOf(hex(bytes))).toEqual(bits));

  it.each([
    ['eight unused bits', '08 00'],
    ['unused bits of no byte', '01'],
    ['a set unused bit', '05 a1'],
    ['no byte at all', ''],
  ])('a bit string with %s has no bits', (_, bytes) => expect(() => bitsOf(hex(bytes))).toThrow(CoerError));

  it('a bit string without its first byte is refused', () => {
    expect(() => decode(BitString, hex('00'))).toThrow(CoerError);
  });
});

describe('permissions in the system', () => {
  const names = ['elector', 'root', 'pg', 'ica', 'eca', 'aca', 'crl', 'dcm', 'la', 'lop', 'ma', 'ra', 'ee'];
  const content = (name: string): string =>
    name === 'la' ? '00 02 0102' : name === 'ma' ? '00 02 01 01 01 20' : '00 02';

  it.each(names.map((name, tag) => [name, `8${tag.toString(16)} ${content(name)}`]))('%s: %s', (kind, bytes) => {
    expect(expectSameBytes(SecurityMgmtSsp, bytes)).toMatchObject({ kind, value: { version: 2 } });
  });

  it('dc stands behind the marker and is an open type', () => {
    expectBothWays(SecurityMgmtSsp, { kind: 'dc', value: { version: 2 } }, '8d 02 00 02');
  });

  it.each([
    ['the root of the first production system, version 1', '81 00 01', 'root', 1],
    ['a device of the open-source system', '8C 00 02', 'ee', 2],
  ])('%s', (_, bytes, kind, version) => {
    expect(expectSameBytes(SecurityMgmtSsp, bytes)).toEqual({ kind, value: { version } });
  });

  it('trees of a CAM', () => {
    expectBothWays(AcpcSsp, { kind: 'cam', value: [TREE] }, '80 01 01 1112131415161718');
  });
});
