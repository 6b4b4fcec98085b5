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
import { afterEvents, isLifeRefusal, type KeyEvent, type KeyLives } from './key-life.js';

const FOLDER = 'life';
const NAME = /^\d{8}\.json$/;
const NOTHING_BEFORE = '0'.repeat(64);

/** Who did it, and when: one line of printable text for people, as in an audit. */
export interface Doing {
  readonly atMillis: number;
  readonly by: string;
}
export interface JournalEntry {
  readonly at: string;
  readonly by: string;
  /** SM3 of the entry before, in hex. */
  readonly before: string;
  readonly events: readonly KeyEvent[];
}

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
    const after = afterEvents(lives, entry.events);
    if (isLifeRefusal(after)) throw damaged(path, after.sentence);
    entries.push(entry);
    lives = after;
    head = hex(sm3(bytes));
  }
  return { entries, lives, head };
}

/**
 * Writes down what `eventsFor` gives for the lives as they are, as one entry; none for no events. Several processes of one
 * folder may do so at a time: one of two entries with one number wins, and who lost asks `eventsFor` again for the lives as they
 * are by then. Refuses (Error) events that cannot follow, and writes none of them. Gives what was written.
 */
export async function writeKeyJournal(
  directory: string,
  eventsFor: (lives: KeyLives) => readonly KeyEvent[],
  { atMillis, by }: Doing,
  random: Random,
): Promise<readonly KeyEvent[]> {
  const at = new Date(atMillis).toISOString();
  for (;;) {
    const { entries, lives, head } = await readKeyJournal(directory);
    const events = eventsFor(lives);
    if (events.length === 0) return events;
    const after = afterEvents(lives, events);
    if (isLifeRefusal(after)) throw new Error(after.sentence);
    const entry: JournalEntry = { at, by, before: head, events };
    const bytes = new TextEncoder().encode(`${JSON.stringify(entry)}\n`);
    if (await createEntry(join(directory, FOLDER), fileName(entries.length + 1), bytes, random)) return events;
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
  const entry = jsonFrom(bytes) as Partial<Record<keyof JournalEntry, unknown>> | undefined;
  const texts = [entry?.at, entry?.by, entry?.before];
  const events: unknown = entry?.events;
  if (!texts.every((text) => typeof text === 'string') || !Array.isArray(events) || !events.every(isEvent))
    throw damaged(path, 'it is no entry');
  return entry as JournalEntry;
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

/** Whether what was read names an act and a label, with what belongs to it. */
function isEvent(read: unknown): read is KeyEvent {
  if (typeof read !== 'object' || read === null) return false;
  const { act, label, successor, state } = read as Partial<Record<'act' | 'label' | 'successor' | 'state', unknown>>;
  if (typeof label !== 'string') return false;
  if (act === 'rotate') return typeof successor === 'string';
  if (act === 'restore') return ['generated', 'active', 'retired', 'destroyed'].includes(state as string);
  return ['generate', 'activate', 'retire', 'back-up', 'destroy'].includes(act as string);
}

const damaged = (path: string, why: string): DeviceRefusal =>
  new DeviceRefusal('damaged', `the key journal ${path} is damaged: ${why}`);
