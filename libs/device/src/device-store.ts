/**
 * Where a device keeps what it is given: certificates, lists, sealed records; never a private key (libs/keys has those).
 * Names are paths of `[a-z0-9-]` parts, for example `periods/358`. A write is whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface DeviceStore {
  /** A fresh copy; `undefined` when nothing of that name was written. */
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** What was never written may be removed. */
  remove(name: string): Promise<void>;
  /** The names directly under a folder, sorted; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
}

const NAME = /^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/;

function judge(name: string): string {
  if (!NAME.test(name)) throw new TypeError('name: parts of [a-z0-9-] expected');
  return name;
}

/** Nothing on disk: for tests. */
export function memoryDeviceStore(): DeviceStore {
  const files = new Map<string, Uint8Array>();
  return {
    read: (name) => Promise.resolve(files.get(judge(name))?.slice()),
    write: (name, bytes) => Promise.resolve(void files.set(judge(name), bytes.slice())),
    remove: (name) => Promise.resolve(void files.delete(judge(name))),
    list: (folder) => {
      const names = [...files.keys()].filter((name) => dirname(name) === judge(folder));
      return Promise.resolve(names.map((name) => name.slice(folder.length + 1)).sort());
    },
  };
}

/** One file a name, mode 0600, in a directory that is made when missing. */
export function fileDeviceStore(directory: string): DeviceStore {
  return {
    read: (name) => readIfAny(join(directory, judge(name))),
    write: (name, bytes) => replace(join(directory, judge(name)), bytes),
    remove: async (name) => {
      const path = join(directory, judge(name));
      try {
        await unlink(path);
      } catch (failure) {
        if (!isMissing(failure)) throw new Error(`removing ${name} of the device`, { cause: failure });
      }
    },
    list: async (folder) => {
      try {
        return (await readdir(join(directory, judge(folder)))).filter((name) => NAME.test(name)).sort();
      } catch (failure) {
        if (isMissing(failure)) return [];
        throw new Error(`listing ${folder} of the device`, { cause: failure });
      }
    },
  };
}

const isMissing = (failure: unknown): boolean =>
  typeof failure === 'object' && failure !== null && 'code' in failure && failure.code === 'ENOENT';

async function readIfAny(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (failure) {
    if (isMissing(failure)) return undefined;
    throw new Error(`reading ${path}`, { cause: failure });
  }
}

/** Written beside its place, synced, and renamed into it: a crash leaves the old file or the new one. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomUUID()}.new`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (failure) {
    await unlink(beside);
    throw new Error(`writing ${path}`, { cause: failure });
  } finally {
    await handle.close();
  }
  await rename(beside, path);
}
