/** What an operator says to a role's `main`, and the acts on its files that need no running instance. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ccsa } from '#credentials/profile.js';
import { clockOf } from './instance-files.js';
import { keyAct, type KeyAct, type PassphraseSource } from './key-acts.js';
import { openOwnDevice } from './own-device.js';
import { installRenewal, requestRenewal, type Renewing } from './renewal.js';
import type { InstanceSettings } from './settings.js';

export const usage = (role: string): string => `usage: ${role} --config FILE [act]

Without an act the instance runs until SIGINT or SIGTERM. An act does one thing to its files, also while it runs:

  --renew OUT              makes new keys and writes the request for the next certificate, for the ICA
  --install CERT           puts the certificate that came back beside the one that counts
      --from MOMENT        it signs from this moment on (ISO 8601), and never before it is listed
  --keys                   shows the life of each key
  --back-up OUT            writes all keys into one file, sealed under a passphrase
  --restore FILE           puts back what is missing; what was destroyed since is refused
      --passphrase-fd N    the passphrase is the first line of this file descriptor
      --passphrase-file F  or of this file, which nobody else can read
  --seal-master            seals the master key that lies beside the keys, under that of keyPassphraseFile
  --help                   this text
`;

type Renewal = { kind: 'renew'; out: string } | { kind: 'install'; file: string; signsFromMillis: number };
type Act = Renewal | KeyAct;
export type Words = { kind: 'help' } | ({ kind: 'run' } & { config: string }) | (Act & { config: string });

const options = {
  config: { type: 'string' },
  renew: { type: 'string' },
  install: { type: 'string' },
  from: { type: 'string' },
  keys: { type: 'boolean' },
  'back-up': { type: 'string' },
  restore: { type: 'string' },
  'passphrase-fd': { type: 'string' },
  'passphrase-file': { type: 'string' },
  'seal-master': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const acts = ['renew', 'install', 'keys', 'back-up', 'restore', 'seal-master'] as const;

/** What the words mean; throws with the usage for words that make no sense together. */
export function readWords(role: string, argv: readonly string[]): Words {
  const { values } = parseArgs({ args: [...argv], options });
  if (values.help === true) return { kind: 'help' };
  const { config, from } = values;
  const [kind, ...more] = acts.filter((name) => values[name] !== undefined);
  const passphrase = sourceOf(values);
  const needsPassphrase = kind === 'back-up' || kind === 'restore';
  const isSense = config !== undefined && more.length === 0 && (from === undefined || kind === 'install');
  if (!isSense || needsPassphrase !== (passphrase !== undefined)) throw new Error(usage(role));
  if (kind === undefined) return { kind: 'run', config };
  return { config, ...actFrom(kind, values, passphrase) };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function actFrom(kind: (typeof acts)[number], values: Values, source: PassphraseSource | undefined): Act {
  const file = (name: 'renew' | 'install' | 'back-up' | 'restore'): string => values[name] as string;
  const { from } = values;
  switch (kind) {
    case 'renew':
      return { kind, out: file(kind) };
    case 'install':
      return { kind, file: file(kind), signsFromMillis: from === undefined ? 0 : momentOf(from) };
    case 'back-up':
      return { kind, out: file(kind), passphrase: source as PassphraseSource };
    case 'restore':
      return { kind, file: file(kind), passphrase: source as PassphraseSource };
    case 'keys':
    case 'seal-master':
      return { kind };
  }
}

/** Where the passphrase comes from; undefined when nothing is said, or two things. */
function sourceOf(values: Values): PassphraseSource | undefined {
  const { 'passphrase-fd': descriptor, 'passphrase-file': path } = values;
  if ((descriptor === undefined) === (path === undefined)) return undefined;
  if (path !== undefined) return { kind: 'file', path };
  return /^\d{1,4}$/.test(descriptor as string) ? { kind: 'descriptor', descriptor: Number(descriptor) } : undefined;
}

function momentOf(text: string): number {
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) throw new Error(`--from ${text}: not a moment`);
  return millis;
}

/** Does one act to the files of an instance. */
export async function act(words: Act, settings: InstanceSettings): Promise<void> {
  if (words.kind !== 'renew' && words.kind !== 'install') {
    const lines = await keyAct(words, settings);
    process.stdout.write(`${lines.join('\n')}\n`);
    return;
  }
  const device = await openOwnDevice(settings);
  try {
    const nowMillis = clockOf(settings).nowMillis();
    const renewing: Renewing = { directory: settings.directory, device, profile: ccsa, nowMillis };
    if (words.kind === 'renew') await writeFile(words.out, await requestRenewal(renewing), { mode: 0o600 });
    else await installRenewal(new Uint8Array(await readFile(words.file)), words.signsFromMillis, renewing);
  } finally {
    await device.close();
  }
}
