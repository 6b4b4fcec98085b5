/**
 * Operations of an offline program: files in, files out. An operation first says in words what it would sign; only then
 * may it sign. What is asked for is decided by the configuration, a request supplies keys and nothing else. Outputs wait
 * beside their places until the transcript of them is written.
 */
import { unlink } from 'node:fs/promises';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import type { Sign } from '#credentials/sm2-binding.js';
import { moveIntoPlace, newOf, readInput, writeSynced } from './files.js';
import { CeremonyRefusal } from './refusal.js';
import type { FileHash, Lists, ListState } from './transcript.js';

/** The label of the one key of a ceremony program. */
export const CEREMONY_KEY = 'ceremony';

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
  /** What the last list of this name said, in an earlier ceremony or earlier in this one. */
  lastList(name: string): ListState | undefined;
}

export interface Draft {
  /** In words, before anything is signed. */
  readonly says: string;
  /** Of a list: what the next one must go on from. */
  readonly list?: { readonly name: string; readonly state: ListState };
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
  readonly inputs: FileHash[];
  readonly output: FileHash;
}

export interface CeremonyOptions {
  readonly operations: readonly PreparedOperation[];
  /** Signs with it; without it this is a dry run. */
  readonly device: CryptoDevice | undefined;
  /** What earlier ceremonies left. */
  readonly before: { readonly publicKey: Uint8Array | undefined; readonly lists: Lists };
  readonly nowMillis: number;
  readonly tell: (line: string) => void;
}

/** What was done; `refusal` is why it ended before its last operation. */
export interface CeremonyOutcome {
  readonly steps: TranscriptStep[];
  readonly lists: Lists;
  readonly refusal: unknown;
}

/**
 * Runs the operations in order. Without a device it says what it would sign and changes nothing; an operation whose input
 * an earlier one has yet to make is named and left. With one, outputs are written beside their places (`.new`): `release`
 * moves them. What was signed before an operation was refused is part of the outcome.
 */
export async function runCeremony(options: CeremonyOptions): Promise<CeremonyOutcome> {
  const run = new Run(options);
  try {
    for (const operation of options.operations) await run.hold(operation);
    return run.outcome(undefined);
  } catch (error) {
    if (run.steps.length === 0) throw error;
    return run.outcome(error);
  }
}

/** Moves the outputs into their places. */
export async function release({ steps }: CeremonyOutcome): Promise<void> {
  for (const path of new Set(steps.map(({ output }) => output.path))) await moveIntoPlace(path);
}

/** Removes outputs that will not be released. */
export async function withdraw({ steps }: CeremonyOutcome): Promise<void> {
  for (const path of new Set(steps.map(({ output }) => output.path))) await unlink(newOf(path));
}

class NotYetThere extends Error {}

class Run {
  readonly steps: TranscriptStep[] = [];
  private readonly lists = new Map<string, ListState>();
  /** Of a dry run: what an earlier operation would write. */
  private readonly pending = new Set<string>();
  private readonly staged = new Set<string>();

  constructor(private readonly options: CeremonyOptions) {
    for (const [name, state] of Object.entries(options.before.lists)) this.lists.set(name, state);
  }

  outcome(refusal: unknown): CeremonyOutcome {
    return { steps: this.steps, lists: Object.fromEntries(this.lists), refusal };
  }

  async hold(operation: PreparedOperation): Promise<void> {
    const { device, tell } = this.options;
    const inputs: FileHash[] = [];
    const draft = await this.draftOf(operation, inputs);
    if (inputs.some(({ path }) => path === operation.output))
      throw new CeremonyRefusal(`${operation.kind} would overwrite its own input ${operation.output}`);
    if (draft === undefined || device === undefined) {
      this.pending.add(operation.output);
      this.remember(draft);
      return;
    }
    const bytes = await draft.sign();
    await writeSynced(newOf(operation.output), bytes, 'w');
    this.staged.add(operation.output);
    tell(`signed: ${draft.says} → ${operation.output}`);
    const output = { path: operation.output, sm3: hex(sm3(bytes)) };
    this.steps.push({ kind: operation.kind, says: draft.says, inputs, output });
    this.remember(draft);
  }

  private remember(draft: Draft | undefined): void {
    if (draft?.list !== undefined) this.lists.set(draft.list.name, draft.list.state);
  }

  private async draftOf(operation: PreparedOperation, inputs: FileHash[]): Promise<Draft | undefined> {
    const { device, tell } = this.options;
    try {
      const draft = await operation.draft(this.toolsFor(inputs));
      if (device === undefined) tell(`would sign: ${draft.says} → ${operation.output}`);
      return draft;
    } catch (error) {
      if (!(error instanceof NotYetThere)) throw error;
      tell(`would run ${operation.kind} once ${error.message} is there → ${operation.output}`);
      return undefined;
    }
  }

  private toolsFor(inputs: FileHash[]): CeremonyTools {
    const { device, nowMillis } = this.options;
    return {
      nowMillis,
      read: async (path) => {
        if (this.pending.has(path)) throw new NotYetThere(path);
        const bytes = await readInput(this.staged.has(path) ? newOf(path) : path);
        inputs.push({ path, sm3: hex(sm3(bytes)) });
        return bytes;
      },
      publicKey: async () => {
        const key = await this.ownKey();
        if (key !== undefined) return key;
        if (this.pending.size > 0) throw new NotYetThere('the key');
        throw new CeremonyRefusal('there is no key yet; the founding operation makes it');
      },
      requireNoKey: () => this.requireNoKey(),
      createKey: async () => {
        await this.requireNoKey();
        return signing(device).createKey(CEREMONY_KEY);
      },
      sign: (id, message) => signing(device).sign(CEREMONY_KEY, id, message),
      lastList: (name) => this.lists.get(name),
    };
  }

  private async ownKey(): Promise<Uint8Array | undefined> {
    return (await this.options.device?.publicKey(CEREMONY_KEY)) ?? this.options.before.publicKey;
  }

  private async requireNoKey(): Promise<void> {
    if ((await this.ownKey()) !== undefined) throw new CeremonyRefusal('there is a key already; founding happens once');
  }
}

function signing(device: CryptoDevice | undefined): CryptoDevice {
  if (device === undefined) throw new Error('a dry run signs nothing');
  return device;
}
