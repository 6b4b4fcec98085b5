/** `chrysalis sample`: makes a sample and puts it where it was asked for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateToBytes } from '#credentials/certificate-facts.js';
import { identityOf } from '#credentials/explain/identity.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { diceOf } from './dice.js';
import { chainOf, House, type Member } from './house.js';
import type { SampleKind } from './kinds.js';
import { allKinds, kindNamed } from './all-kinds.js';
import type { Made } from './made.js';

export interface SampleOptions {
  readonly profile: Profile['name'];
  readonly out?: string;
  readonly json?: true;
  readonly seed?: number;
  /** Unix milliseconds. */
  readonly at?: number;
}

/** With a seed and without a moment: the same bytes next year. */
const MOMENT_OF_SEEDS = Date.UTC(2026, 0, 1);

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One line a kind: name, profiles, what it is. */
export function kindLines(): string[] {
  const names = [...new Set(allKinds.map(({ name }) => name))];
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => {
    const kinds = allKinds.filter((kind) => kind.name === name);
    const profiles = kinds.flatMap((kind) => kind.profiles).join(', ');
    return `${name.padEnd(width)}  ${profiles.padEnd(10)}  ${(kinds[0] as SampleKind).says}`;
  });
}

/** The exit code: 2 for a kind that the profile does not have, and for a place that cannot be written. */
export async function writeSample(name: string, options: SampleOptions, context: CliContext): Promise<number> {
  const kind = kindNamed(name, options.profile);
  if (kind === undefined) {
    const other = allKinds.some((one) => one.name === name);
    const words = other ? `the ${options.profile} profile has no ${name}` : `${name} is no kind of sample`;
    context.progress(`chrysalis: ${words}; "chrysalis sample list" names them`);
    return ExitCode.usage;
  }
  const atMillis = options.at ?? (options.seed === undefined ? Date.now() : MOMENT_OF_SEEDS);
  const house = new House(options.profile === 'ccsa' ? ccsa : ieee, atMillis, diceOf(options.seed));
  const made = await kind.make(house);
  if (options.out !== undefined) return writeOut(kind, made, house, options.out, context);
  context.result(options.json === true ? jsonLine(kind, made, house) : hexOf(made.bytes));
  return ExitCode.done;
}

/** `{"kind","type","profile","at","hex","chain":[{"name","hashedId8","hex"}]}`; the chain goes from the signer upwards. */
function jsonLine(kind: SampleKind, made: Made, house: House): string {
  const chain = (made.by === undefined ? [] : chainOf(made.by)).map(({ name, certificate }) => ({
    name,
    hashedId8: hexOf(identityOf(certificate).hashedId8),
    hex: hexOf(certificateToBytes(certificate)),
  }));
  return JSON.stringify({ ...headOf(kind, house), hex: hexOf(made.bytes), chain });
}

const headOf = ({ name, type }: SampleKind, { profile, atMillis }: House): object => ({
  kind: name,
  type,
  profile: profile.name,
  at: new Date(atMillis).toISOString(),
});

/** A name that ends with a slash is a folder for everything; any other is a file for the sample alone. */
async function writeOut(kind: SampleKind, made: Made, house: House, out: string, context: CliContext): Promise<number> {
  try {
    if (!out.endsWith('/')) {
      writeFileSync(out, made.bytes);
      context.progress(`chrysalis: ${out}: ${String(made.bytes.length)} bytes, ${kind.type}`);
    } else await writeFolder(kind, made, house, out, context);
    return ExitCode.done;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    context.progress(`chrysalis: ${out}: ${message}`);
    return ExitCode.usage;
  }
}

/** The sample, a certificate file for everybody who took part in making it, and all their private keys. */
async function writeFolder(
  kind: SampleKind,
  made: Made,
  house: House,
  folder: string,
  context: CliContext,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const say = (file: string, bytes: Uint8Array | string): void => {
    writeFileSync(join(folder, file), bytes);
    context.progress(`chrysalis: ${join(folder, file)}`);
  };
  const asked = await house.everybody();
  const others = made.by === undefined ? [] : chainOf(made.by).filter((member) => !asked.includes(member));
  const everybody = [...asked, ...others];
  for (const { name, certificate } of everybody) say(`${name}.coer`, certificateToBytes(certificate));
  if (!everybody.some(({ name }) => name === kind.name)) say(`${kind.name}.coer`, made.bytes);
  say(`${kind.name}.keys.json`, keysJson(kind, made, house, everybody));
}

const WARNING = 'TEST KEYS. Never use them for anything real: whoever reads this file, or guesses its seed, has them.';

function keysJson(kind: SampleKind, made: Made, house: House, everybody: readonly Member[]): string {
  const keys = everybody.map((member) => ({
    certificate: `${member.name}.coer`,
    hashedId8: hexOf(identityOf(member.certificate).hashedId8),
    issuer: member.issuer?.name ?? 'self',
    signingKey: hexOf(member.signingKey),
    encryptionKey: member.encryptionKey && hexOf(member.encryptionKey),
  }));
  const opensWith = made.opensWith && hexOf(made.opensWith);
  return `${JSON.stringify({ warning: WARNING, ...headOf(kind, house), opensWith, keys }, null, 2)}\n`;
}
