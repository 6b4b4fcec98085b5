/** An operator's drill on the files of an instance. */
import { jest } from '@jest/globals';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SM2_ID, sm2Verify } from '#crypto/sm2.js';
import { devicePath } from './instance-files.js';
import { keyAct } from './key-acts.js';
import { openKeys, openOwnDevice } from './own-device.js';
import { InstanceSettings } from './settings.js';

// A passphrase takes its work, as it should.
jest.setTimeout(60_000);

describe('what an operator does with the keys of an instance', () => {
  let directory: string;
  let settings: InstanceSettings;
  const message = Uint8Array.of(1, 2, 3);
  const file = (name: string): string => join(directory, name);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chrysalis-acts-'));
    await writeFile(file('passphrase'), 'correct horse battery\n', { mode: 0o600 });
    settings = InstanceSettings.parse({
      instance: 'a-pca',
      role: 'pca',
      hostname: 'pca.example',
      directory,
      listen: { port: 0 },
      databaseUrlFile: 'none',
      queue: { kind: 'postgres' },
      trclaCertificateFile: 'none',
      tcmfUrl: 'http://tcmf.example',
      peers: {},
      operators: [],
      clock: { kind: 'system' },
      roleSettings: {},
    });
  });
  afterEach(() => rm(directory, { recursive: true }));
  const signed = async (label: string): Promise<{ publicKey: Uint8Array; signature: Uint8Array }> => {
    const device = await openOwnDevice(settings);
    const publicKey = (await device.publicKey(label)) ?? (await device.createKey(label));
    const signature = await device.sign(label, DEFAULT_SM2_ID, message);
    await device.close();
    return { publicKey, signature };
  };

  it('backs up, loses all, restores: the key is the same; the lives tell it', async () => {
    const before = await signed('verification');
    const passphrase = { kind: 'file', path: file('passphrase') } as const;
    const out = file('backup');
    expect(await keyAct({ kind: 'back-up', out, passphrase }, settings)).toEqual([expect.stringContaining(out)]);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const journal = (): Promise<string[]> => readdir(join(devicePath(settings), 'life'));
    const told = await journal();
    await expect(keyAct({ kind: 'back-up', out, passphrase }, settings)).rejects.toThrow('EEXIST');
    expect(await journal()).toEqual(told);
    await rm(devicePath(settings), { recursive: true });
    const fromDescriptor = { kind: 'descriptor', descriptor: openSync(file('passphrase'), 'r') } as const;
    const restore = { kind: 'restore', file: out, passphrase: fromDescriptor } as const;
    expect(await keyAct(restore, settings)).toEqual(['restored verification']);
    const after = await signed('verification');
    expect(after.publicKey).toEqual(before.publicKey);
    expect(sm2Verify(after.publicKey, DEFAULT_SM2_ID, message, before.signature)).toBe(true);
    const lines = await keyAct({ kind: 'keys' }, settings);
    expect(lines[0]).toMatch(/generated {2}verification {2}\(restore 20/);
    await expect(keyAct({ ...restore, passphrase }, { ...settings, instance: 'b-pca' })).rejects.toMatchObject({
      reason: 'foreign-backup',
    });
  });

  it('seals the master key, with which the instance then opens its keys and without which nobody', async () => {
    const { publicKey } = await signed('verification');
    await expect(keyAct({ kind: 'seal-master' }, settings)).rejects.toThrow('name no keyPassphraseFile');
    const sealed = { ...settings, keyPassphraseFile: file('passphrase') };
    expect(await keyAct({ kind: 'seal-master' }, sealed)).toEqual(['the master key of a-pca is sealed']);
    expect(await readdir(devicePath(settings))).not.toContain('master.key');
    const { device } = await openKeys(sealed);
    expect(await device.publicKey('verification')).toEqual(publicKey);
    await device.close();
    await expect(openKeys(settings)).rejects.toThrow('master.key is missing, though');
    await writeFile(file('passphrase'), 'incorrect horse battery\n');
    await expect(openKeys(sealed)).rejects.toThrow('master.sealed does not open');
  });
});
