/**
 * What a program knows of its earlier ceremonies. The transcripts are the memory: the key, the custodians and the last
 * lists are read from them, each signed. A small state file in the key folder says which was the last, so that a folder
 * from which the end was taken, or an older copy of it, is noticed; whoever sets both folders back together is not.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Custody } from './custody.js';
import { readJson, replaceFile, writeSynced } from './files.js';
import { CeremonyRefusal } from './refusal.js';
import {
  complaintsBetween,
  complaintsOf,
  custodyAfter,
  NOTHING_BEFORE,
  readTranscript,
  transcriptPaths,
  type Lists,
} from './transcript.js';

const StateFile = z.strictObject({ number: z.int().min(0), head: z.string() });
const STATE = 'state.json';
const GENERATION = /^generation-(\d+)$/;

export interface Journal {
  /** How many ceremonies there were. */
  readonly ceremonies: number;
  readonly head: string;
  readonly lastAtMillis: number;
  readonly lists: Lists;
  /** Undefined before the founding. */
  readonly known: { readonly publicKey: string; readonly custody: Custody } | undefined;
}

export interface Folders {
  readonly keys: string;
  readonly transcripts: string;
}

/** Where the keys of one sharing lie. */
export const generationFolder = (keys: string, generation: number): string =>
  join(keys, `generation-${String(generation)}`);

/** Reads and checks all that is there; refuses a gap, a change, an end that is missing, and what another program wrote. */
export async function openJournal(folders: Folders, program: string): Promise<Journal> {
  const transcripts = await Promise.all((await transcriptPaths(folders.transcripts)).map(readTranscript));
  const last = transcripts.at(-1);
  if (last === undefined) return empty(folders);
  const complaints = [...transcripts.flatMap(complaintsOf), ...complaintsBetween(transcripts)];
  if (transcripts[0]?.opened.number !== 1) complaints.push(`${folders.transcripts}: the first transcript is missing`);
  if (last.opened.program !== program) complaints.push(`${last.path}: is of ${last.opened.program}`);
  if (complaints.length > 0) throw new CeremonyRefusal(complaints.join('; '));
  const state = await readJson(join(folders.keys, STATE), StateFile, 'state of this program');
  const named = transcripts[state.number - 1];
  if (state.number > transcripts.length)
    throw new CeremonyRefusal(
      `${folders.transcripts} ends with number ${String(transcripts.length)}, and the last ceremony was number ${String(state.number)}`,
    );
  if (state.number > 0 && named?.head !== state.head)
    throw new CeremonyRefusal(`${named?.path ?? ''} is not the transcript that was written here`);
  return {
    ceremonies: last.opened.number,
    head: last.head,
    lastAtMillis: Date.parse(last.opened.at),
    lists: last.lists,
    known: { publicKey: last.opened.publicKey, custody: custodyAfter(last) },
  };
}

async function empty({ keys, transcripts }: Folders): Promise<Journal> {
  if ((await namesIn(keys)).length > 0)
    throw new CeremonyRefusal(`${keys} holds keys, and ${transcripts} no transcript: bring the transcripts back`);
  return { ceremonies: 0, head: NOTHING_BEFORE, lastAtMillis: -Infinity, lists: {}, known: undefined };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CeremonyRefusal(`cannot read ${folder}`, { cause: error });
  }
}

/** Makes the two folders, at the founding. */
export async function beginJournal({ keys, transcripts }: Folders): Promise<void> {
  for (const folder of [keys, transcripts]) await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(keys, STATE), JSON.stringify({ number: 0, head: NOTHING_BEFORE }));
}

/** Writes the transcript of a ceremony beside those before, and then says that it is the last; answers its path. */
export async function writeOn(
  { keys, transcripts }: Folders,
  written: { number: number; text: string; head: string },
): Promise<string> {
  const { number, text, head } = written;
  const path = join(transcripts, `${String(number).padStart(4, '0')}.transcript.json`);
  await writeSynced(path, text, 'wx');
  await replaceFile(join(keys, STATE), JSON.stringify({ number, head }));
  return path;
}

/** The sharings in the key folder besides the one that counts: left by a ceremony that was cut off. */
export async function otherGenerations(keys: string, counting: number): Promise<number[]> {
  const generations = (await namesIn(keys)).flatMap((name) => GENERATION.exec(name)?.[1] ?? []).map(Number);
  return generations.filter((generation) => generation !== counting);
}

/** Overwrites and removes the keys of one sharing. Journals, flash memory and backups may keep the bytes. */
export async function eraseGeneration(keys: string, generation: number): Promise<void> {
  const folder = generationFolder(keys, generation);
  for (const name of await namesIn(folder)) await writeSynced(join(folder, name), new Uint8Array(256), 'w');
  await rm(folder, { recursive: true });
}
