/** A tree of fields as text: a line for each, with where it begins, its bytes, its name, and what it says. */
import type { Profile } from '#credentials/profile.js';
import type { Field } from './field-tree.js';
import { fieldWords } from './field-words.js';
import { hexOf } from './json-value.js';

export interface TextOptions {
  /** Every byte, in as many lines as that takes. */
  readonly isWhole: boolean;
}

/** More bytes than this are cut short, or go on in the next line. */
const BYTES_SHOWN = 12;
const BYTES_WIDTH = 2 * BYTES_SHOWN;
const OFFSET_WIDTH = 6;
const NAME_WIDTH = 36;
const INDENT = '  ';

/** One string a line. Each byte of `bytes` stands in exactly one of them, cut short or not. */
export function treeLines(tree: Field, bytes: Uint8Array, profile: Profile, options: TextOptions): string[] {
  const lines: string[] = [];
  addLines(tree, '', { root: tree, bytes, profile, options, lines });
  return lines;
}

interface Page {
  /** What is said of the whole stands above the tree. */
  readonly root: Field;
  readonly bytes: Uint8Array;
  readonly profile: Profile;
  readonly options: TextOptions;
  readonly lines: string[];
}

function addLines(field: Field, indent: string, page: Page): void {
  const { name, last, headSize, ...said } = merged(field, page.profile);
  const words = field === page.root && field.children.length > 0 ? '' : said.words;
  const head = page.bytes.subarray(field.offset, field.offset + headSize);
  const offset = headSize === 0 ? '' : String(field.offset);
  const label = `${indent}${name}`.padEnd(words === '' ? 0 : NAME_WIDTH);
  const rows = page.options.isWhole ? rowsOf(head) : [shortened(head)];
  page.lines.push(
    `${offset.padStart(OFFSET_WIDTH)}  ${(rows[0] ?? '').padEnd(BYTES_WIDTH)}  ${label}  ${words}`.trimEnd(),
  );
  rows.slice(1).forEach((row, index) => {
    const start = field.offset + (index + 1) * BYTES_SHOWN;
    page.lines.push(`${String(start).padStart(OFFSET_WIDTH)}  ${row}`);
  });
  for (const child of last.children) addLines(child, indent + INDENT, page);
}

interface Merged {
  readonly name: string;
  readonly words: string;
  /** The field whose children come in the next lines. */
  readonly last: Field;
  readonly headSize: number;
}

/** A CHOICE and what was chosen are one line: tag, and what follows it. */
function merged(field: Field, profile: Profile): Merged {
  const names = [field.key];
  const words = [fieldWords(field, profile)];
  let headSize = field.headSize;
  let last = field;
  while (last.kind === 'choice' && last.children.length === 1) {
    last = last.children[0] as Field;
    names.push(last.key);
    words.push(fieldWords(last, profile));
    headSize += last.headSize;
  }
  // What the whole says is said once: by the outermost that has words.
  return { name: names.join('.'), words: words.find((one) => one !== '') ?? '', last, headSize };
}

function shortened(bytes: Uint8Array): string {
  if (bytes.length <= BYTES_SHOWN) return hexOf(bytes);
  return `${hexOf(bytes.subarray(0, BYTES_SHOWN - 1))}…`;
}

function rowsOf(bytes: Uint8Array): string[] {
  const count = Math.ceil(bytes.length / BYTES_SHOWN);
  return Array.from({ length: count }, (_, row) => hexOf(bytes.subarray(row * BYTES_SHOWN, (row + 1) * BYTES_SHOWN)));
}
