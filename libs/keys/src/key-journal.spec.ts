import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { readKeyJournal, writeKeyJournal } from './key-journal.js';
import type { KeyEvent, KeyLives } from './key-life.js';

const doing = { atMillis: Date.UTC(2026, 10, 21), by: 'a test' };

describe('the journal of a key folder', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'chrysalis-journal-'))));
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (...events: KeyEvent[]): Promise<readonly KeyEvent[]> =>
    writeKeyJournal(directory, () => events, doing, systemRandom);
  const entryPath = (number: number): string => join(directory, 'life', `0000000${String(number)}.json`);

  it('adds up to the states of the keys, with who and when', async () => {
    expect(await readKeyJournal(directory)).toEqual({ entries: [], lives: new Map(), head: '0'.repeat(64) });
    await write({ act: 'generate', label: 'v' }, { act: 'activate', label: 'v' });
    await write({ act: 'generate', label: 'v-2' }, { act: 'rotate', label: 'v', successor: 'v-2' });
    expect(await write()).toEqual([]);
    const { entries, lives, head } = await readKeyJournal(directory);
    expect(lives).toEqual(
      new Map([
        ['v', 'retired'],
        ['v-2', 'active'],
      ]),
    );
    expect(entries.at(-1)).toMatchObject({ at: '2026-11-21T00:00:00.000Z', by: 'a test' });
    expect(head).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(entryPath(1)).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'life'))).toHaveLength(2);
  });

  it('writes nothing that cannot follow', async () => {
    await write({ act: 'generate', label: 'v' });
    await expect(write({ act: 'generate', label: 'w' }, { act: 'retire', label: 'v' })).rejects.toThrow(
      'the key "v" is generated: no retire follows',
    );
    expect((await readKeyJournal(directory)).entries).toHaveLength(1);
  });

  it('has one entry of each number when many write at a time', async () => {
    const once =
      (label: string) =>
      (lives: KeyLives): KeyEvent[] =>
        lives.has(label) ? [] : [{ act: 'generate', label }];
    const writers = Array.from({ length: 12 }, (_, n) =>
      writeKeyJournal(directory, once(`k${String(n % 6)}`), doing, systemRandom),
    );
    expect((await Promise.all(writers)).flat()).toHaveLength(6);
    expect([...(await readKeyJournal(directory)).lives.values()]).toEqual(Array(6).fill('generated'));
  });

  it.each<[string, (path: (number: number) => string) => void, string]>([
    ['changed', (path) => bend(path(1), (text) => text.replace('a test', 'nobody')), '2.json is damaged: it does not'],
    ['left out', (path) => rmSync(path(2)), '3.json is damaged: an entry before it is missing'],
    ['exchanged', (path) => exchange(path(2), path(3)), '2.json is damaged: it does not follow'],
    ['no JSON', (path) => bend(path(3), (text) => text.slice(2)), '3.json is damaged: it is no entry'],
    ['of no act', (path) => bend(path(3), (text) => text.replace('back-up', 'borrow')), '3.json is damaged: it is no'],
    ['impossible', (path) => bend(path(3), (text) => text.replace('back-up', 'destroy')), 'no destroy follows'],
  ])('refuses to be read with an entry that is %s', async (_, change, sentence) => {
    await write({ act: 'generate', label: 'v' });
    await write({ act: 'activate', label: 'v' });
    await write({ act: 'back-up', label: 'v' });
    change(entryPath);
    await expect(readKeyJournal(directory)).rejects.toThrow(sentence);
    await expect(write({ act: 'generate', label: 'w' })).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('has another head when the last entry was cut off', async () => {
    await write({ act: 'generate', label: 'v' });
    await write({ act: 'activate', label: 'v' });
    const { head } = await readKeyJournal(directory);
    rmSync(entryPath(2));
    expect((await readKeyJournal(directory)).head).not.toBe(head);
  });
});

const bend = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));

function exchange(one: string, other: string): void {
  renameSync(one, `${one}.aside`);
  renameSync(other, one);
  renameSync(`${one}.aside`, other);
}
