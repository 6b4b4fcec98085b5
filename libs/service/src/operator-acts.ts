/** What an operator says to a role's `main`, and the acts on its files that need no running instance. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { systemRandom } from '#crypto/random.js';
import { ccsa } from '#credentials/profile.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { clockOf, devicePath } from './instance-files.js';
import { installRenewal, requestRenewal, type Renewing } from './renewal.js';
import type { InstanceSettings } from './settings.js';

export const usage = (role: string): string => `usage: ${role} --config FILE [act]

Without an act the instance runs until SIGINT or SIGTERM. An act does one thing to its files, also while it runs:

  --renew OUT              makes new keys and writes the request for the next certificate, for the ICA
  --install CERT           puts the certificate that came back beside the one that counts
      --from MOMENT        it signs from this moment on (ISO 8601), and never before it is listed
  --help                   this text
`;

type Act = { kind: 'renew'; out: string } | { kind: 'install'; file: string; signsFromMillis: number };
export type Words = { kind: 'help' } | ({ kind: 'run' } & { config: string }) | (Act & { config: string });

const options = {
  config: { type: 'string' },
  renew: { type: 'string' },
  install: { type: 'string' },
  from: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** What the words mean; throws with the usage for words that make no sense together. */
export function readWords(role: string, argv: readonly string[]): Words {
  const { values } = parseArgs({ args: [...argv], options });
  const { config, renew, install, from } = values;
  if (values.help === true) return { kind: 'help' };
  const isSense = config !== undefined && !(renew !== undefined && install !== undefined);
  if (!isSense || (from !== undefined && install === undefined)) throw new Error(usage(role));
  if (renew !== undefined) return { kind: 'renew', config, out: renew };
  if (install === undefined) return { kind: 'run', config };
  return { kind: 'install', config, file: install, signsFromMillis: from === undefined ? 0 : momentOf(from) };
}

function momentOf(text: string): number {
  const millis = Date.parse(text);
  if (Number.isNaN(millis)) throw new Error(`--from ${text}: not a moment`);
  return millis;
}

/** Does one act to the files of an instance. */
export async function act(words: Act, settings: InstanceSettings): Promise<void> {
  const device = await openSoftwareDevice({ directory: devicePath(settings), random: systemRandom });
  try {
    const nowMillis = clockOf(settings).nowMillis();
    const renewing: Renewing = { directory: settings.directory, device, profile: ccsa, nowMillis };
    if (words.kind === 'renew') await writeFile(words.out, await requestRenewal(renewing), { mode: 0o600 });
    else await installRenewal(new Uint8Array(await readFile(words.file)), words.signsFromMillis, renewing);
  } finally {
    await device.close();
  }
}
