/** Options that the commands that measure share. */
import { cpus } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';

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

export interface BenchOptions {
  readonly json?: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly core?: number;
  readonly strict?: true;
}

/** The options of every bench, with its own number of rounds. */
export function withBenchOptions(command: Command, rounds: number): Command {
  return command
    .option('--json <file>', 'write the medians to a file, too')
    .option('--rounds <count>', 'a figure is the median of so many rounds', numberFrom(1, true), rounds)
    .option('--seconds <seconds>', 'of one slice of a round', numberFrom(0.001, false), 0.3)
    .option('--core <number>', 'the core to stay on, the last one by default', numberFrom(0, true))
    .option('--strict', 'end with 1 when a target is not met');
}

export const cpuModel = (): string => cpus()[0]?.model ?? 'unknown';

/** What the figures were measured on, and how. */
export const headline = (cpu: string, { rounds, seconds }: BenchOptions): string =>
  `${cpu}, Node ${process.version}; medians of ${String(rounds)} rounds, slices of ${String(seconds)} s`;
