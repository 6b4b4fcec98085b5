import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { readKeyJournal } from '#keys/key-journal.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { authorityKeys } from './identity.js';
import type { Log } from './log.js';
import { noteKeyLife } from './own-key-life.js';

describe('the life of an instance’s keys', () => {
  let directory: string;
  let device: CryptoDevice;
  let told: string[];
  const log: Log = {
    info: (event, fields) => void told.push(`${event} ${(fields as { label: string }).label}`),
    warn: (event, fields) => void told.push(`${event}: ${(fields as { labels: string[] }).labels.join()}`),
    error: () => undefined,
  };
  const note = async (current: number): Promise<string[]> => {
    told = [];
    const doing = { atMillis: Date.UTC(2026, 10, 21), by: 'a-pca' };
    await noteKeyLife({ directory, device, random: systemRandom, log }, current, doing);
    return told;
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chrysalis-life-'));
    device = await openSoftwareDevice({ directory, random: systemRandom });
    await authorityKeys(device);
  });
  afterEach(async () => {
    await device.close();
    await rm(directory, { recursive: true });
  });

  it('is written down from birth through a renewal to destruction, once each', async () => {
    await device.derive('blinding', Uint8Array.of(1));
    expect((await note(1)).sort()).toEqual(
      ['blinding', 'encryption', 'verification']
        .flatMap((label) => [`key.activate ${label}`, `key.generate ${label}`])
        .sort(),
    );
    expect(await note(1)).toEqual([]);
    await authorityKeys(device, 2);
    expect(await note(1)).toEqual(['key.generate encryption-2', 'key.generate verification-2']);
    expect(await note(2)).toEqual(['key.rotate encryption', 'key.rotate verification']);
    await device.destroy('verification');
    await device.destroy('encryption');
    expect((await note(2)).sort()).toEqual(['key.destroy encryption', 'key.destroy verification']);
    const { lives, entries } = await readKeyJournal(directory);
    expect(Object.fromEntries(lives)).toEqual({
      blinding: 'active',
      encryption: 'destroyed',
      'encryption-2': 'active',
      verification: 'destroyed',
      'verification-2': 'active',
    });
    expect(entries.map(({ by }) => by)).toEqual(Array(4).fill('a-pca'));
    expect(entries[2]?.events).toContainEqual({ act: 'rotate', label: 'verification', successor: 'verification-2' });
  });

  it('names a key that is here again after it was destroyed', async () => {
    await note(1);
    const copy = await mkdtemp(join(tmpdir(), 'chrysalis-copy-'));
    await cp(directory, copy, { recursive: true });
    await device.destroy('verification');
    expect(await note(1)).toEqual(['key.retire verification', 'key.destroy verification']);
    await device.close();
    await cp(join(directory, 'life'), join(copy, 'life'), { recursive: true });
    await rm(directory, { recursive: true });
    directory = copy;
    device = await openSoftwareDevice({ directory, random: systemRandom });
    expect(await device.labels()).toContain('verification');
    expect(await note(1)).toEqual(['key.returned: verification']);
  });

  it('is not gone on with when what was written down was changed', async () => {
    await note(1);
    const path = join(directory, 'life', '00000001.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"generate"', '"retire"'));
    await expect(note(1)).rejects.toThrow(path);
  });
});
