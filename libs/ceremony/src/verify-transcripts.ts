/** Checks transcripts later, by anybody: with the files that were read and written, and the certificate of who signed. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { Certificate } from '#wire/secured-data.js';
import { describeCustody } from './custody.js';
import { readInput } from './files.js';
import { CeremonyRefusal } from './refusal.js';
import {
  complaintsBetween,
  complaintsOf,
  custodyAfter,
  readTranscript,
  transcriptPaths,
  type FileHash,
  type Transcript,
} from './transcript.js';

export interface Verdict {
  /** What the transcripts say, in words. */
  readonly says: string[];
  /** What does not hold; empty when all holds. */
  readonly complaints: string[];
}

export interface VerifyTranscriptOptions {
  /** Files, or folders of transcripts. */
  readonly transcripts: readonly string[];
  /** The certificate whose key must have signed; without it the key is only named. */
  readonly certificate?: string | undefined;
  /** Where the files lie now, by their names; else where they lay. */
  readonly files?: string | undefined;
}

/** Judges transcripts of one program. Refuses when there is none, or a file is none. */
export async function verifyTranscripts(options: VerifyTranscriptOptions): Promise<Verdict> {
  const read = await Promise.all((await pathsOf(options.transcripts)).map(readTranscript));
  const transcripts = read.sort((a, b) => a.opened.number - b.opened.number);
  const [first] = transcripts;
  if (first === undefined) throw new CeremonyRefusal('there is no transcript');
  const complaints = [
    ...transcripts.flatMap(complaintsOf),
    ...complaintsBetween(transcripts),
    ...(await certificateComplaints(first, options.certificate)),
    ...(await fileComplaints(transcripts, options.files)),
  ];
  return { says: transcripts.flatMap(describe), complaints };
}

async function pathsOf(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => ((await isFolder(path)) ? transcriptPaths(path) : Promise.resolve([path]))),
  );
  return found.flat();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What is not there is said by who reads it.
    return false;
  }
}

async function certificateComplaints({ opened }: Transcript, path: string | undefined): Promise<string[]> {
  if (path === undefined) return [];
  const decoded = tryDecode(Certificate, await readInput(path));
  const key = decoded.ok ? verificationKeyOf(decoded.value) : undefined;
  if (key === undefined) throw new CeremonyRefusal(`${path} is no certificate with an SM2 key`);
  return hex(key) === opened.publicKey ? [] : [`the key of ${path} is not the one that signed`];
}

/** A file may be read or written again by a later step: its last state counts. */
async function fileComplaints(transcripts: readonly Transcript[], folder: string | undefined): Promise<string[]> {
  const last = new Map<string, string>();
  const note = ({ path, sm3: hash }: FileHash): void => void last.set(path, hash);
  for (const { opened, entries } of transcripts) {
    note(opened.configuration);
    for (const entry of entries) if (entry.entry === 'signed') [...entry.inputs, entry.output].forEach(note);
  }
  const complaints: string[] = [];
  for (const [path, expected] of last) {
    const here = folder === undefined ? path : join(folder, basename(path));
    if ((await hashOf(here)) !== expected) complaints.push(`${here} is missing or was changed`);
  }
  return complaints;
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return hex(sm3(new Uint8Array(await readFile(path))));
  } catch {
    // Missing is a complaint of the caller's, not a failure.
    return undefined;
  }
}

function describe(transcript: Transcript): string[] {
  const { opened, entries } = transcript;
  const lines = [
    `ceremony ${String(opened.number)} of ${opened.program}, ${opened.at}, key ${opened.publicKey}, there: ${opened.present.join(', ')}`,
  ];
  for (const entry of entries) {
    if (entry.entry === 'signed') lines.push(`  signed: ${entry.says} → ${entry.output.path}`);
    if (entry.entry === 'refused') lines.push(`  refused: ${entry.says}`);
    if (entry.entry === 'shared-anew') lines.push(`  shared anew: ${describeCustody(custodyAfter(transcript))}`);
  }
  return lines;
}
