import { Pace, retryAfterSeconds, sourceOf } from './pace.js';

describe('the pace of a source', () => {
  let now: number;
  const paceOf = (mostSources?: number): Pace => new Pace({ atOnce: 2, aMinute: 6 }, () => now, mostSources);
  beforeEach(() => (now = 1_000_000));

  it('is so many at once, then one after the other', () => {
    const pace = paceOf();
    expect([1, 2, 3].map(() => pace.wait('a'))).toEqual([0, 0, 10_000]);
    now += 9_999;
    expect(pace.wait('a')).toBe(1);
    now += 1;
    expect([1, 2].map(() => pace.wait('a'))).toEqual([0, 10_000]);
  });

  it('is whole again after a rest, and never more than whole', () => {
    const pace = paceOf();
    pace.wait('a');
    now += 3_600_000;
    expect([1, 2, 3].map(() => pace.wait('a'))).toEqual([0, 0, 10_000]);
  });

  it('begins anew when the clock is set back', () => {
    const pace = paceOf();
    for (let n = 0; n < 3; n++) pace.wait('a');
    now -= 86_400_000;
    expect([1, 2, 3].map(() => pace.wait('a'))).toEqual([0, 0, 10_000]);
  });

  it('is each source’s own', () => {
    const pace = paceOf();
    expect(['a', 'a', 'b', 'a'].map((source) => pace.wait(source))).toEqual([0, 0, 0, 10_000]);
  });

  it('is not made longer by asking', () => {
    const pace = paceOf();
    for (let n = 0; n < 50; n++) pace.wait('a');
    now += 10_000;
    expect(pace.wait('a')).toBe(0);
  });

  it('forgets whom it heard least recently, when it has too many', () => {
    const pace = paceOf(2);
    expect(['a', 'b', 'b', 'a', 'c'].map((source) => pace.wait(source))).toEqual([0, 0, 0, 0, 0]);
    expect(pace.wait('a')).toBe(10_000);
    expect(pace.wait('b')).toBe(0);
  });
});

it.each([
  [0.2, 1],
  [1000, 1],
  [1001, 2],
])('says %p ms as %p s', (millis, seconds) => expect(retryAfterSeconds(millis)).toBe(seconds));

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  [undefined, ''],
])('takes %p for the source %p', (address, source) => expect(sourceOf(address)).toBe(source));
