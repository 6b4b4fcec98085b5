/**
 * Where passphrases come from: a terminal without echo, or a file descriptor, one line each in the order of the
 * configuration. Never an argument or the environment, which others on the machine can read. A custodian that is a machine
 * has its passphrase in a file beside it.
 */
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { CeremonyRefusal } from './refusal.js';

const LEAST_CHARACTERS = 12;

/** Asks one line; what is typed is not shown. */
export type Ask = (prompt: string) => Promise<string>;

export interface Passphrases {
  /** The passphrase that opens the share of this custodian. */
  toOpen(custodian: string): Promise<string>;
  /** A new one for a share that is being made; refuses fewer than 12 characters, and two that differ. */
  toSeal(custodian: string): Promise<string>;
}

function requireLong(custodian: string, passphrase: string): string {
  if (Array.from(passphrase).length < LEAST_CHARACTERS)
    throw new CeremonyRefusal(`the passphrase of ${custodian} has fewer than ${String(LEAST_CHARACTERS)} characters`);
  return passphrase;
}

/** At a terminal; a new passphrase is asked for twice. */
export function askedPassphrases(ask: Ask): Passphrases {
  return {
    toOpen: (custodian) => ask(`passphrase of ${custodian} (口令): `),
    async toSeal(custodian) {
      const first = requireLong(custodian, await ask(`new passphrase of ${custodian} (新口令): `));
      if ((await ask(`the same again (再次输入): `)) !== first)
        throw new CeremonyRefusal(`the two passphrases of ${custodian} differ`);
      return first;
    },
  };
}

/** From a file descriptor that is read to its end. */
export function readPassphrases(descriptor: number): Passphrases {
  let lines: string[] | undefined;
  const next = (custodian: string): Promise<string> => {
    lines ??= linesOf(descriptor);
    const line = lines.shift();
    if (line === undefined)
      return Promise.reject(new CeremonyRefusal(`file descriptor ${String(descriptor)} has no line for ${custodian}`));
    return Promise.resolve(line);
  };
  return { toOpen: next, toSeal: async (custodian) => requireLong(custodian, await next(custodian)) };
}

function linesOf(descriptor: number): string[] {
  try {
    return readFileSync(descriptor, 'utf8').split('\n');
  } catch (error) {
    throw new CeremonyRefusal(`file descriptor ${String(descriptor)} cannot be read`, { cause: error });
  }
}

/** Where there is neither. */
export const noPassphrases: Passphrases = {
  toOpen: () => Promise.reject(nobodyToAsk()),
  toSeal: () => Promise.reject(nobodyToAsk()),
};
const nobodyToAsk = (): CeremonyRefusal =>
  new CeremonyRefusal('passphrases are asked for at a terminal, or read with --passphrase-fd N; here is neither');

/** The passphrase of a custodian that is a machine; refuses a file that others can read. */
export async function machinePassphrase(path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw new CeremonyRefusal(`${path} can be read by others; make it 0600`);
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof CeremonyRefusal) throw error;
    throw new CeremonyRefusal(`cannot read ${path}`, { cause: error });
  }
}
