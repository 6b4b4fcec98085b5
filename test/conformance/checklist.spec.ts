/** Every row of `docs/conformance/checklist.md` is there, and the tests it points at are. */
import { existsSync, readFileSync } from 'node:fs';

const ROWS: Readonly<Record<string, number>> = { EN: 14, PR: 17, LK: 8, VM: 9, RV: 12, TL: 8, PV: 9, CO: 9, BI: 22 };
const ROW = /^- \*\*([A-Z]{2}\d+)\*\* \S.*?\. (Shown by|Part|Not met): (.+)$/;
const POINTER = /`([^`]+\.spec\.ts)`(?: “([^”]+)”)?/g;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly pointers: readonly { readonly file: string; readonly title: string | undefined }[];
  readonly missing: string;
}

function readRow(line: string): Row {
  const [, id, state, rest] = ROW.exec(line) ?? [];
  if (id === undefined || state === undefined || rest === undefined) throw new Error(`not a row: ${line}`);
  const [shown = '', missing = ''] = state === 'Not met' ? ['', rest] : rest.split(' — ');
  const pointers = [...shown.matchAll(POINTER)].map(([, file, title]) => ({ file: file as string, title }));
  return { id, state, pointers, missing };
}

/** What is wrong with a row; empty when nothing is. */
function faultsOf({ id, state, pointers, missing }: Row, read: (file: string) => string | undefined): string[] {
  const faults = pointers.flatMap(({ file, title }) => {
    const text = read(file);
    if (text === undefined) return [`${id}: ${file} is not there`];
    const found = title === undefined ? new RegExp(`\\b${id}\\b`).test(text) : text.includes(title);
    return found ? [] : [`${id}: ${file} does not say ${title ?? id}`];
  });
  if ((state === 'Not met') !== (pointers.length === 0)) faults.push(`${id}: ${state} with ${pointers.length} tests`);
  if ((state === 'Shown by') !== (missing === '')) faults.push(`${id}: ${state}, and what is missing: "${missing}"`);
  return faults;
}

const onDisk = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const lines = readFileSync('docs/conformance/checklist.md', 'utf8').split('\n');
const rows = lines.filter((line) => line.startsWith('- ')).map(readRow);

describe('a row is found out', () => {
  const there = (): string => "it('EN1 refuses', …); it('says yes', …)";
  it.each([
    ['a file that is not there', '- **EN1** Yes. Shown by: `gone.spec.ts`', () => undefined],
    ['a file that does not name the row', '- **EN2** Yes. Shown by: `a.spec.ts`', there],
    ['a file that names another row', '- **EN11** Yes. Shown by: `a.spec.ts`', there],
    ['a title that nobody wrote', '- **EN1** Yes. Shown by: `a.spec.ts` “says no”', there],
    ['nothing to show', '- **EN1** Yes. Shown by: the author', there],
    ['a part without what is missing', '- **EN1** Yes. Part: `a.spec.ts`', there],
    ['shown, with something missing', '- **EN1** Yes. Shown by: `a.spec.ts` — but', there],
    ['a part that nothing shows', '- **EN1** Yes. Part: nearly — all', there],
  ])('%s', (_, line, read) => {
    expect(faultsOf(readRow(line), read)).toHaveLength(1);
  });

  it('and a right one is not', () => {
    expect(faultsOf(readRow('- **EN1** Yes. Part: `a.spec.ts`, `b.spec.ts` “says yes” — else'), there)).toEqual([]);
    expect(faultsOf(readRow('- **EN1** Yes. Not met: why not'), there)).toEqual([]);
  });
});

describe('the checklist', () => {
  it('has every row once, in order', () => {
    const wanted = Object.entries(ROWS).flatMap(([family, count]) =>
      Array.from({ length: count }, (_, n) => `${family}${n + 1}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(wanted);
  });

  it.each(rows.map((row): [string, Row] => [row.id, row]))('%s points at tests that are there', (_, row) => {
    expect(faultsOf(row, onDisk)).toEqual([]);
  });
});
