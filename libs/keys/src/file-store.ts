/**
 * Records in a directory, one small file each: `<first 16 bytes of SM3(kind ‖ label)>.<kind>`, sealed under a master key that
 * lies beside them in `master.key`, or is handed in by who keeps it elsewhere (in shares, under a passphrase).
 *
 * What that protects: a copy of single key files, a stray backup of them, an editor, a bent bit. What it does not: whoever can
 * read the whole directory (root, the service's own user, a full backup, the disk) has the keys. It is a SOFTWARE device;
 * put the directory on an encrypted volume and its backups apart, or use a hardware device.
 *
 * A new file is written beside its place, synced, and linked into it, so a crash leaves the whole record or none, and of two
 * processes on one directory one wins. A file that a crash leaves beside its place (`.new-…`) is sealed too and never read.
 * Destroying overwrites and removes; a journal, a flash translation layer or a snapshot may still hold the old bytes.
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hex } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';
import { hmacSm3, sm3 } from '#crypto/sm3.js';
import { DeviceRefusal } from './device-refusal.js';
import { createFile, eraseFile, readIfAny, syncFolder } from './key-files.js';
import type { RecordStore } from './record-store.js';
import { openRecord, sealRecord, type StoredKind, type StoredRecord } from './sealed-record.js';

const MASTER_KEY_FILE = 'master.key';
const MASTER_KEY_BYTES = 32;
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function fileName(kind: StoredKind, label: string): string {
  return `${hex(sm3(ascii(`${kind}\0${label}`)).subarray(0, 16))}.${kind}`;
}

/** Syncs a directory after files were linked into it; requests that wait share one sync. */
function directorySync(directory: string): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= running.then(() => {
      waiting = undefined;
      const started = syncFolder(directory);
      // The failure belongs to those who wait for `started`; the next sync just starts after it.
      running = started.catch(() => undefined);
      return started;
    });
    return waiting;
  };
}

/** The master key of a directory, made when the directory holds no key yet. */
async function masterKey(directory: string, random: Random): Promise<Uint8Array> {
  const path = join(directory, MASTER_KEY_FILE);
  const present = await readIfAny(path);
  if (present === undefined) {
    const orphan = (await readdir(directory)).find((name) => /\.(?:key|secret|destroyed|sealed)$/.test(name));
    // Another process may have made the master key, and its first record, since we looked.
    if (orphan !== undefined && orphan !== MASTER_KEY_FILE && (await readIfAny(path)) === undefined) {
      throw new DeviceRefusal(
        'damaged',
        `${path} is missing, though ${directory} holds keys that were sealed under it`,
      );
    }
    await createFile(directory, MASTER_KEY_FILE, random.bytes(MASTER_KEY_BYTES), random);
    return masterKey(directory, random);
  }
  if (present.length !== MASTER_KEY_BYTES) {
    throw new DeviceRefusal(
      'damaged',
      `${path} is damaged: ${String(MASTER_KEY_BYTES)} bytes expected, ${String(present.length)} found`,
    );
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new DeviceRefusal(
      'damaged',
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}); make it 0600`,
    );
  }
  return present;
}

/** A master key from elsewhere; a directory that has its own was not made for it. */
async function handedIn(directory: string, master: Uint8Array): Promise<Uint8Array> {
  const path = join(directory, MASTER_KEY_FILE);
  if ((await readIfAny(path)) !== undefined)
    throw new DeviceRefusal('damaged', `${path} lies beside keys whose master key is kept elsewhere`);
  if (master.length !== MASTER_KEY_BYTES) throw new RangeError(`given: ${String(MASTER_KEY_BYTES)} bytes expected`);
  return master.slice();
}

/** Opens (or begins) the records of a directory. With `given`, the 32-byte master key, none is looked for or made beside them. */
export async function openFileStore(directory: string, random: Random, given?: Uint8Array): Promise<RecordStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const syncDirectory = directorySync(directory);
  const master = given === undefined ? await masterKey(directory, random) : await handedIn(directory, given);
  await syncDirectory();
  const recordKey = hmacSm3(master, ascii('chrysalis key record')).slice(0, 16);
  master.fill(0);

  const opened = (name: string, bytes: Uint8Array): StoredRecord => {
    const record = openRecord(recordKey, bytes);
    if (record !== undefined && fileName(record.kind, record.label) === name) return record;
    const path = join(directory, name);
    throw new DeviceRefusal('damaged', `the key file ${path} is damaged, or was sealed under another master key`);
  };
  const readRecord = async (kind: StoredKind, label: string): Promise<StoredRecord | undefined> => {
    const name = fileName(kind, label);
    const bytes = await readIfAny(join(directory, name));
    return bytes === undefined ? undefined : opened(name, bytes);
  };
  const createRecord = async (record: StoredRecord): Promise<boolean> => {
    const name = fileName(record.kind, record.label);
    const isNew = await createFile(directory, name, sealRecord(recordKey, record, random), random);
    await syncDirectory();
    return isNew;
  };
  const labelsIn = async (files: RegExp): Promise<string[]> => {
    const labels = new Set<string>();
    const names = (await readdir(directory)).filter((name) => files.test(name));
    for (const name of names) {
      const bytes = await readIfAny(join(directory, name));
      if (bytes === undefined) continue;
      const record = opened(name, bytes);
      record.payload.fill(0);
      labels.add(record.label);
    }
    return [...labels];
  };
  return {
    read: async (label, kind) => (await readRecord(kind, label))?.payload,
    isDestroyed: async (label) => (await readRecord('destroyed', label)) !== undefined,
    create: createRecord,
    destroy: async (label) => {
      await createRecord({ kind: 'destroyed', label, payload: new Uint8Array(0) });
      for (const kind of ['key', 'secret'] as const) await eraseFile(join(directory, fileName(kind, label)));
      await syncDirectory();
    },
    labels: () => labelsIn(/^[0-9a-f]{32}\.(?:key|secret)$/),
    destroyedLabels: () => labelsIn(/^[0-9a-f]{32}\.destroyed$/),
    close: () => {
      recordKey.fill(0);
      return Promise.resolve();
    },
  };
}
