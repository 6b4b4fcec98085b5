import { DeviceRefusal } from './device-refusal.js';
import { buffersOf, errorOf, failureOf, pack, unpack } from './parcel.js';

describe('pack and unpack', () => {
  it('give the parts back, empty ones and absent ones apart', () => {
    const parts = [Uint8Array.of(1, 2), undefined, new Uint8Array(0), Uint8Array.of(3)];
    expect(unpack(structuredClone(pack(parts)))).toEqual(parts);
    expect(unpack(pack([]))).toEqual([]);
  });

  it('carry what a view shows and nothing of the buffer behind it', () => {
    const behind = new Uint8Array(1000).fill(0xaa);
    const packed = pack([behind.subarray(5, 7), Buffer.from([1, 2, 3])]);
    expect(buffersOf(packed).map(({ byteLength }) => byteLength)).toEqual([5, 8]);
    expect(unpack(packed)).toEqual([Uint8Array.of(0xaa, 0xaa), Uint8Array.of(1, 2, 3)]);
  });

  it('leave zeros where the parts came in, and give arrays of their own', () => {
    const packed = pack([Uint8Array.of(1, 2), Uint8Array.of(3)]);
    const [first, second] = unpack(packed);
    expect(packed.bytes).toEqual(new Uint8Array(3));
    expect(first?.buffer).not.toBe(second?.buffer);
  });

  it('refuse what is not bytes', () => {
    expect(() => pack(['text' as unknown as Uint8Array])).toThrow(TypeError);
  });
});

describe('an error that crosses', () => {
  it.each([
    new DeviceRefusal('unknown-label', 'the label "a" holds no key'),
    new RangeError('c: not in [1, n−1]'),
    new TypeError('message: not a Uint8Array'),
    new Error('reading the key file /a', { cause: new Error('EACCES', { cause: new RangeError('deep') }) }),
  ])('is the same on the other side: %s', (error) => {
    const crossed = errorOf(structuredClone(failureOf(error)));
    expect(crossed).toEqual(error);
    expect(crossed.constructor).toBe(error.constructor);
    expect(crossed.cause).toEqual(error.cause);
    expect((crossed as DeviceRefusal).reason).toBe((error as DeviceRefusal).reason);
  });

  it('becomes one when something else was thrown', () => {
    expect(errorOf(failureOf('text'))).toEqual(new Error('text'));
  });
});
