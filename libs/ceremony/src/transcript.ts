/**
 * The record of a ceremony: who was there, what was read, what was signed, when, under which key. Its entries are chained by
 * their hashes, the first to the last entry of the ceremony before, so that one that is changed, dropped or moved breaks
 * all that follow. The head of the chain is signed by the ceremony key and by each custodian who was there.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import { isSm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { Custody, type Present } from './custody.js';
import { readJson } from './files.js';
import { CeremonyRefusal } from './refusal.js';

const FORMAT = 'chrysalis transcript 2';
const SIGNED_AS = new TextEncoder().encode(FORMAT);
const COUNTERSIGNED_AS = new TextEncoder().encode('chrysalis countersignature 2');
/** What the first entry of the first ceremony follows. */
export const NOTHING_BEFORE = '0'.repeat(64);

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const PublicKey = z.string().regex(/^0[23][0-9a-f]{64}$/);
const Signature = z.string().regex(/^[0-9a-f]{128}$/);
const FileHash = z.strictObject({ path: z.string(), sm3: Hash });
export type FileHash = z.infer<typeof FileHash>;

/** What a list said when it was signed last; the next one must go on from here. */
export const ListState = z.strictObject({
  /** How many there were, this one included; of a CRL its crlSerial. */
  number: z.int().min(1),
  series: z.int().min(0),
  issuedAt: z.int(),
  /** `id` is the HashedId8 in hex, of a CRL the HashedId10. */
  members: z.array(z.strictObject({ id: z.string(), name: z.string(), endsAt: z.int() })),
});
export type ListState = z.infer<typeof ListState>;
export const Lists = z.record(z.string(), ListState);
export type Lists = Readonly<Record<string, ListState>>;

const Entry = z.discriminatedUnion('entry', [
  z.strictObject({
    previous: Hash,
    entry: z.literal('opened'),
    program: z.string(),
    number: z.int().min(1),
    at: z.iso.datetime(),
    publicKey: PublicKey,
    configuration: FileHash,
    custody: Custody,
    present: z.array(z.string()).min(1),
  }),
  z.strictObject({
    previous: Hash,
    entry: z.literal('signed'),
    kind: z.string(),
    says: z.string(),
    inputs: z.array(FileHash),
    output: FileHash,
  }),
  z.strictObject({ previous: Hash, entry: z.literal('refused'), says: z.string() }),
  z.strictObject({ previous: Hash, entry: z.literal('shared-anew'), custody: Custody }),
  z.strictObject({ previous: Hash, entry: z.literal('closed'), lists: Lists }),
]);
type Entry = z.infer<typeof Entry>;
type Unchained<T> = T extends unknown ? Omit<T, 'previous'> : never;
/** An entry before it is chained. */
export type NewEntry = Unchained<Entry>;

const TranscriptFile = z.strictObject({
  format: z.literal(FORMAT),
  /** Each the JSON text that is hashed, as it is. */
  entries: z.array(z.string()).min(2),
  publicKey: PublicKey,
  signature: Signature,
  countersignatures: z.array(z.strictObject({ custodian: z.string(), signature: Signature })),
});

export interface Transcript {
  readonly path: string;
  readonly file: z.infer<typeof TranscriptFile>;
  readonly entries: readonly Entry[];
  readonly opened: Extract<Entry, { entry: 'opened' }>;
  readonly lists: Lists;
  /** SM3 of the last entry. */
  readonly head: string;
}

const hashOf = (text: string): string => hex(sm3(new TextEncoder().encode(text)));

/** The text of a transcript file: chains the entries to `previous` and signs their head. */
export async function transcriptText(
  entries: readonly NewEntry[],
  previous: string,
  by: {
    publicKey: Uint8Array;
    sign(id: Uint8Array, message: Uint8Array): Promise<Uint8Array>;
    present: readonly Present[];
  },
): Promise<{ text: string; head: string }> {
  let head = previous;
  const texts = entries.map((entry) => {
    const text = JSON.stringify({ previous: head, ...entry });
    head = hashOf(text);
    return text;
  });
  const message = fromHex(head);
  const file: z.infer<typeof TranscriptFile> = {
    format: FORMAT,
    entries: texts,
    publicKey: hex(by.publicKey),
    signature: hex(await by.sign(SIGNED_AS, message)),
    countersignatures: by.present.map(({ name, sign }) => ({
      custodian: name,
      signature: hex(sign(COUNTERSIGNED_AS, message)),
    })),
  };
  return { text: `${JSON.stringify(file, null, 2)}\n`, head };
}

/** The transcripts of a folder, by their numbers in their names. */
export async function transcriptPaths(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => /^\d{4}\.transcript\.json$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CeremonyRefusal(`cannot read ${folder}`, { cause: error });
  }
}

