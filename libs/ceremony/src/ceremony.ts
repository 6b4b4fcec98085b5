/**
 * What the two offline programs have in common: a configuration file, a list of operations, files in and files out, a dry
 * run unless told to sign, and a transcript that another person can verify later. Opens no socket and no database.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { sm3 } from '#crypto/sm3.js';
import { hex } from '#crypto/bytes.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Sign } from '#credentials/sm2-binding.js';

/** The label of the one key of a ceremony program. */
export const CEREMONY_KEY = 'ceremony';

/** Thrown for what the people at the table must put right; the sentence is all they see. */
export class CeremonyRefusal extends Error {
  override readonly name = 'CeremonyRefusal';
}

export interface CeremonyTools {
  readonly nowMillis: number;
  /** Reads an input file and notes its hash for the transcript. */
  read(path: string): Promise<Uint8Array>;
  /** The 33-byte public key of this program; made by the operation that founds it. */
  publicKey(): Promise<Uint8Array>;
  /** Refuses where there is a key already, also in a dry run. */
  requireNoKey(): Promise<void>;
  createKey(): Promise<Uint8Array>;
  readonly sign: Sign;
}

export interface Draft {
  /** In words, before anything is signed. */
  readonly says: string;
  /** Signs; answers the bytes of the output file. */
  sign(): Promise<Uint8Array>;
}

/** One operation: what it would sign, or a CeremonyRefusal; `output` is where the result goes. */
export interface PreparedOperation {
  readonly kind: string;
  readonly output: string;
  draft(tools: CeremonyTools): Promise<Draft>;
}

export interface TranscriptStep {
  readonly kind: string;
  readonly says: string;
  readonly inputs: readonly FileHash[];
  readonly output: FileHash;
}
export interface FileHash {
  readonly path: string;
  /** SM3 in hex. */
  readonly sm3: string;
}

export interface CeremonyOptions {
  readonly operations: readonly PreparedOperation[];
  readonly device: CryptoDevice;
  readonly nowMillis: number;
  readonly sign: boolean;
  readonly tell: (line: string) => void;
  /** Told of each step as it is done: what was signed stands in the transcript, also when a later operation is refused. */
  readonly record: (step: TranscriptStep) => void;
}

/**
 * Runs the operations in order. Without `sign` it says what it would sign and changes nothing; an operation whose input
 * an earlier one has yet to make is named and left.
 */
export async function runCeremony(options: CeremonyOptions): Promise<void> {
  const pending = new Set<string>();
  for (const operation of options.operations) {
    const inputs: FileHash[] = [];
    const tools = toolsFor(options, inputs, pending);
    const draft = await draftOf(operation, tools, options);
    if (inputs.some(({ path }) => path === operation.output))
      throw new CeremonyRefusal(`${operation.kind} would overwrite its own input ${operation.output}`);
    if (draft === undefined || !options.sign) {
      pending.add(operation.output);
      continue;
    }
    const bytes = await draft.sign();
    await replaceFile(operation.output, bytes);
    options.tell(`signed: ${draft.says} → ${operation.output}`);
    options.record({
      kind: operation.kind,
      says: draft.says,
      inputs,
      output: { path: operation.output, sm3: hex(sm3(bytes)) },
    });
  }
}

class NotYetThere extends Error {}

async function draftOf(
  operation: PreparedOperation,
  tools: CeremonyTools,
  options: CeremonyOptions,
): Promise<Draft | undefined> {
  try {
    const draft = await operation.draft(tools);
    if (!options.sign) options.tell(`would sign: ${draft.says} → ${operation.output}`);
    return draft;
  } catch (error) {
    if (!(error instanceof NotYetThere)) throw error;
    options.tell(`would run ${operation.kind} once ${error.message} is there → ${operation.output}`);
    return undefined;
  }
}

function toolsFor(options: CeremonyOptions, inputs: FileHash[], pending: ReadonlySet<string>): CeremonyTools {
  const { device, nowMillis } = options;
  return {
    nowMillis,
    async read(path) {
      if (pending.has(path)) throw new NotYetThere(path);
      const bytes = await readInput(path);
      inputs.push({ path, sm3: hex(sm3(bytes)) });
      return bytes;
    },
    async publicKey() {
      const key = await device.publicKey(CEREMONY_KEY);
      if (key !== undefined) return key;
      if (pending.size > 0) throw new NotYetThere('the key');
      throw new CeremonyRefusal('there is no key yet; the founding operation makes it');
    },
    requireNoKey: () => requireNoKey(device),
    async createKey() {
      await requireNoKey(device);
      return device.createKey(CEREMONY_KEY);
    },
    sign: (id, message) => device.sign(CEREMONY_KEY, id, message),
  };
}

async function requireNoKey(device: CryptoDevice): Promise<void> {
  if ((await device.publicKey(CEREMONY_KEY)) !== undefined)
    throw new CeremonyRefusal('there is a key already; founding happens once');
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new CeremonyRefusal(`cannot read ${path}`, { cause: error });
  }
}

export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeFile(`${path}.new`, content, { mode: 0o600 });
    await rename(`${path}.new`, path);
  } catch (error) {
    throw new CeremonyRefusal(`cannot write ${path}`, { cause: error });
  }
}
