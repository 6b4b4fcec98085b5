/**
 * Backups of a key folder: every key, every secret, which labels were destroyed and how far each life had come, as one file
 * under a key-encryption key. Restoring judges everything before it writes anything. What was destroyed does not come back:
 * the marks of the folder, its journal and those in the backup all count. A folder that was lost whole has no marks left; then
 * the newest backup is the one to take, and older ones are to be destroyed when a key in them is.
 *
 * Only a device in software can be backed up so: others do not give their keys out.
 */
import { concat, uint32 } from '#crypto/bytes.js';
import { constantTimeEqual } from '#crypto/equal.js';
import type { Random } from '#crypto/random.js';
import { DeviceRefusal } from './device-refusal.js';
import { openFileStore } from './file-store.js';
import type { KeyEncryptionKey } from './key-encryption.js';
import { readKeyJournal, writeKeyJournal, type Doing } from './key-journal.js';
import type { KeyEvent, KeyState } from './key-life.js';
import type { RecordKind, RecordStore } from './record-store.js';

const FORMAT = new TextEncoder().encode('chrysalis key backup 1\n');
const payloadBytes: Record<RecordKind, number> = { key: 65, secret: 32 };

export interface KeyFolder {
  readonly directory: string;
  /** 32 bytes, when the master key is not kept beside the keys. */
  readonly masterKey?: Uint8Array | undefined;
  /** Whose keys these are: a backup of one instance is not restored for another. */
  readonly owner: string;
}
interface Needs {
  readonly under: KeyEncryptionKey;
  readonly random: Random;
  readonly doing: Doing;
}

interface Head {
  readonly owner: string;
  readonly at: string;
  /** What follows the head, in this order: 65 bytes a key, 32 a secret. */
  readonly records: readonly { readonly label: string; readonly kind: RecordKind }[];
  readonly destroyed: readonly string[];
  readonly states: Readonly<Record<string, KeyState>>;
}
interface Opened {
  readonly head: Head;
  readonly payloads: readonly Uint8Array[];
}

/** The backup of a folder as it is, and a `back-up` in its journal for each label. */
export async function backUpKeys(folder: KeyFolder, { under, random, doing }: Needs): Promise<Uint8Array> {
  const { directory, owner } = folder;
  const store = await openFileStore(directory, random, folder.masterKey);
  const payloads: Uint8Array[] = [];
  try {
    const destroyed = await store.destroyedLabels();
    const records: { label: string; kind: RecordKind }[] = [];
    const labels = (await store.labels()).filter((label) => !destroyed.includes(label)).sort();
    for (const label of labels)
      for (const kind of ['key', 'secret'] as const) {
        const payload = await store.read(label, kind);
        if (payload === undefined) continue;
        records.push({ label, kind });
        payloads.push(payload);
      }
    await writeKeyJournal(
      directory,
      (lives) => labels.filter((label) => !lives.has(label)).map((label) => ({ act: 'generate', label })),
      doing,
      random,
    );
    const states = Object.fromEntries((await readKeyJournal(directory)).lives);
    const head: Head = { owner, at: new Date(doing.atMillis).toISOString(), records, destroyed, states };
    const text = new TextEncoder().encode(JSON.stringify(head));
    const plaintext = concat(FORMAT, uint32(text.length), text, ...payloads);
    const sealed = await under.seal(plaintext);
    plaintext.fill(0);
    await writeKeyJournal(directory, () => labels.map((label) => ({ act: 'back-up', label })), doing, random);
    return concat(FORMAT, sealed);
  } finally {
    for (const payload of payloads) payload.fill(0);
    await store.close();
  }
}

/**
 * Puts the keys of a backup back into a folder, new or the one they came from; gives the labels that were not there. Refuses,
 * and changes nothing: what does not open (`damaged`), another owner's backup (`foreign-backup`), a label that was destroyed
 * since (`label-destroyed`), and one that holds another key (`label-exists`). Repeating it is no error.
 */