/** Reads a transcript; refuses what has not the form of one. Says nothing of its signatures. */
export async function readTranscript(path: string): Promise<Transcript> {
  const form = TranscriptFile.transform((file, context) => {
    const entries = file.entries.map((text) => Entry.parse(JSON.parse(text)));
    const [opened, closed] = [entries[0], entries.at(-1)];
    if (opened?.entry !== 'opened' || closed?.entry !== 'closed') {
      context.addIssue('does not begin with an opening and end with a closing');
      return z.NEVER;
    }
    return { path, file, entries, opened, lists: closed.lists, head: hashOf(file.entries.at(-1) ?? '') };
  });
  return readJson(path, form, 'transcript');
}

/** Who holds the key after this ceremony. */
export function custodyAfter({ entries, opened }: Transcript): Custody {
  const anew = entries.filter((entry) => entry.entry === 'shared-anew').at(-1);
  return anew?.custody ?? opened.custody;
}

/** What does not hold of one transcript by itself; empty when all holds. */
export function complaintsOf(transcript: Transcript): string[] {
  const { path, file, entries, opened, head } = transcript;
  const complaints: string[] = [];
  entries.forEach(({ previous }, n) => {
    if (n > 0 && previous !== hashOf(file.entries[n - 1] as string))
      complaints.push(`${path}: entry ${String(n + 1)} does not follow entry ${String(n)}`);
  });
  if (entries.slice(1, -1).some(({ entry }) => entry === 'opened' || entry === 'closed'))
    complaints.push(`${path}: is opened or closed in its middle`);
  if (file.publicKey !== opened.publicKey) complaints.push(`${path}: is signed by another key than it names`);
  if (!isSigned(file.publicKey, SIGNED_AS, head, file.signature))
    complaints.push(`${path}: the signature of the ceremony key does not verify`);
  return [...complaints, ...custodyComplaints(transcript)];
}

function custodyComplaints({ path, file, opened, head }: Transcript): string[] {
  const complaints: string[] = [];
  const { custody, present } = opened;
  if (new Set(present).size < custody.threshold)
    complaints.push(`${path}: ${String(custody.threshold)} custodians are needed, and fewer were there`);
  for (const name of present) {
    const custodian = custody.custodians.find((one) => one.name === name);
    const signed = file.countersignatures.find((one) => one.custodian === name);
    if (custodian === undefined) complaints.push(`${path}: ${name} was there, and is no custodian`);
    else if (signed === undefined) complaints.push(`${path}: ${name} was there, and has not countersigned`);
    else if (!isSigned(custodian.publicKey, COUNTERSIGNED_AS, head, signed.signature))
      complaints.push(`${path}: the countersignature of ${name} does not verify`);
  }
  const names = file.countersignatures.map(({ custodian }) => custodian);
  if (new Set(names).size < names.length) complaints.push(`${path}: somebody has countersigned twice`);
  for (const custodian of names)
    if (!present.includes(custodian)) complaints.push(`${path}: ${custodian} has countersigned, and was not there`);
  return complaints;
}

function isSigned(publicKey: string, as: Uint8Array, head: string, signature: string): boolean {
  const key = fromHex(publicKey);
  return isSm2PublicKey(key) && sm2Verify(key, as, fromHex(head), fromHex(signature));
}

/** What does not hold between ceremonies that followed each other; in the order of their numbers. */
export function complaintsBetween(transcripts: readonly Transcript[]): string[] {
  const [first] = transcripts;
  const complaints: string[] = [];
  if (first?.opened.number === 1 && first.opened.previous !== NOTHING_BEFORE)
    complaints.push(`${first.path}: is the first, and follows another`);
  transcripts.forEach((next, n) => {
    const last = transcripts[n - 1];
    if (last !== undefined) complaints.push(...complaintsOfNext(next, last));
  });
  return complaints;
}

function complaintsOfNext(next: Transcript, last: Transcript): string[] {
  const [a, b] = [last.opened, next.opened];
  const complaints: string[] = [];
  if (b.program !== a.program || b.publicKey !== a.publicKey)
    return [`${next.path}: is of another program or key than ${last.path}`];
  if (b.number !== a.number + 1)
    complaints.push(`${next.path}: is number ${String(b.number)} and comes after number ${String(a.number)}`);
  else if (b.previous !== last.head) complaints.push(`${next.path}: does not follow ${last.path}`);
  if (Date.parse(b.at) < Date.parse(a.at)) complaints.push(`${next.path}: is of an earlier time than ${last.path}`);
  if (JSON.stringify(b.custody) !== JSON.stringify(custodyAfter(last)))
    complaints.push(`${next.path}: names other custodians than there were after ${last.path}`);
  return complaints;
}
