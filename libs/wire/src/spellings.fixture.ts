/** Bytes of messages, written out by hand: the parts that many of them share. */
import { readFileSync } from 'node:fs';
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { hex } from '../../../test/support/hex.js';
import { Certificate } from './secured-data.js';

export const X = '11'.repeat(32);
const R = 'a1'.repeat(32);
const S = 'b2'.repeat(32);
const chain = JSON.parse(readFileSync('test/vectors/derived/ccsa-chain-spdu.json', 'utf8')) as Record<string, string>;
export const CERT = chain['pc_cert'] as string;
export const ROOT = chain['root_cert'] as string;

/** A to-be-signed certificate as in the published EeEcaCertRequest: no name, no permissions, a P-256 key. */
export const TBS_CERT = `00 83 000000 0000 00000000 84 0000 80 80 83 ${X}`;
export const SIGNATURE = `80 80 ${R} ${S}`;
export const SM2_SIGNATURE = `84 40 ${R} ${S}`;

/** The fields of the same certificate. */
export const tbsCert = {
  id: { kind: 'none', value: null },
  cracaId: hex('000000'),
  crlSeries: 0,
  validityPeriod: { start: 0, duration: { kind: 'hours', value: 0 } },
  verifyKeyIndicator: {
    kind: 'verificationKey',
    value: { kind: 'ecdsaNistP256', value: { kind: 'compressed-y-1', value: hex(X) } },
  },
} as const;
export const certificate = decode(Certificate, hex(CERT));

/** Length and content, X.696 clause 8.6. */
export function open(content: string): string {
  const size = hex(content).length;
  const digits = size.toString(16).padStart(size > 0xff ? 4 : 2, '0');
  return `${size < 0x80 ? '' : size > 0xff ? '82' : '81'}${digits} ${content}`;
}

export const unsecured = (content: string): string => `03 80 ${open(content)}`;
/** Signed data of `psid` (in hexadecimal, with its length) without anything else in the header. */
export const signed = (content: string, psid = '01 23'): string =>
  `03 81 00 40 ${unsecured(content)} 00 ${psid} 81 01 01 ${CERT} ${SIGNATURE}`;
/** Encrypted with AES for a holder of a shared key. */
export const ENCRYPTED = `03 82 01 01 80 0102030405060708 80 ${'55'.repeat(12)} 11 ${'66'.repeat(17)}`;
export const encrypted = {
  protocolVersion: 3,
  content: {
    kind: 'encryptedData',
    value: {
      recipients: [{ kind: 'pskRecipInfo', value: hex('0102030405060708') }],
      ciphertext: { kind: 'aes128ccm', value: { nonce: hex('55'.repeat(12)), ccmCiphertext: hex('66'.repeat(17)) } },
    },
  },
} as const;

/** A row of a table: a value and its bytes. The types of both are held against each other here. */
export const spell = <T>(name: string, codec: Codec<T>, value: NoInfer<T>, bytes: string) =>
  [name, codec, value, bytes] as [string, Codec<unknown>, unknown, string];

/** Value to bytes, bytes to value, and bytes from the value alone. */
export function expectBothWays(codec: Codec<unknown>, value: unknown, bytes: string): void {
  const expected = hex(bytes);
  expect(Buffer.from(encode(codec, value)).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
  const read = decode(codec, expected);
  expect(read).toEqual(value);
  expect(encodeAfresh(codec, read)).toEqual(expected);
}

/** Bytes that are read and written again, from the values alone; the value for those who look at it. */
export function expectSameBytes<T>(codec: Codec<T>, bytes: string): T {
  const value = decode(codec, hex(bytes));
  expect(Buffer.from(encodeAfresh(codec, value)).toString('hex')).toBe(Buffer.from(hex(bytes)).toString('hex'));
  return value;
}
