/** The restore drill: what is lost comes back, what was destroyed does not. */
import { chmodSync, cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, sm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import type { CryptoDevice } from './crypto-device.js';
import { declaringOnly } from './declared-device.js';
import { openFileStore } from './file-store.js';
import { backUpKeys, restoreKeys } from './key-backup.js';
import { deviceKey, passphraseFromDescriptor, passphraseInFile, passphraseKey } from './key-encryption.js';
import { readKeyJournal, writeKeyJournal } from './key-journal.js';
import { openMasterKey, sealMasterKey } from './master-key.js';
import { Secret } from './secret.js';
import { memoryDevice, openSoftwareDevice } from './software-device.js';

const random = systemRandom;
const doing = { atMillis: Date.UTC(2026, 10, 21), by: 'a drill' };
const message = new TextEncoder().encode('signed before the loss');
const under = passphraseKey(new Secret('correct horse battery'), random, 14);
const other = passphraseKey(new Secret('incorrect horse battery'), random, 14);
const open = (directory: string, masterKey?: Uint8Array): Promise<CryptoDevice> =>
  openSoftwareDevice({ directory, random, ...(masterKey !== undefined && { masterKey }) });

let parent = '';
let directory = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'chrysalis-backup-'));
  directory = join(parent, 'keys');
});
afterEach(() => rmSync(parent, { recursive: true }));

const FORMAT_BYTES = 'chrysalis key backup 1\n'.length;
const bentAt = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, n) => (n === at ? byte ^ 1 : byte));
const folder = () => ({ directory, owner: 'a-pca' });
const needs = { under, random, doing };
const backUp = (): Promise<Uint8Array> => backUpKeys(folder(), needs);
const restore = (backup: Uint8Array): Promise<string[]> => restoreKeys(folder(), backup, needs);

/** A folder with a key, a label with key and secret, and a destroyed one; and what came of them. */
async function lived() {
  const device = await open(directory);
  const publicKey = await device.createKey('ca');
  await device.createKey('both');
  await device.createKey('gone');
  await device.destroy('gone');
  const made = {
    publicKey,
    signature: await device.sign('ca', DEFAULT_SM2_ID, message),
    derived: await device.derive('both', message),
    sealed: await device.seal('both', message),
  };
  await device.close();
  return made;
}

async function expectsAll(made: Awaited<ReturnType<typeof lived>>): Promise<void> {
  const device = await open(directory);
  const publicKey = (await device.publicKey('ca'))!;
  expect(publicKey).toEqual(made.publicKey);
  expect(sm2Verify(publicKey, DEFAULT_SM2_ID, message, made.signature)).toBe(true);
  const again = await device.sign('ca', DEFAULT_SM2_ID, message);
  expect(sm2Verify(made.publicKey, DEFAULT_SM2_ID, message, again)).toBe(true);
  expect(await device.derive('both', message)).toEqual(made.derived);
  expect(await device.open('both', made.sealed)).toEqual(message);
  expect(await device.labels()).toEqual(['both', 'ca']);
  await expect(device.createKey('gone')).rejects.toThrow('was destroyed');
  await device.close();
}

