import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, sm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import type { CryptoDevice } from './crypto-device.js';
import { describeCryptoDevice } from './crypto-device.conformance.fixture.js';
import { memoryDevice, openSoftwareDevice, resealKeys } from './software-device.js';

const made: string[] = [];
function freshDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'chrysalis-keys-'));
  made.push(parent);
  return join(parent, 'deeper', 'keys');
}
afterAll(() => {
  for (const parent of made) rmSync(parent, { recursive: true });
});

let current = '';
const open = (directory: string, random = systemRandom): Promise<CryptoDevice> =>
  openSoftwareDevice({ directory, random });

describeCryptoDevice('memoryDevice', { openFresh: () => Promise.resolve(memoryDevice(systemRandom)) });
describeCryptoDevice('openSoftwareDevice', {
  openFresh: () => {
    current = freshDirectory();
    return open(current);
  },
  reopen: () => open(current),
});

describe('the files of the software device', () => {
  const files = (directory: string): string[] => readdirSync(directory).sort();
  const keyFile = (directory: string): string => files(directory).find((name) => /^[0-9a-f]{32}\.key$/.test(name))!;

  it('refuses a directory whose master key is missing, cut or readable by others, naming the file', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    await device.createKey('ca');
    await device.close();
    const path = join(directory, 'master.key');
    chmodSync(path, 0o640);
    await expect(open(directory)).rejects.toThrow(`${path} can be read by others (mode 640); make it 0600`);
    chmodSync(path, 0o600);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(1));
    await expect(open(directory)).rejects.toThrow(`${path} is damaged: 32 bytes expected, 31 found`);
    rmSync(path);
    await expect(open(directory)).rejects.toThrow(`${path} is missing, though ${directory} holds keys`);
    expect(files(directory)).not.toContain('master.key');
  });

  it('refuses a key file with any one byte bent, cut or lengthened, naming it', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    await device.createKey('ca');
    await device.close();
    const path = join(directory, keyFile(directory));
    const good = readFileSync(path);
    const bents = [
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
      Buffer.alloc(0),
      Buffer.alloc(good.length),
    ];
    for (let at = 0; at < good.length; at += 5) {
      const bent = Buffer.from(good);
      bent[at]! ^= 0x10;
      bents.push(bent);
    }
    for (const bent of bents) {
      writeFileSync(path, bent);
      const again = await open(directory);
      await expect(again.sign('ca', DEFAULT_SM2_ID, good)).rejects.toThrow(`the key file ${path} is damaged`);
      await expect(again.createKey('ca')).rejects.toThrow();
      await expect(again.labels()).rejects.toThrow(`the key file ${path} is damaged`);
      await again.close();
    }
    expect(bents.length).toBeGreaterThan(15);
  });

  it('refuses a key file put in the place of another, or sealed under another master key', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    await device.createKey('ca');
    const name = keyFile(directory);
    await device.createKey('other');
    await device.close();
    const otherName = files(directory).find((file) => /^[0-9a-f]{32}\.key$/.test(file) && file !== name)!;
    renameSync(join(directory, otherName), join(directory, name));
    const swapped = await open(directory);
    await expect(swapped.publicKey('ca')).rejects.toThrow(join(directory, name));
    await swapped.close();

    writeFileSync(join(directory, 'master.key'), new Uint8Array(32).fill(1));
    const foreign = await open(directory);
    await expect(foreign.publicKey('ca')).rejects.toThrow('or was sealed under another master key');
    await foreign.close();
  });

  it('lets nobody else read, and leaves nothing beside its files', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    await device.createKey('ca');
    await device.seal('rest', Uint8Array.of(1));
    await device.createKey('gone');
    await device.destroy('gone');
    await device.close();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of files(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    const endings = files(directory).map((name) => name.replace(/^[0-9a-f]{32}/, '*'));
    expect(endings.sort()).toEqual(['*.destroyed', '*.key', '*.secret', 'master.key']);
  });

  it('writes neither key nor label in the clear', async () => {
    const directory = freshDirectory();
    const drawn: Uint8Array[] = [];
    const random = {
      bytes: (length: number) => {
        const bytes = systemRandom.bytes(length);
        if (length === 32) drawn.push(bytes.slice());
        return bytes;
      },
    };
    const device = await open(directory, random);
    const publicKey = await device.createKey('canary-label');
    await device.close();
    const privateKey = drawn.find((bytes) => hex(sm2PublicKey(bytes)) === hex(publicKey))!;
    const stored = Buffer.concat(files(directory).map((name) => readFileSync(join(directory, name))));
    for (const canary of [privateKey, publicKey.subarray(1), Buffer.from('canary-label')]) {
      expect(stored.includes(Buffer.from(canary))).toBe(false);
      expect(stored.includes(Buffer.from(hex(canary)))).toBe(false);
      expect(stored.includes(Buffer.from(canary).toString('base64'))).toBe(false);
    }
  });

  it('lets two processes share a directory: one master key, one key a label, one secret a label', async () => {
    const directory = freshDirectory();
    const [one, two] = await Promise.all([open(directory), open(directory)]);
    const publicKey = await one.createKey('ca');
    expect(await two.publicKey('ca')).toEqual(publicKey);
    await expect(two.createKey('ca')).rejects.toThrow('is taken');
    const signature = await two.sign('ca', DEFAULT_SM2_ID, publicKey);
    expect(sm2Verify(publicKey, DEFAULT_SM2_ID, publicKey, signature)).toBe(true);
    const scalars = await Promise.all([one, two, one, two].map((device) => device.derive('race', publicKey)));
    expect(new Set(scalars.map(hex)).size).toBe(1);
    const races = await Promise.allSettled([one.createKey('late'), two.createKey('late')]);
    expect(races.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await one.close();
    await two.close();
  });

  it('ignores what a crash left beside its place, and obeys a destruction that a crash cut short', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    await device.createKey('ca');
    const name = keyFile(directory);
    const before = readFileSync(join(directory, name));
    await device.destroy('ca');
    await device.close();
    writeFileSync(join(directory, name), before);
    writeFileSync(join(directory, '.new-0011223344556677'), before.subarray(0, 20));
    const again = await open(directory);
    await expect(again.sign('ca', DEFAULT_SM2_ID, before)).rejects.toThrow('was destroyed');
    expect(await again.publicKey('ca')).toBeUndefined();
    expect(await again.labels()).toEqual([]);
    await again.close();
  });

  it('says what it was doing when the disk fails', async () => {
    const directory = freshDirectory();
    const device = await open(directory);
    rmSync(directory, { recursive: true });
    await expect(device.createKey('ca')).rejects.toThrow(directory);
    await device.close();
  });
});

