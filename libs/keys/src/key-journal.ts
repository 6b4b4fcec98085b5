/**
 * What was done with the keys of a folder, when and by whom: one small file an entry in `<directory>/life`, numbered without
 * gaps, each with the SM3 of the one before. The states of `key-life.ts` are what the entries add up to; nothing else is kept.
 *
 * It shows an entry that was changed, left out or exchanged. It does not show that the last ones were cut off, nor a whole
 * journal written anew: who fears that keeps `head` elsewhere and compares. Entries hold labels and no keys.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { DeviceRefusal } from './device-refusal.js';
import { createFile, isCode, syncFolder } from './key-files.js';
import { afterEvent, isLifeRefusal, type KeyEvent, type KeyLives } from './key-life.js';

const FOLDER = 'life';
const NAME = /^\d{8}\.json$/;
const NOTHING_BEFORE = '0'.repeat(64);

/** Who did it, and when: one line of printable text for people, as in an audit. */
export interface Doing {
  readonly atMillis: number;
  readonly by: string;
}
export type JournalEntry = KeyEvent & { readonly at: string; readonly by: string; readonly before: string };

interface Journal {
  readonly entries: readonly JournalEntry[];
  readonly lives: KeyLives;
  /** SM3 of the last entry, 64 hex digits; zeros when there is none. */
  readonly head: string;
}

const fileName = (number: number): string => `${String(number).padStart(8, '0')}.json`;

/** The journal of a key folder; one without entries when there is none. Refuses (`damaged`) with the file that does not fit. */
export async function readKeyJournal(directory: string): Promise<Journal> {
  const folder = join(directory, FOLDER);
  const names = (await namesIn(folder)).filter((name) => NAME.test(name)).sort();
  const entries: JournalEntry[] = [];
  let lives: KeyLives = new Map();
  let head = NOTHING_BEFORE;
  for (const [n, name] of names.entries()) {
    const path = join(folder, name);
    if (name !== fileName(n + 1)) throw damaged(path, 'an entry before it is missing');
    const bytes = new Uint8Array(await readFile(path));
    const entry = entryFrom(bytes, path);
    if (entry.before !== head) throw damaged(path, 'it does not follow the entry before it');
    const after = afterEvent(lives, entry);
    if (isLifeRefusal(after)) throw damaged(path, after.sentence);
    entries.push(entry);
    lives = after;
    head = hex(sm3(bytes));
  }
  return { entries, lives, head };
}

/**
 * Writes down what `eventsFor` gives for the lives as they are. Several processes of one folder may do so at a time: one of two
 * entries with one number wins, and who lost asks `eventsFor` again for the lives as they are by then. Refuses (Error) an
 * event that cannot follow, after those before it were written. Gives what was written.
 */
export async function writeKeyJournal(
  directory: string,
  eventsFor: (lives: KeyLives) => readonly KeyEvent[],
  { atMillis, by }: Doing,
  random: Random,
): Promise<KeyEvent[]> {
  const folder = join(directory, FOLDER);
  const at = new Date(atMillis).toISOString();
  const written: KeyEvent[] = [];
  for (;;) {
    let { entries, lives, head } = await readKeyJournal(directory);
    let number = entries.length;
    let hasLost = false;
    for (const event of eventsFor(lives)) {
      const after = afterEvent(lives, event);
      if (isLifeRefusal(after)) throw new Error(after.sentence);
      const bytes = new TextEncoder().encode(`${JSON.stringify({ ...event, at, by, before: head })}\n`);
      hasLost = !(await createEntry(folder, fileName(++number), bytes, random));
      if (hasLost) break;
      written.push(event);
      lives = after;
      head = hex(sm3(bytes));
    }
    if (!hasLost) return written;
  }
}

/** Writes an entry whole or not at all; false when there is one of that number. */
async function createEntry(folder: string, name: string, bytes: Uint8Array, random: Random): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const isNew = await createFile(folder, name, bytes, random);
  await syncFolder(folder);
  return isNew;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (failure) {
    if (isCode(failure, 'ENOENT')) return [];
    throw new Error(`reading the journal ${folder}`, { cause: failure });
  }
}

function entryFrom(bytes: Uint8Array, path: string): JournalEntry {
  const entry = jsonFrom(bytes) as JournalEntry | undefined;
  const texts: unknown[] = [entry?.label, entry?.at, entry?.by, entry?.before];
  if (entry === undefined || !texts.every((text) => typeof text === 'string') || !isAct(entry))
    throw damaged(path, 'it is no entry');
  return entry;
}

/** An object, or undefined when the bytes are none. */
function jsonFrom(bytes: Uint8Array): object | undefined {
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof read === 'object' && read !== null ? read : undefined;
  } catch {
    // Whatever it is, it is no entry; who asked says so with its path.
    return undefined;
  }
}

/** Whether what was read names an act, with what belongs to it. */
function isAct(entry: Partial<Record<'act' | 'successor' | 'state', unknown>>): boolean {
  if (entry.act === 'rotate') return typeof entry.successor === 'string';
  if (entry.act === 'restore') return ['generated', 'active', 'retired', 'destroyed'].includes(entry.state as string);
  return ['generate', 'activate', 'retire', 'back-up', 'destroy'].includes(entry.act as string);
}

const damaged = (path: string, why: string): DeviceRefusal =>
  new DeviceRefusal('damaged', `the key journal ${path} is damaged: ${why}`);
