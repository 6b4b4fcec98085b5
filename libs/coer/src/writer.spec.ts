/** The buffer grows under whatever is written across its end. */
import { hex } from '../../../test/support/hex.js';
import { Writer } from './writer.js';

const around = (end: number): number[] => Array.from({ length: 150 }, (_, n) => end - 140 + n);
const one = { write: (writer: Writer): void => writer.uint8(0x11) };

it.each<[string, (writer: Writer) => void, string]>([
  ['one byte', (writer) => writer.uint8(0xaa), 'aa'],
  ['an integer', (writer) => writer.unsigned(0x01020304, 4), '01020304'],
  ['bytes', (writer) => writer.bytes(hex('0a0b0c')), '0a0b0c'],
  ['a length', (writer) => writer.lengthOf(300), '82012c'],
  ['a quantity', (writer) => writer.quantity(300), '02012c'],
  ['an open type', (writer) => writer.wrapped(one, undefined), '0111'],
  [
    'a long open type',
    (writer) => writer.wrapped({ write: (inner) => inner.bytes(new Uint8Array(130)) }, undefined),
    '8182' + '00'.repeat(130),
  ],
])('%s', (_, write, expected) => {
  // Around the end of the first buffer and of the second.
  for (const before of [0, 1, 2, ...around(4096), ...around(8192)]) {
    const writer = new Writer();
    for (let n = 0; n < before; n++) writer.uint8(0x55);
    write(writer);
    const bytes = writer.finish();
    expect(bytes.length).toBe(before + expected.length / 2);
    expect(Buffer.from(bytes.subarray(before)).toString('hex')).toBe(expected);
    expect(bytes.subarray(0, before).every((byte) => byte === 0x55)).toBe(true);
  }
});

it('leaves nothing of a message in the buffer of the next', () => {
  const bufferOf = (writer: Writer): Uint8Array => (writer as unknown as { buffer: Uint8Array }).buffer;
  const first = new Writer();
  first.bytes(new Uint8Array(4000).fill(0x5e));
  const buffer = bufferOf(first);
  expect(first.finish().every((byte) => byte === 0x5e)).toBe(true);
  const next = new Writer();
  expect(bufferOf(next)).toBe(buffer);
  expect(buffer.every((byte) => byte === 0)).toBe(true);
  expect(bufferOf(new Writer())).not.toBe(buffer);
});

it('that ended gives the same bytes again, whatever the next one writes', () => {
  const writer = new Writer();
  writer.bytes(hex('0102'));
  writer.finish();
  new Writer().bytes(hex('ffffff'));
  expect(writer.finish()).toEqual(hex('0102'));
});
