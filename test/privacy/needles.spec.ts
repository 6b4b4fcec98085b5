/** The search itself: what it would not find, nobody could say is absent. */
import { randomBytes } from 'node:crypto';
import { NeedleIndex, type Needle } from './needles.fixture.js';

const SECRET = randomBytes(9);
const needle: Needle = { kind: 'canary', bytes: SECRET, domain: 'a' };
const around = (text: string): Uint8Array => Buffer.from(`{"event":"x","value":"${text}","n":1}`);

describe('the search for secrets', () => {
  const index = new NeedleIndex();
  index.add(needle);

  it.each<[string, Uint8Array]>([
    ['raw', Buffer.concat([randomBytes(101), SECRET, randomBytes(7)])],
    ['raw, at the very end', Buffer.concat([randomBytes(3), SECRET])],
    ['lower-case hex', around(SECRET.toString('hex'))],
    ['upper-case hex', around(SECRET.toString('hex').toUpperCase())],
    ['hex behind an odd digit', around(`7${SECRET.toString('hex')}`)],
    ['hex of something longer', around(Buffer.concat([randomBytes(5), SECRET, randomBytes(2)]).toString('hex'))],
    ['base64', around(SECRET.toString('base64'))],
    ['base64url', around(SECRET.toString('base64url'))],
    ...[1, 2, 3, 4].map((before): [string, Uint8Array] => [
      `base64 of something longer, ${before} bytes before`,
      around(Buffer.concat([randomBytes(before), SECRET, randomBytes(5)]).toString('base64')),
    ]),
    ['JSON of a Buffer', Buffer.from(JSON.stringify({ key: SECRET }))],
    ['JSON of a Uint8Array', Buffer.from(JSON.stringify({ key: new Uint8Array(SECRET) }))],
  ])('finds it spelt as %s', (_, haystack) => {
    expect([...index.find(haystack)]).toEqual([needle]);
  });

  it('finds nothing in other bytes, nor a secret that is cut short', () => {
    expect(index.find(randomBytes(1 << 18)).size).toBe(0);
    expect(index.find(SECRET.subarray(0, 8)).size).toBe(0);
    expect(index.find(around(SECRET.subarray(1).toString('hex'))).size).toBe(0);
  });

  it('does not take a secret that could be met by chance', () => {
    expect(() => index.add({ ...needle, bytes: SECRET.subarray(0, 7) })).toThrow(RangeError);
  });

  it('tells needles that begin alike apart', () => {
    const alike = { ...needle, bytes: Buffer.concat([SECRET.subarray(0, 6), randomBytes(6)]) };
    const two = new NeedleIndex();
    two.add(needle, alike);
    expect([...two.find(Buffer.concat([alike.bytes, randomBytes(4)]))]).toEqual([alike]);
  });
});