describe('the restore drill', () => {
  it('backs up, loses the folder, restores: the same signatures verify, and the journal tells it', async () => {
    const made = await lived();
    await writeKeyJournal(directory, () => [{ act: 'generate', label: 'ca' }], doing, random);
    await writeKeyJournal(directory, () => [{ act: 'activate', label: 'ca' }], doing, random);
    const backup = await backUp();
    rmSync(directory, { recursive: true });
    expect(await restore(backup)).toEqual(['both', 'ca']);
    await expectsAll(made);
    const { entries, lives } = await readKeyJournal(directory);
    const told = entries.flatMap(({ events }) => events.map(({ act, label }) => `${act} ${label}`));
    expect(told).toEqual(['restore both', 'restore ca', 'restore gone']);
    expect(Object.fromEntries(lives)).toEqual({ ca: 'active', both: 'generated', gone: 'destroyed' });
  });

  it('restores what is missing in a folder that stands, and nothing twice', async () => {
    const made = await lived();
    const backup = await backUp();
    expect(await restore(backup)).toEqual([]);
    rmSync(
      join(
        directory,
        readdirSync(directory).find((name) => name.endsWith('.secret'))!,
      ),
    );
    expect(await restore(backup)).toEqual(['both']);
    await expectsAll(made);
  });

  it('backs up under the key of another device, which alone opens it', async () => {
    const made = await lived();
    const hsm = memoryDevice(random);
    const byDevice = { ...needs, under: deviceKey(hsm, 'backups') };
    const backup = await backUpKeys(folder(), byDevice);
    rmSync(directory, { recursive: true });
    const stranger = memoryDevice(random);
    await stranger.seal('backups', message);
    const byStranger = { ...needs, under: deviceKey(stranger, 'backups') };
    await expect(restoreKeys(folder(), backup, byStranger)).rejects.toThrow('the backup does not open');
    await expect(restore(backup)).rejects.toThrow('the backup does not open');
    await restoreKeys(folder(), backup, byDevice);
    await expectsAll(made);
    expect(() => deviceKey(declaringOnly(hsm, ['sign']), 'backups')).toThrow('does not declare the capability "wrap"');
  });

  it('refuses another passphrase, a changed byte, a cut and another owner, and writes nothing', async () => {
    await lived();
    const backup = await backUp();
    rmSync(directory, { recursive: true });
    const refused = async (bytes: Uint8Array, sentence: string | RegExp, change: object = {}, owner = 'a-pca') =>
      expect(restoreKeys({ directory, owner }, bytes, { ...needs, ...change })).rejects.toThrow(sentence);
    await refused(backup, 'the backup does not open', { under: other });
    await refused(backup, 'the backup is of the keys of "a-pca"', {}, 'b-pca');
    await refused(backup.subarray(0, -1), 'the backup does not open');
    await refused(backup.subarray(0, 10), 'this is no key backup');
    // Of what a passphrase seals: the work, the salt, the text, the tag.
    for (const at of [FORMAT_BYTES, FORMAT_BYTES + 5, FORMAT_BYTES + 40, backup.length - 1])
      await refused(bentAt(backup, at), 'the backup does not open');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('refuses any changed byte, and writes nothing', async () => {
    await lived();
    const byDevice = { ...needs, under: deviceKey(memoryDevice(random), 'backups') };
    const backup = await backUpKeys(folder(), byDevice);
    rmSync(directory, { recursive: true });
    let bents = 0;
    for (let at = 0; at < backup.length; at += 3, bents++)
      await expect(restoreKeys(folder(), bentAt(backup, at), byDevice)).rejects.toMatchObject({ reason: 'damaged' });
    expect(bents).toBeGreaterThan(150);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('refuses what is sealed under the same key and is no backup', async () => {
    const format = new TextEncoder().encode('chrysalis key backup 1\n');
    const sealed = await under.seal(message);
    await expect(restore(Buffer.concat([format, sealed]))).rejects.toThrow('what is sealed is no key backup');
  });

  it('refuses an older backup over a destroyed key, as a whole', async () => {
    await lived();
    const backup = await backUp();
    const device = await open(directory);
    await device.destroy('ca');
    await device.close();
    rmSync(
      join(
        directory,
        readdirSync(directory).find((name) => name.endsWith('.secret'))!,
      ),
    );
    const before = readdirSync(directory).sort();
    await expect(restore(backup)).rejects.toMatchObject({ reason: 'label-destroyed' });
    await expect(restore(backup)).rejects.toThrow('"ca" was destroyed after this backup of 2026-11-21');
    expect(readdirSync(directory).sort()).toEqual(before);
  });

  it('refuses it too when the mark is gone and the journal alone remembers', async () => {
    await lived();
    const backup = await backUp();
    await writeKeyJournal(directory, () => [{ act: 'destroy', label: 'ca' }], doing, random);
    const life = join(parent, 'life');
    cpSync(join(directory, 'life'), life, { recursive: true });
    rmSync(directory, { recursive: true });
    cpSync(life, join(directory, 'life'), { recursive: true });
    await expect(restore(backup)).rejects.toThrow('"ca" was destroyed after this backup');
  });

  it('refuses a label that holds another key by now', async () => {
    await lived();
    const backup = await backUp();
    rmSync(directory, { recursive: true });
    const device = await open(directory);
    await device.createKey('ca');
    await device.close();
    await expect(restore(backup)).rejects.toMatchObject({ reason: 'label-exists' });
  });

  it('marks as destroyed what a newer backup knows to be, also where an old copy of the folder was put back', async () => {
    await lived();
    const old = join(parent, 'old');
    cpSync(directory, old, { recursive: true });
    const device = await open(directory);
    await device.destroy('ca');
    await device.close();
    const backup = await backUp();
    rmSync(directory, { recursive: true });
    cpSync(old, directory, { recursive: true });
    await restore(backup);
    const again = await open(directory);
    await expect(again.sign('ca', DEFAULT_SM2_ID, message)).rejects.toThrow('was destroyed');
    await again.close();
  });

  it('has neither key nor label nor owner in the clear (PR17)', async () => {
    const { publicKey } = await lived();
    const backup = Buffer.from(await backUp());
    const store = await openFileStore(directory, random);
    const privateKey = (await store.read('ca', 'key'))!.slice(0, 32);
    await store.close();
    expect(hex(sm2PublicKey(privateKey))).toBe(hex(publicKey));
    for (const canary of [privateKey, publicKey.subarray(1), Buffer.from('a-pca'), Buffer.from('"both"')]) {
      expect(backup.includes(Buffer.from(canary))).toBe(false);
      expect(backup.includes(Buffer.from(hex(canary)))).toBe(false);
    }
  });
});

describe('a destroyed key', () => {
  it('is gone from every file of its folder, and its files are gone', async () => {
    await lived();
    const store = await openFileStore(directory, random);
    const payload = (await store.read('ca', 'key'))!;
    await store.close();
    const names = readdirSync(directory);
    const contents = new Map(names.filter((name) => !/^life$/.test(name)).map((name) => [name, bytesOf(name)]));
    const device = await open(directory);
    await device.destroy('ca');
    await device.close();
    const left = readdirSync(directory);
    const gone = names.filter((name) => !left.includes(name));
    expect(gone).toHaveLength(1);
    const sealed = contents.get(gone[0]!)!;
    for (const name of left) {
      expect(bytesOf(name).includes(sealed.subarray(13, 45))).toBe(false);
      expect(bytesOf(name).includes(Buffer.from(payload.subarray(0, 32)))).toBe(false);
    }
  });

  const bytesOf = (name: string): Buffer => readFileSync(join(directory, name));

  it('was overwritten before its file went: whoever still has it open reads zeros', async () => {
    await lived();
    const before = readdirSync(directory);
    const descriptors = new Map(
      before.filter((name) => name.endsWith('.key')).map((name) => [name, openSync(join(directory, name), 'r')]),
    );
    const device = await open(directory);
    await device.destroy('ca');
    await device.close();
    const gone = before.find((name) => !readdirSync(directory).includes(name))!;
    const bytes = readFileSync(descriptors.get(gone)!);
    expect(bytes.length).toBeGreaterThan(65);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('the master key under a key-encryption key', () => {
  it('opens the folder with it and not without, and lies nowhere in the clear', async () => {
    const master = await openMasterKey(directory, under, random);
    const device = await open(directory, master);
    const publicKey = await device.createKey('ca');
    await device.close();
    expect(readdirSync(directory)).not.toContain('master.key');
    expect(readFileSync(join(directory, 'master.sealed')).includes(Buffer.from(master))).toBe(false);
    const again = await open(directory, await openMasterKey(directory, under, random));
    expect(await again.publicKey('ca')).toEqual(publicKey);
    await again.close();
    await expect(openMasterKey(directory, other, random)).rejects.toThrow('master.sealed does not open');
    await expect(open(directory)).rejects.toThrow('master.key is missing, though');
    rmSync(join(directory, 'master.sealed'));
    await expect(openMasterKey(directory, under, random)).rejects.toThrow('master.sealed is missing, though');
  });

  it('is the same for two who open a new folder at a time', async () => {
    const both = await Promise.all([openMasterKey(directory, under, random), openMasterKey(directory, under, random)]);
    expect(both[0]).toEqual(both[1]);
  });

  it('is sealed later for a folder that has it beside its keys; again is no error', async () => {
    const made = await lived();
    const beside = readFileSync(join(directory, 'master.key'));
    await sealMasterKey(directory, under, random);
    expect(readdirSync(directory)).not.toContain('master.key');
    await sealMasterKey(directory, under, random);
    const device = await open(directory, await openMasterKey(directory, under, random));
    expect(await device.publicKey('ca')).toEqual(made.publicKey);
    await device.close();
    // Cut short between sealing and erasing.
    writeFileSync(join(directory, 'master.key'), beside, { mode: 0o600 });
    await sealMasterKey(directory, under, random);
    expect(readdirSync(directory)).not.toContain('master.key');
    writeFileSync(join(directory, 'master.key'), new Uint8Array(32), { mode: 0o600 });
    await expect(sealMasterKey(directory, under, random)).rejects.toThrow('no master key, or two that differ');
    expect(readdirSync(directory)).toContain('master.key');
  });

  it('refuses a folder without any', async () => {
    await expect(sealMasterKey(parent, under, random)).rejects.toThrow('no master key');
  });
});

describe('a passphrase', () => {
  const path = (): string => join(parent, 'passphrase');
  it('comes from a file of its owner alone, or from a descriptor: the first line', async () => {
    writeFileSync(path(), 'correct horse battery\nmore\n', { mode: 0o600 });
    expect((await passphraseInFile(path())).expose()).toBe('correct horse battery');
    expect(passphraseFromDescriptor(openSync(path(), 'r')).expose()).toBe('correct horse battery');
    chmodSync(path(), 0o640);
    await expect(passphraseInFile(path())).rejects.toThrow('can be read by others (mode 640); make it 0600');
    chmodSync(path(), 0o600);
    writeFileSync(path(), '\nsecond');
    await expect(passphraseInFile(path())).rejects.toThrow('has no passphrase in its first line');
  });

  it('has at least twelve characters, is one however it is spelt in Unicode, and asks for bounded work', async () => {
    expect(() => passphraseKey(new Secret('elevenchars'), random)).toThrow('passphrase: fewer than 12 characters');
    expect(() => passphraseKey(new Secret('correct horse battery'), random, 13)).toThrow('work: ');
    const sealed = await passphraseKey(new Secret('Schlu\u0308ssel-wort'), random, 14).seal(message);
    expect(await passphraseKey(new Secret('Schl\u00fcssel-wort'), random, 14).open(sealed)).toEqual(message);
    const bent = sealed.slice();
    bent[0] = 21;
    expect(await under.open(bent)).toBeUndefined();
    expect(await under.open(sealed.subarray(0, 20))).toBeUndefined();
    expect(await under.open(new Uint8Array(0))).toBeUndefined();
  });
});
