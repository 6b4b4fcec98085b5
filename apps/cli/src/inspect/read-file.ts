/** Files that people name on the command line. */
import { readFileSync, statSync } from 'node:fs';

/** A list of a million entries. */
const LARGEST_MIB = 32;

export type Read =
  { readonly kind: 'read'; readonly bytes: Uint8Array } | { readonly kind: 'refused'; readonly reason: string };

/** The bytes of a file, or a few words why there are none; what is larger is refused before it is read in. */
export function readFile(file: string, largestMib = LARGEST_MIB): Read {
  try {
    if (statSync(file).size > largestMib * 1024 * 1024) {
      return { kind: 'refused', reason: `it is larger than ${String(largestMib)} MiB` };
    }
    const bytes = readFileSync(file);
    return { kind: 'read', bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
  } catch (error) {
    return { kind: 'refused', reason: reasonOf(error) };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
};

/** What went wrong with a file, as people say it. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