export async function restoreKeys(folder: KeyFolder, backup: Uint8Array, needs: Needs): Promise<string[]> {
  const { random, doing } = needs;
  const { head, payloads } = await openBackup(backup, folder, needs.under);
  const store = await openFileStore(folder.directory, random, folder.masterKey);
  try {
    const missing = await missingFrom(store, folder.directory, { head, payloads });
    for (const n of missing) await store.create({ ...recordAt(head, n), payload: payloads[n] as Uint8Array });
    for (const label of head.destroyed) await store.destroy(label);
    const restored = [...new Set(missing.map((n) => recordAt(head, n).label))];
    await writeKeyJournal(
      folder.directory,
      (lives) => [
        ...labelsOf(head)
          .filter((label) => restored.includes(label) || !lives.has(label))
          .map((label): KeyEvent => ({ act: 'restore', label, state: head.states[label] ?? 'generated' })),
        ...head.destroyed
          .filter((label) => lives.get(label) !== 'destroyed')
          .map((label): KeyEvent => ({ act: 'restore', label, state: 'destroyed' })),
      ],
      doing,
      random,
    );
    return restored;
  } finally {
    for (const payload of payloads) payload.fill(0);
    await store.close();
  }
}

async function openBackup(backup: Uint8Array, { owner }: KeyFolder, under: KeyEncryptionKey): Promise<Opened> {
  const isOurs = Buffer.compare(backup.subarray(0, FORMAT.length), FORMAT) === 0;
  if (!isOurs) throw new DeviceRefusal('damaged', 'this is no key backup');
  const plaintext = await under.open(backup.subarray(FORMAT.length));
  if (plaintext === undefined)
    throw new DeviceRefusal('damaged', 'the backup does not open: another key-encryption key, or it was changed');
  try {
    const opened = openedFrom(plaintext);
    if (opened.head.owner === owner) return opened;
    for (const payload of opened.payloads) payload.fill(0);
    throw new DeviceRefusal('foreign-backup', `the backup is of the keys of ${JSON.stringify(opened.head.owner)}`);
  } finally {
    plaintext.fill(0);
  }
}

/** What was sealed; its form is as we wrote it, since the seal has opened. The format inside tells it from other sealed texts. */
function openedFrom(plaintext: Uint8Array): Opened {
  const isBackup = Buffer.compare(plaintext.subarray(0, FORMAT.length), FORMAT) === 0;
  if (!isBackup) throw new DeviceRefusal('damaged', 'what is sealed is no key backup');
  const view = new DataView(plaintext.buffer, plaintext.byteOffset + FORMAT.length);
  let at = FORMAT.length + 4 + view.getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(plaintext.subarray(FORMAT.length + 4, at))) as Head;
  const payloads = head.records.map(({ kind }) => plaintext.slice(at, (at += payloadBytes[kind])));
  return { head, payloads };
}

/** The numbers of the records that a folder has not; refuses what must not come back or would meet another key. */
async function missingFrom(store: RecordStore, directory: string, { head, payloads }: Opened): Promise<number[]> {
  const { lives } = await readKeyJournal(directory);
  const missing: number[] = [];
  for (const [n, { label, kind }] of head.records.entries()) {
    const quoted = JSON.stringify(label);
    if (lives.get(label) === 'destroyed' || (await store.isDestroyed(label)))
      throw new DeviceRefusal('label-destroyed', `the label ${quoted} was destroyed after this backup of ${head.at}`);
    const present = await store.read(label, kind);
    if (present === undefined) missing.push(n);
    else if (!constantTimeEqual(present, payloads[n] as Uint8Array))
      throw new DeviceRefusal(
        'label-exists',
        `the label ${quoted} is taken by another ${kind} than that of the backup`,
      );
    present?.fill(0);
  }
  return missing;
}

const labelsOf = ({ records }: Head): string[] => [...new Set(records.map(({ label }) => label))];
const recordAt = (head: Head, n: number): { label: string; kind: RecordKind } => {
  const { label, kind } = head.records[n] as Head['records'][number];
  return { label, kind };
};
