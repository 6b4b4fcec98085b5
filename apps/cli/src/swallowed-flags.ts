/**
 * `npm start --once` does not reach us as a flag: npm keeps what stands before `--` for itself and leaves it in the
 * environment as `npm_config_once=true`; of `--vehicles 10` it leaves `npm_config_vehicles=true` and a stray `10`.
 * What can be understood is taken; for the rest the right spelling is said.
 */
import type { Command } from 'commander';

export type TakenFlags =
  | { readonly kind: 'taken'; readonly words: readonly string[] }
  | { readonly kind: 'refused'; readonly sentence: string };

interface Swallowed {
  readonly flag: string;
  /** `true`: the flag takes no value. A string: npm kept it. Undefined: a value belongs to it, and npm lost it. */
  readonly value: string | true | undefined;
}

function swallowedFlags(command: Command, environment: Readonly<Record<string, string | undefined>>): Swallowed[] {
  return command.options.flatMap((option): Swallowed[] => {
    const value = environment[`npm_config_${option.name().replaceAll('-', '_')}`];
    const flag = `--${option.name()}`;
    if (value === undefined || value === '') return [];
    if (!option.required) return [{ flag, value: true }];
    return [{ flag, value: value === 'true' ? undefined : value }];
  });
}

function rightSpelling(script: string, flags: readonly Swallowed[]): string {
  const words = flags.map(({ flag, value }) => (value === true ? flag : `${flag} ${value ?? '…'}`));
  return `npm kept ${flags.map(({ flag }) => flag).join(' ')} for itself; write: npm ${script} -- ${words.join(' ')}`;
}

/**
 * Puts the flags that npm swallowed back onto the command line.
 *
 * `words` is the command line without node and file. Refuses, with the right spelling, when a value cannot be told from
 * another stray word. Changes nothing when npm did not run us for this very command.
 */
export function takeSwallowedFlags(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  commands: readonly Command[],
): TakenFlags {
  const command = commands.find((one) => one.name() === words[0]);
  const script = environment['npm_lifecycle_event'];
  if (command === undefined || script !== command.name()) return { kind: 'taken', words };

  const swallowed = swallowedFlags(command, environment);
  const back = swallowed.flatMap(({ flag, value }) =>
    value === undefined ? [] : value === true ? [flag] : [flag, value],
  );
  const waiting = swallowed.filter(({ value }) => value === undefined);
  const [first] = waiting;
  if (first === undefined) return { kind: 'taken', words: [...words, ...back] };

  const strays = words.slice(1);
  const [stray] = strays;
  if (waiting.length > 1 || strays.length !== 1 || stray === undefined || stray.startsWith('-')) {
    return { kind: 'refused', sentence: rightSpelling(script, swallowed) };
  }
  return { kind: 'taken', words: [command.name(), first.flag, stray, ...back] };
}
