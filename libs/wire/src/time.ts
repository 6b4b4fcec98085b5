/**
 * Time32 and Time64 of IEEE 1609.2: TAI seconds and microseconds since 2004-01-01T00:00:00 UTC.
 * UTC has inserted five leap seconds since then (the last at the end of 2016), so TAI runs five seconds ahead.
 */
const EPOCH_UNIX_SECONDS = Date.UTC(2004, 0, 1) / 1000;

/** Leap seconds inserted after the epoch: from this Unix second on, TAI is that many seconds ahead of the count at the epoch. */
const LEAP_SECONDS = [
  Date.UTC(2006, 0, 1),
  Date.UTC(2009, 0, 1),
  Date.UTC(2012, 6, 1),
  Date.UTC(2015, 6, 1),
  Date.UTC(2017, 0, 1),
].map((milliseconds) => milliseconds / 1000);

function leapSecondsAt(unixSeconds: number): number {
  return LEAP_SECONDS.filter((moment) => unixSeconds >= moment).length;
}

/** Unix milliseconds (UTC) → Time32, seconds; the fraction is dropped. */
export function time32FromMillis(unixMillis: number): number {
  const seconds = Math.floor(unixMillis / 1000);
  return seconds - EPOCH_UNIX_SECONDS + leapSecondsAt(seconds);
}

/** Unix milliseconds (UTC) → Time64, microseconds. */
export function time64FromMillis(unixMillis: number): bigint {
  const leap = leapSecondsAt(Math.floor(unixMillis / 1000));
  return BigInt(Math.round((unixMillis - EPOCH_UNIX_SECONDS * 1000 + leap * 1000) * 1000));
}

/** Time32 → Unix milliseconds (UTC). */
export function millisFromTime32(time32: number): number {
  let seconds = time32 + EPOCH_UNIX_SECONDS;
  for (let pass = 0; pass < 2; pass++) seconds = time32 + EPOCH_UNIX_SECONDS - leapSecondsAt(seconds);
  return seconds * 1000;
}

/** Time64 → Unix milliseconds (UTC), with the fraction. */
export function millisFromTime64(time64: bigint): number {
  const seconds = Number(time64 / 1_000_000n);
  return millisFromTime32(seconds) + Number(time64 % 1_000_000n) / 1000;
}
