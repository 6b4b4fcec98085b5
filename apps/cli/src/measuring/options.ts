/** Options that the commands that measure share. */
import { InvalidArgumentError } from 'commander';

/** Reads a number of `least` … a million, whole or not; commander puts the option's name before the message. */
export function numberFrom(least: number, isWhole: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= 1e6) || (isWhole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(
        `${isWhole ? 'a whole number' : 'a number'} of at least ${String(least)} is expected`,
      );
    }
    return value;
  };
}
