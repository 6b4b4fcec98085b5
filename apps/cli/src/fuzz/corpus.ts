/** The kept inputs, test/fuzz-corpus/<target>/*.hex: beginnings for mutations, and every input that ever broke something. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of all, below the checkout. */
export const CORPUS = 'test/fuzz-corpus';
const LINE = 120;

/** The inputs of a target, with the names of their files; none where there is no folder. Refuses what is not hexadecimal. */
export function readCorpus(folder: string, target: string): { file: string; bytes: Uint8Array }[] {
  const place = join(folder, target);
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((file) => file.endsWith('.hex'))
    .sort()
    .map((file) => {
      const digits = readFileSync(join(place, file), 'utf8').replace(/\s/g, '');
      if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`${join(place, file)}: not hexadecimal`);
      return { file, bytes: new Uint8Array(Buffer.from(digits, 'hex')) };
    });
}

/** Writes an input, in lines, under a name that its content makes; the name of the file. */
export function keepInput(folder: string, target: string, word: string, bytes: Uint8Array): string {
  const place = join(folder, target);
  mkdirSync(place, { recursive: true });
  const file = `${word}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.hex`;
  const lines =
    Buffer.from(bytes)
      .toString('hex')
      .match(new RegExp(`.{1,${String(LINE)}}`, 'g')) ?? [];
  writeFileSync(join(place, file), `${lines.join('\n')}\n`);
  return file;
}
