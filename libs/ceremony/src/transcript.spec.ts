import { jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import type { Custody, Present } from './custody.js';
import { CeremonyRefusal } from './refusal.js';
import { NOTHING_BEFORE, readTranscript, transcriptText, type FileHash, type NewEntry } from './transcript.js';
import { verifyTranscripts } from './verify-transcripts.js';

// The machine may be busy.
jest.setTimeout(60_000);

const [rootKey, otherKey, ...custodianKeys] = Array.from({ length: 5 }, () => newSm2PrivateKey(systemRandom)) as [
  Uint8Array,
  Uint8Array,
  ...Uint8Array[],
];
const people: Present[] = ['Board', 'Security', 'Operations'].map((name, n) => ({
  name,
  publicKey: hex(sm2PublicKey(custodianKeys[n] as Uint8Array)),
  sign: (id, message) => sm2Sign(custodianKeys[n] as Uint8Array, id, message),
}));
const custody: Custody = {
  ...{ key: '0'.repeat(32), generation: 1, threshold: 2 },
  custodians: people.map(({ name, publicKey }, n) => ({
    ...{ name, number: n + 1, machine: false, publicKey, commitment: 'a'.repeat(64) },
  })),
};
const anew: Custody = { ...custody, generation: 2, custodians: custody.custodians.slice(0, 2) };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const closed: NewEntry = { entry: 'closed', lists: {} };

interface Written {
  entries: string[];
  publicKey: string;
  signature: string;
  countersignatures: { custodian: string; signature: string }[];
}
interface Recipe {
  number?: number;
  previous?: string;
  key?: Uint8Array;
  /** Of the opening. */
  opened?: Partial<Extract<NewEntry, { entry: 'opened' }>>;
  entries?: NewEntry[];
  present?: Present[];
}

describe('the transcript of a ceremony', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const fileOf = (name: string, content: string): FileHash => ({ path: at(name), sm3: hex(sm3(bytes(content))) });
  const signedEntry = (name: string, content: string): NewEntry => ({
    ...{ entry: 'signed', kind: 'sign-ica', says: `ica certificate of ${name}` },
    inputs: [fileOf('request', 'request')],
    output: fileOf(name, content),
  });

  async function write(name: string, recipe: Recipe = {}): Promise<string> {
    const { number = 1, previous = NOTHING_BEFORE, key = rootKey, present = people.slice(0, 2) } = recipe;
    const publicKey = sm2PublicKey(key);
    const opened: NewEntry = {
      ...{ entry: 'opened', program: 'root-ca', number, at: `2026-11-0${String(number)}T00:00:00.000Z` },
      ...{ publicKey: hex(publicKey), configuration: fileOf('config', 'config'), custody },
      present: present.map((one) => one.name),
      ...recipe.opened,
    };
    const entries = [opened, ...(recipe.entries ?? [signedEntry('ica', 'certificate'), closed])];
    const sign = (id: Uint8Array, message: Uint8Array) => Promise.resolve(sm2Sign(key, id, message));
    const { text, head } = await transcriptText(entries, previous, { publicKey, sign, present });
    await writeFile(at(name), text);
    return head;
  }
  /** Changes a written transcript as somebody would who has the file and no key. */
  async function plant(name: string, change: (file: Written) => void): Promise<void> {
    const file = JSON.parse(JSON.stringify((await readTranscript(at(name))).file)) as Written;
    change(file);
    await writeFile(at(name), JSON.stringify(file));
  }
  const complaints = async (...names: string[]): Promise<string[]> =>
    (await verifyTranscripts({ transcripts: names.map(at) })).complaints;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-transcript-'));
    await writeFile(at('config'), 'config');
    await writeFile(at('request'), 'request');
    await writeFile(at('ica'), 'certificate');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds as it was written, and says in words what was done', async () => {
    await write('one');
    const { says, complaints: none } = await verifyTranscripts({ transcripts: [at('one')] });
    expect(none).toEqual([]);
    expect(says).toEqual([
      `ceremony 1 of root-ca, 2026-11-01T00:00:00.000Z, key ${hex(sm2PublicKey(rootKey))}, there: Board, Security`,
      `  signed: ica certificate of ica → ${at('ica')}`,
    ]);
  });

  const swapSigned = (text: string): string => text.replace('ica certificate of ica', 'ica certificate of eve');
  it.each<[string, (file: Written) => void, RegExp[]]>([
    [
      'a word of an entry in the middle',
      (file) => (file.entries[1] = swapSigned(file.entries[1] as string)),
      [/entry 3 does not follow entry 2/],
    ],
    [
      'a word of the opening',
      (file) => (file.entries[0] = (file.entries[0] as string).replace('2026-11-01', '2026-11-02')),
      [/entry 2 does not follow entry 1/],
    ],
    [
      'a word of the closing',
      (file) =>
        (file.entries[2] = (file.entries[2] as string).replace(
          '{}',
          '{"TDCL":{"number":1,"series":1,"issuedAt":1,"members":[]}}',
        )),
      [
        /signature of the ceremony key does not/,
        /countersignature of Board does not/,
        /countersignature of Security does not/,
      ],
    ],
    ['an entry that is dropped', (file) => file.entries.splice(1, 1), [/entry 2 does not follow entry 1/]],
    [
      'an entry that is put in twice',
      (file) => file.entries.splice(1, 0, file.entries[1] as string),
      [/entry 3 does not follow entry 2/],
    ],
    [
      'a signature of the ceremony key',
      (file) => (file.signature = `${file.signature.slice(0, -1)}${file.signature.endsWith('0') ? '1' : '0'}`),
      [/signature of the ceremony key does not verify/],
    ],
    [
      'another key, with its own signature',
      (file) => {
        file.publicKey = hex(sm2PublicKey(otherKey));
        const head = sm3(bytes(file.entries.at(-1) as string));
        file.signature = hex(sm2Sign(otherKey, bytes('chrysalis transcript 2'), head));
      },
      [/is signed by another key than it names/],
    ],
    [
      'a key that is no point',
      (file) => (file.publicKey = `02${'f'.repeat(64)}`),
      [/is signed by another key than it names/, /signature of the ceremony key does not verify/],
    ],
    [
      'a countersignature that is taken off',
      (file) => file.countersignatures.pop(),
      [/Security was there, and has not countersigned/],
    ],
    [
      'a countersignature by the key of another custodian',
      (file) =>
        ((file.countersignatures[1] as Written['countersignatures'][0]).signature = (
          file.countersignatures[0] as Written['countersignatures'][0]
        ).signature),
      [/countersignature of Security does not verify/],
    ],
    [
      'a countersignature that stands there twice',
      (file) => file.countersignatures.push(file.countersignatures[0] as Written['countersignatures'][0]),
      [/somebody has countersigned twice/],
    ],
    [
      'a countersignature of who was not there',
      (file) =>
        file.countersignatures.push({
          ...(file.countersignatures[0] as Written['countersignatures'][0]),
          custodian: 'Operations',
        }),
      [/Operations has countersigned, and was not there/],
    ],
  ])('does not hold with %s', async (_, change, expected) => {
    await write('one');
    await plant('one', change);
    const found = await complaints('one');
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, n) => expect(found[n]).toMatch(pattern));
  });

  it.each<[string, Recipe, RegExp]>([
    [
      'one custodian where two are needed',
      { present: people.slice(0, 1) },
      /2 custodians are needed, and fewer were there/,
    ],
    [
      'one custodian who stands there twice',
      { present: people.slice(0, 1), opened: { present: ['Board', 'Board'] } },
      /fewer were there/,
    ],
    [
      'somebody who is no custodian',
      { opened: { present: ['Board', 'Security', 'Stranger'] } },
      /Stranger was there, and is no custodian/,
    ],
    ['a first one that follows another', { previous: 'c'.repeat(64) }, /is the first, and follows another/],
    ['a closing in its middle', { entries: [closed, closed] }, /is opened or closed in its middle/],
  ])('does not hold, however well it is signed, with %s', async (_, recipe, expected) => {
    await write('one', recipe);
    expect(await complaints('one')).toEqual([expect.stringMatching(expected)]);
  });

  it('does not hold with any one character changed, wherever it stands', async () => {
    await write('one');
    const text = JSON.stringify((await readTranscript(at('one'))).file);
    const found = { refused: 0, complained: 0 };
    for (let place = 0; place < text.length; place += 9) {
      const other = text[place] === '1' ? '2' : '1';
      await writeFile(at('bent'), `${text.slice(0, place)}${other}${text.slice(place + 1)}`);
      try {
        expect([place, await complaints('bent')]).not.toEqual([place, []]);
        found.complained++;
      } catch (error) {
        if (!(error instanceof CeremonyRefusal)) throw error;
        found.refused++;
      }
    }
    expect(found.refused).toBeGreaterThan(50);
    expect(found.complained).toBeGreaterThan(50);
  });

  it('names a file that was changed or is gone, read or written, the configuration too; the last state of a file counts', async () => {
    const head = await write('one');
    await write('two', { number: 2, previous: head, entries: [signedEntry('ica', 'renewed'), closed] });
    expect(await complaints('one', 'two')).toEqual([`${at('ica')} is missing or was changed`]);
    await writeFile(at('ica'), 'renewed');
    expect(await complaints('one', 'two')).toEqual([]);
    await rm(at('request'));
    expect(await complaints('one', 'two')).toEqual([`${at('request')} is missing or was changed`]);
    await writeFile(at('request'), 'request');
    await writeFile(at('config'), 'another');
    expect(await complaints('one', 'two')).toEqual([`${at('config')} is missing or was changed`]);
  });

  it('finds the files elsewhere by their names', async () => {
    await write('one');
    const elsewhere = await mkdtemp(join(tmpdir(), 'chrysalis-elsewhere-'));
    const verdict = () => verifyTranscripts({ transcripts: [at('one')], files: elsewhere });
    expect((await verdict()).complaints).toHaveLength(3);
    await writeFile(join(elsewhere, 'config'), 'config');
    await writeFile(join(elsewhere, 'request'), 'request');
    await writeFile(join(elsewhere, 'ica'), 'certificate');
    expect((await verdict()).complaints).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it.each<[string, Recipe, RegExp]>([
    ['skips a number', { number: 3 }, /is number 3 and comes after number 1/],
    ['follows another past', { previous: 'd'.repeat(64) }, /does not follow/],
    ['is of another key', { key: otherKey }, /is of another program or key/],
    ['is of another program', { opened: { program: 'trcla' } }, /is of another program or key/],
    ['is of an earlier time', { opened: { at: '2026-10-31T00:00:00.000Z' } }, /is of an earlier time/],
    ['names other custodians unsaid', { opened: { custody: anew } }, /names other custodians than there were/],
  ])('does not hold beside the one before when it %s', async (_, recipe, expected) => {
    const head = await write('one');
    await write('two', { number: 2, previous: head, ...recipe });
    expect(await complaints('two', 'one')).toEqual([expect.stringMatching(expected)]);
  });

  it('holds with other custodians when the key was shared anew before', async () => {
    const head = await write('one', { entries: [{ entry: 'shared-anew', custody: anew }, closed] });
    await write('two', { number: 2, previous: head, opened: { custody: anew } });
    expect(await complaints('one', 'two')).toEqual([]);
    await write('two', { number: 2, previous: head });
    expect(await complaints('one', 'two')).toEqual([expect.stringMatching(/names other custodians/)]);
  });

  it('is refused with a sentence when it is none', async () => {
    await writeFile(at('odd'), '{"body":"{}"}');
    await expect(complaints('odd')).rejects.toThrow('is no transcript');
    await expect(complaints('nowhere')).rejects.toThrow('cannot read');
    await write('unopened', {});
    await plant('unopened', ({ entries }) => entries.shift());
    await expect(complaints('unopened')).rejects.toThrow('is no transcript');
    await expect(verifyTranscripts({ transcripts: [] })).rejects.toThrow('there is no transcript');
  });
});