describe('the files of the software device under a master key from elsewhere', () => {
  const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const openWith = (directory: string, masterKey: Uint8Array): Promise<CryptoDevice> =>
    openSoftwareDevice({ directory, random: systemRandom, masterKey });

  it('leaves no master key beside them, and opens under that one alone', async () => {
    const directory = freshDirectory();
    const device = await openWith(directory, key);
    const publicKey = await device.createKey('ca');
    await device.close();
    expect(readdirSync(directory).filter((name) => !name.endsWith('.key') || name === 'master.key')).toEqual([]);
    const again = await openWith(directory, key);
    expect(await again.publicKey('ca')).toEqual(publicKey);
    await again.close();
    const foreign = await openWith(directory, other);
    await expect(foreign.publicKey('ca')).rejects.toThrow('sealed under another master key');
    await foreign.close();
    await expect(open(directory)).rejects.toThrow('master.key is missing, though');
  });

  it('refuses a directory that has a master key of its own, and one of another length', async () => {
    const directory = freshDirectory();
    await (await open(directory)).close();
    await expect(openWith(directory, key)).rejects.toThrow('whose master key is kept elsewhere');
    await expect(openWith(freshDirectory(), new Uint8Array(16))).rejects.toThrow('32 bytes expected');
  });

  it('is copied key by key and secret by secret under another', async () => {
    const [from, to] = [freshDirectory(), freshDirectory()];
    const device = await openWith(from, key);
    const publicKey = await device.createKey('ca');
    const derived = await device.derive('seeds', Uint8Array.of(1));
    await device.close();
    await resealKeys({ directory: from, masterKey: key }, { directory: to, masterKey: other }, systemRandom);
    const copy = await openWith(to, other);
    expect([await copy.labels(), await copy.publicKey('ca')]).toEqual([['ca', 'seeds'], publicKey]);
    expect(await copy.derive('seeds', Uint8Array.of(1))).toEqual(derived);
    await copy.close();
    const old = await openWith(to, key);
    await expect(old.publicKey('ca')).rejects.toThrow('sealed under another master key');
    await old.close();
  });
});
