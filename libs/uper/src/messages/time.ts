// When things are: T/CSAE 53-2020 module DefTime (profile of YD/T 3709-2020).
import type { Infer } from '../codec.js';
import { enumerated, integer } from '../primitives.js';
import { optional, sequence } from '../structures.js';

/** Milliseconds within the UTC minute; 60000 and above: leap second or unknown. */
export const DSecond = integer('DSecond', 0, 65_535);
/** Minutes since the UTC year began; 527040 invalid. */
export const MinuteOfTheYear = integer('MinuteOfTheYear', 0, 527_040);
/** 0.1 s, to come or in the UTC hour; 36000 more than an hour, 36001 unknown. */
export const TimeMark = integer('TimeMark', 0, 36_001);
/** 10 ms backwards; 65535 unavailable. */
export const TimeOffset = integer('TimeOffset', 1, 65_535);

/** `offset` is minutes from UTC; YD/T 3709-2020 has −840..840 where the release of 2019 had −720..721. */
export const DDateTime = sequence('DDateTime', {
  year: optional(integer('DYear', 0, 4095)),
  month: optional(integer('DMonth', 0, 12)),
  day: optional(integer('DDay', 0, 31)),
  hour: optional(integer('DHour', 0, 31)),
  minute: optional(integer('DMinute', 0, 60)),
  second: optional(DSecond),
  offset: optional(integer('DTimeOffset', -840, 840)),
});
export type DDateTime = Infer<typeof DDateTime>;

/** "Better than": seconds and fractions in groups of three digits, 100 s down to 10 ps. */
export const TimeConfidence = enumerated('TimeConfidence', [
  'unavailable',
  'time-100-000',
  'time-050-000',
  'time-020-000',
  'time-010-000',
  'time-002-000',
  'time-001-000',
  'time-000-500',
  'time-000-200',
  'time-000-100',
  'time-000-050',
  'time-000-020',
  'time-000-010',
  'time-000-005',
  'time-000-002',
  'time-000-001',
  'time-000-000-5',
  'time-000-000-2',
  'time-000-000-1',
  'time-000-000-05',
  'time-000-000-02',
  'time-000-000-01',
  'time-000-000-005',
  'time-000-000-002',
  'time-000-000-001',
  'time-000-000-000-5',
  'time-000-000-000-2',
  'time-000-000-000-1',
  'time-000-000-000-05',
  'time-000-000-000-02',
  'time-000-000-000-01',
  'time-000-000-000-005',
  'time-000-000-000-002',
  'time-000-000-000-001',
  'time-000-000-000-000-5',
  'time-000-000-000-000-2',
  'time-000-000-000-000-1',
  'time-000-000-000-000-05',
  'time-000-000-000-000-02',
  'time-000-000-000-000-01',
]);
export type TimeConfidence = Infer<typeof TimeConfidence>;
