/** What an operator does with the keys of an instance: see their lives, back them up, restore them, seal the master key. */
import { open, readFile, unlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { systemRandom } from '#crypto/random.js';
import { backUpKeys, restoreKeys } from '#keys/key-backup.js';
import {
  passphraseFromDescriptor,
  passphraseInFile,
  passphraseKey,
  type KeyEncryptionKey,
} from '#keys/key-encryption.js';
import { readKeyJournal, type Doing } from '#keys/key-journal.js';
import { sealMasterKey } from '#keys/master-key.js';
import type { Secret } from '#keys/secret.js';
import { clockOf, devicePath } from './instance-files.js';
import { masterKeyOf } from './own-device.js';
import type { InstanceSettings } from './settings.js';

/** Where a passphrase comes from: never an argument or the environment, which others on the machine can read. */
export type PassphraseSource =
  { readonly kind: 'descriptor'; readonly descriptor: number } | { readonly kind: 'file'; readonly path: string };

export type KeyAct =
  | { readonly kind: 'keys' }
  | { readonly kind: 'back-up'; readonly out: string; readonly passphrase: PassphraseSource }
  | { readonly kind: 'restore'; readonly file: string; readonly passphrase: PassphraseSource }
  | { readonly kind: 'seal-master' };

/** Does one act and says in lines what was done. A backup is written with mode 0600 and never over a file that is there. */
export async function keyAct(act: KeyAct, settings: InstanceSettings): Promise<string[]> {
  const directory = devicePath(settings);
  const { instance: owner } = settings;
  const doing: Doing = { atMillis: clockOf(settings).nowMillis(), by: `${userInfo().username}: --${act.kind}` };
  switch (act.kind) {
    case 'keys':
      return livesInLines(directory);
    case 'back-up': {
      const under = await keyFrom(act.passphrase);
      const folder = { directory, owner, masterKey: await masterKeyOf(settings) };
      await writeNew(act.out, () => backUpKeys(folder, { under, random: systemRandom, doing }));
      return [`the keys of ${owner} are backed up in ${act.out}`];
    }
    case 'restore': {
      const under = await keyFrom(act.passphrase);
      const backup = new Uint8Array(await readFile(act.file));
      const folder = { directory, owner, masterKey: await masterKeyOf(settings) };
      const restored = await restoreKeys(folder, backup, { under, random: systemRandom, doing });
      return restored.length === 0 ? ['nothing was missing'] : restored.map((label) => `restored ${label}`);
    }
    case 'seal-master': {
      const { keyPassphraseFile } = settings;
      if (keyPassphraseFile === undefined) throw new Error('--seal-master: the settings name no keyPassphraseFile');
      const under = passphraseKey(await passphraseInFile(keyPassphraseFile), systemRandom);
      await sealMasterKey(directory, under, systemRandom);
      return [`the master key of ${owner} is sealed`];
    }
  }
}

/** A new file, mode 0600 and synced; its place is taken before `content` is made, and given back when that fails. */
async function writeNew(path: string, content: () => Promise<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(await content());
    await handle.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await handle.close();
  }
}

async function livesInLines(directory: string): Promise<string[]> {
  const { entries, lives, head } = await readKeyJournal(directory);
  const last = new Map(entries.flatMap(({ at, events }) => events.map(({ act, label }) => [label, `${act} ${at}`])));
  const lines = [...lives].map(([label, state]) => `${state.padEnd(9)}  ${label}  (${last.get(label) ?? ''})`);
  return [...lines.sort(), `${String(entries.length)} entries, the last one ${head}`];
}

async function keyFrom(source: PassphraseSource): Promise<KeyEncryptionKey> {
  const passphrase: Secret =
    source.kind === 'file' ? await passphraseInFile(source.path) : passphraseFromDescriptor(source.descriptor);
  return passphraseKey(passphrase, systemRandom);
}
