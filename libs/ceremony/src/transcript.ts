/** The record of a ceremony: what was read, what was signed, when, under which key; signed itself with that key. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import { isSm2PublicKey, sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { CEREMONY_KEY, CeremonyRefusal, replaceFile, type TranscriptStep } from './ceremony.js';

const TRANSCRIPT_ID = new TextEncoder().encode('chrysalis transcript 1');

const TranscriptFile = z.strictObject({
  /** The JSON text that is signed, as it is. */
  body: z.string(),
  publicKey: z.string().regex(/^0[23][0-9a-f]{64}$/),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
const FileHash = z.strictObject({ path: z.string(), sm3: z.string() });
const TranscriptBody = z.strictObject({
  program: z.string(),
  at: z.string(),
  steps: z.array(z.strictObject({ kind: z.string(), says: z.string(), inputs: z.array(FileHash), output: FileHash })),
});
export type TranscriptBody = z.infer<typeof TranscriptBody>;

export async function writeTranscript(
  path: string,
  what: { program: string; nowMillis: number; steps: readonly TranscriptStep[] },
  device: CryptoDevice,
): Promise<void> {
  const body = JSON.stringify({ program: what.program, at: new Date(what.nowMillis).toISOString(), steps: what.steps });
  const publicKey = await device.publicKey(CEREMONY_KEY);
  if (publicKey === undefined) throw new Error('a transcript needs the key that signed');
  const signature = await device.sign(CEREMONY_KEY, TRANSCRIPT_ID, new TextEncoder().encode(body));
  await replaceFile(path, `${JSON.stringify({ body, publicKey: hex(publicKey), signature: hex(signature) })}\n`);
}

/** What does not hold of a transcript: its signature, or a file that is no longer what was read or written. Empty when all holds. */
export async function verifyTranscript(
  path: string,
): Promise<{ body: TranscriptBody; publicKey: string; complaints: string[] }> {
  const file = await readTranscript(path);
  const body = parseBody(file.body, path);
  const complaints = isSigned(file) ? [] : ['the signature does not verify'];
  for (const [name, expected] of lastHashes(body))
    if ((await hashOf(name)) !== expected) complaints.push(`${name} is missing or was changed`);
  return { body, publicKey: file.publicKey, complaints };
}

function isSigned({ body, publicKey, signature }: z.infer<typeof TranscriptFile>): boolean {
  const key = fromHex(publicKey);
  return isSm2PublicKey(key) && sm2Verify(key, TRANSCRIPT_ID, new TextEncoder().encode(body), fromHex(signature));
}

/** A file may be read or written again by a later step: its last state counts. */
function lastHashes({ steps }: TranscriptBody): Map<string, string> {
  return new Map(steps.flatMap(({ inputs, output }) => [...inputs, output]).map(({ path, sm3: hash }) => [path, hash]));
}

async function readTranscript(path: string): Promise<z.infer<typeof TranscriptFile>> {
  try {
    return TranscriptFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new CeremonyRefusal(`${path} is no transcript`, { cause: error });
  }
}

function parseBody(text: string, path: string): TranscriptBody {
  try {
    return TranscriptBody.parse(JSON.parse(text));
  } catch (error) {
    throw new CeremonyRefusal(`${path} is no transcript`, { cause: error });
  }
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return hex(sm3(new Uint8Array(await readFile(path))));
  } catch {
    // Missing is a complaint of the caller's, not a failure.
    return undefined;
  }
}
