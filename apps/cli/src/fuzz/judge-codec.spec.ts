/** Decoders with one fault each: what holds of every decoder must fail for them. */
import type { Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { BrokenPromise } from '#coer/judge-codec.js';
import { uint8 } from '#coer/numbers.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octetString } from '#coer/strings.js';
import { hex } from '../../../../test/support/hex.js';
import { judgeCodec } from './judge-codec.js';

const Byte = uint8('Byte');
const Pair = sequence('Pair', { first: Byte, second: octetString('second') }, {});

const careless = (read: Codec<unknown>['read'], write: Codec<unknown>['write'] = () => undefined): Codec<unknown> => ({
  name: 'Careless',
  read,
  write,
});

describe('a good decoder', () => {
  it.each([
    ['accepted', '00 07 01 aa'],
    ['refused', '00 07 81 01 aa'],
    ['refused', '00 07 01 aa bb'],
    ['shown', '80 07 01 aa 02 07 80 01 05'],
  ])('%s: %s', (verdict, bytes) => expect(judgeCodec(Pair, hex(bytes))).toBe(verdict));
});

describe('a decoder with a fault', () => {
  it('takes a second spelling of a value', () => {
    const folding = careless(
      (reader) => reader.uint8() & 0x7f,
      (writer, value) => writer.uint8(value as number),
    );
    expect(judgeCodec(folding, hex('05'))).toBe('accepted');
    expect(() => judgeCodec(folding, hex('85'))).toThrow(BrokenPromise);
  });

  it('makes much of little', () => {
    const greedy = careless(
      (reader) => Array.from({ length: reader.uint8() * 100 }, () => null),
      (writer, value) => writer.uint8((value as unknown[]).length / 100),
    );
    expect(judgeCodec(greedy, hex('00'))).toBe('accepted');
    expect(() => judgeCodec(greedy, hex('05'))).toThrow(/501 parts of 1 bytes/);
  });

  it('throws what is not its own error', () => {
    const throwing = careless((reader) => {
      if (reader.uint8() === 1) throw new TypeError('of undefined');
      throw new CoerError('no', 0);
    });
    expect(judgeCodec(throwing, hex('00'))).toBe('refused');
    expect(() => judgeCodec(throwing, hex('01'))).toThrow(TypeError);
  });

  it('reads more when it is strict than when it shows', () => {
    const odd = careless(
      (reader) => (reader.tolerant ? reader.fail('not shown') : reader.uint8()),
      (writer, value) => writer.uint8(value as number),
    );
    expect(() => judgeCodec(odd, hex('01'))).toThrow(/not to be shown/);
  });

  it('nests without end', () => {
    const endless: Codec<unknown> = careless((reader) => endless.read(reader));
    expect(() => judgeCodec(endless, hex('01'))).toThrow(RangeError);
  });
});

it('lists are in proportion', () => {
  expect(judgeCodec(sequenceOf(Byte), Uint8Array.from([2, 1, 0, ...new Array<number>(256).fill(9)]))).toBe('accepted');
});
