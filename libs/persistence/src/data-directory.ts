/**
 * The one folder a Chrysalis keeps everything in. It is recognised by its marker, held by one process at a time, and
 * left exactly as it was whenever it cannot be opened.
 */
import { chmod, mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createFile, isLeftover, replaceFile } from './atomic-file.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { OperatorError, fileTrouble, systemCode } from './operator-error.js';

const MARKER_NAME = 'chrysalis.json';
const MARKER_KIND = 'chrysalis-data-directory';
/** Raised when older programs must no longer open the directory. */
const FORMAT = 1;
/** What a fresh file system holds by itself. */
const NOBODYS = new Set(['lost+found']);
const NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** An open data directory; nobody else opens it until it is closed. */
export interface DataDirectory {
  /** Absolute. */
  path: string;
  /** Whether this opening made it. */
  isNew: boolean;
  /** A folder inside, made with mode 0700 when missing; answers its absolute path. */
  sub(name: string): Promise<string>;
  /** The value last written under the name, or undefined when there was none. Throws when the file is damaged. */
  readJson<T>(name: string): Promise<T | undefined>;
  /** Replaces the value as a whole: after a crash it is the old one or the new one. Mode 0600. */
  writeJson(name: string, value: unknown): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a data directory; makes it when it is missing or empty, unless `create` is false.
 *
 * Throws an OperatorError, having touched nothing: 'foreign' (files, but not our marker), 'damaged' (marker
 * unreadable), 'newer' (made by a later version), 'held' (by a living process, which is named), 'missing',
 * 'not-a-directory', 'no-permission', 'disk-full'. A holder that was killed is taken over.
 */
export async function openDataDirectory(path: string, options: { create?: boolean } = {}): Promise<DataDirectory> {
  const absolute = resolve(path);
  try {
    const isNew = await prepare(absolute, options.create ?? true);
    const lock = await lockDirectory(absolute);
    return dataDirectory(absolute, isNew, lock);
  } catch (error) {
    throw error instanceof OperatorError ? error : fileTrouble(error, absolute, 'opening the data directory');
  }
}

/** Answers whether the directory was made now. */
async function prepare(path: string, mayCreate: boolean): Promise<boolean> {
  const names = await listNames(path);
  if (names?.includes(MARKER_NAME)) {
    await checkMarker(join(path, MARKER_NAME), path);
    return false;
  }
  if (names !== undefined && names.some((name) => !isLeftover(name) && !NOBODYS.has(name))) {
    throw new OperatorError('foreign', `${path} holds files that are not Chrysalis's; name an empty or new directory.`);
  }
  if (!mayCreate) throw new OperatorError('missing', `There is no Chrysalis data directory at ${path}.`);
  await makeFolder(path);
  // As root the database server runs as another user, who must pass through here to its own folder: 0711 lets it
  // pass and shows it no names. What lies inside is 0600 and 0700.
  await chmod(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  return createFile(join(path, MARKER_NAME), `${JSON.stringify({ kind: MARKER_KIND, format: FORMAT })}\n`);
}

/**
 * Makes a folder and those above it, one by one: Node's own recursive mkdir never ends where the system says ENOENT for a
 * folder whose parent is there, as /proc does.
 */
async function makeFolder(path: string): Promise<void> {
  if ((await tryMkdir(path)) === 'done') return;
  await makeFolder(dirname(path));
  if ((await tryMkdir(path)) !== 'done') throw new OperatorError('missing', `The system makes no folder at ${path}.`);
}

/** `no-parent` when the folder above is missing, or the system says so. */
async function tryMkdir(path: string): Promise<'done' | 'no-parent'> {
  try {
    await mkdir(path);
    return 'done';
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'done';
    if (systemCode(error) === 'ENOENT') return 'no-parent';
    throw error;
  }
}

async function listNames(path: string): Promise<string[] | undefined> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) === 'ENOTDIR') {
      throw new OperatorError('not-a-directory', `${path} is not a directory.`, { cause: error });
    }
    throw error;
  }
}

async function checkMarker(markerPath: string, path: string): Promise<void> {
  const marker = parseObject(await readFile(markerPath, 'utf8'));
  if (marker?.['kind'] !== MARKER_KIND || !Number.isInteger(marker['format'])) {
    throw new OperatorError('damaged', `The data directory ${path} is damaged: its ${MARKER_NAME} is unreadable.`);
  }
  if (Number(marker['format']) > FORMAT) {
    throw new OperatorError(
      'newer',
      `The data directory ${path} was made by a newer Chrysalis (format ${String(marker['format'])}, this one knows ${FORMAT}).`,
    );
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // The caller says what an unreadable file means.
  }
}

function dataDirectory(path: string, isNew: boolean, lock: DirectoryLock): DataDirectory {
  return {
    path,
    isNew,
    sub: (name) => makeSub(inside(path, name)),
    readJson: <T>(name: string) => readJson<T>(inside(path, name)),
    writeJson: (name, value) => writeJson(inside(path, name), value),
    close: () => lock.release(),
  };
}

function inside(path: string, name: string): string {
  if (!NAME.test(name)) throw new Error(`not a name inside a data directory: ${JSON.stringify(name)}`);
  return join(path, name);
}

async function makeSub(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (error) {
    throw fileTrouble(error, path, 'making a folder');
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileTrouble(error, path, 'reading');
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new OperatorError('damaged', `${path} is damaged: it is not JSON.`, { cause });
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
  } catch (error) {
    throw fileTrouble(error, path, 'writing');
  }
}
