/** The buffer grows under whatever is written across its end. */
import { hex } from '../../../test/support/hex.js';
import { Writer } from './writer.js';

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
  for (let before = 0; before < 1100; before++) {
    const writer = new Writer();
    for (let n = 0; n < before; n++) writer.uint8(0x55);
    write(writer);
    const bytes = writer.finish();
    expect(bytes.length).toBe(before + expected.length / 2);
    expect(Buffer.from(bytes.subarray(before)).toString('hex')).toBe(expected);
    expect(bytes.subarray(0, before).every((byte) => byte === 0x55)).toBe(true);
  }
});
