/** What a monitor remembers of a log between two looks: one small file, written whole or not at all. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { encode, tryDecode } from '#coer/codec.js';
import type { Frontier } from '#credentials/transparency/merkle-tree.js';
import { replaceFile } from '#persistence/atomic-file.js';
import { Certificate } from '#wire/secured-data.js';
import { SignedTreeHead } from '#wire/transparency-log.js';

export interface Remembered {
  readonly url: string;
  /** Under which the log may sign. */
  readonly logs: readonly Certificate[];
  /** The newest head that was found in order, and the tree as it was computed of all entries until then. */
  readonly seen?: { readonly head: SignedTreeHead; readonly frontier: Frontier };
}

const Hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const StateFile = z.strictObject({
  version: z.literal(1),
  url: z.string(),
  certificates: z.array(Hex).min(1),
  head: Hex,
  frontier: z.array(Hex.length(64)),
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** `undefined` when there is no such file; throws, naming it, for one that is not ours. */
export async function readState(path: string): Promise<Required<Remembered> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read`, { cause: error });
  }
  const state = stateIn(text);
  if (state === undefined) throw new Error(`${path} is not the state of a monitor`);
  return state;
}

function stateIn(text: string): Required<Remembered> | undefined {
  const parsed = StateFile.safeParse(jsonIn(text));
  if (!parsed.success) return undefined;
  const { url, certificates, head, frontier } = parsed.data;
  const signed = tryDecode(SignedTreeHead, bytesOf(head));
  const logs = certificates.map((certificate) => tryDecode(Certificate, bytesOf(certificate)));
  if (!signed.ok || logs.some(({ ok }) => !ok)) return undefined;
  const size = signed.value.toBeSigned.value.treeSize;
  return {
    url,
    logs: logs.flatMap((log) => (log.ok ? [log.value] : [])),
    seen: { head: signed.value, frontier: { size, hashes: frontier.map(bytesOf) } },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no state, like JSON of something else: the caller names the file.
    return undefined;
  }
}

export async function writeState(path: string, { url, logs, seen }: Required<Remembered>): Promise<void> {
  const file: z.infer<typeof StateFile> = {
    version: 1,
    url,
    certificates: logs.map((log) => hex(encode(Certificate, log))),
    head: hex(encode(SignedTreeHead, seen.head)),
    frontier: seen.frontier.hashes.map(hex),
  };
  await replaceFile(path, `${JSON.stringify(file, null, 2)}\n`);
}
