/** Rows of a table that is tried both ways, and bytes to fill them with. */
import { decode, encode, encodeAfresh, type Codec } from '#coer/codec.js';
import { hex } from '../../../test/support/hex.js';

export const X = '11'.repeat(32);
export const Y = '22'.repeat(32);
export const X48 = '33'.repeat(48);
export const Y48 = '44'.repeat(48);
export const KEY = '55'.repeat(16);
export const ID8 = '0102030405060708';
export const NONCE = '66'.repeat(12);
export const SEED1 = '77'.repeat(16);
export const SEED2 = '88'.repeat(16);
export const LV = '99'.repeat(9);

export const xOnly = { kind: 'x-only', value: hex(X) } as const;
export const y0 = { kind: 'compressed-y-0', value: hex(X) } as const;
export const y1 = { kind: 'compressed-y-1', value: hex(X) } as const;
export const whole = { kind: 'uncompressedP256', value: { x: hex(X), y: hex(Y) } } as const;
export const xOnly384 = { kind: 'x-only', value: hex(X48) } as const;
export const whole384 = { kind: 'uncompressedP384', value: { x: hex(X48), y: hex(Y48) } } as const;

/** Name, type, value and its bytes in hex, in which spaces and bars count for nothing. */
export type Row = [string, Codec<unknown>, unknown, string];
export const spell = <T>(name: string, codec: Codec<T>, value: NoInfer<T>, bytes: string): Row => [
  name,
  codec,
  value,
  bytes,
];

export function bothWays(_: string, codec: Codec<unknown>, value: unknown, bytes: string): void {
  expect(Buffer.from(encode(codec, value)).toString('hex')).toBe(bytes.replace(/[\s|]/g, '').toLowerCase());
  expect(decode(codec, hex(bytes))).toEqual(value);
  expect(encodeAfresh(codec, value)).toEqual(hex(bytes));
}
