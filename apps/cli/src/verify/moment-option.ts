/** The moment of `--at`. */
import { InvalidArgumentError } from 'commander';

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Unix milliseconds of `now` or of an ISO 8601 time, UTC where it names no zone; a date alone is its first moment. */
export function momentFrom(nowMillis: () => number): (text: string) => number {
  return (text) => {
    if (text === 'now') return nowMillis();
    const [, time, zone] = ISO.exec(text) ?? [];
    // Without a zone JavaScript would take the time for that of this place.
    const millis = ISO.test(text) ? Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text) : NaN;
    if (Number.isNaN(millis)) throw new InvalidArgumentError('give now, or a time such as 2026-11-21T08:00:00Z.');
    return millis;
  };
}
