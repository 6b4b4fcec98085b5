/** A matrix as lines for a terminal, and as a page for a browser. */
import type { Look, Matrix } from './run-matrix.js';

const numberOf = (index: number): string => String(index + 1).padStart(2, '0');
const seconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1);

/** `+` accepted and `-` refused as they should be; `!` where lists and verdict disagree. */
function cell({ verdicts, agrees }: Look, sender: number, receiver: number): '+' | '-' | '!' {
  if (agrees[sender]?.[receiver] !== true) return '!';
  return verdicts[sender]?.[receiver] === 'accepted' ? '+' : '-';
}

/** How often each reason was given, for what was refused. */
function reasons({ verdicts }: Look): string {
  const counts = new Map<string, number>();
  for (const verdict of verdicts.flat()) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${String(count)} ${verdict}`).join(', ');
}

export const lastLine = ({ agreeing, expected }: Matrix): string =>
  `${String(agreeing)} of ${String(expected)} pairs agree with the lists`;

const row = (head: string, cells: readonly string[]): string =>
  `${head.padEnd(18)}${cells.map((one) => one.padStart(2)).join(' ')}`;

/** The tables, the times, and last how many pairs agree. */
export function matrixLines(matrix: Matrix): string[] {
  const { tenants, looks, setUpSeconds } = matrix;
  const pairs = tenants.length ** 2;
  const tables = looks.flatMap((look) => [
    '',
    `${look.name}: a row is who speaks, a column who hears; + accepted, - refused, ! not as the lists say`,
    row(
      '',
      tenants.map((_, n) => numberOf(n)),
    ),
    ...tenants.map(({ name, ownRoot }, sender) =>
      row(
        `${name}${ownRoot ? ' own root' : ''}`,
        tenants.map((_, receiver) => cell(look, sender, receiver)),
      ),
    ),
    reasons(look),
  ]);
  return [
    ...tables.slice(1),
    '',
    `set-up of ${String(tenants.length)} tenants: ${seconds(setUpSeconds)} s`,
    ...looks.map(
      ({ name, fetchSeconds, pairSeconds }) =>
        `${name}: lists fetched by all in ${seconds(fetchSeconds)} s, ${String(pairs)} pairs in ${seconds(pairSeconds)} s`,
    ),
    lastLine(matrix),
  ];
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${String(one.charCodeAt(0))};`);

function table(look: Look, { tenants }: Matrix): string {
  const head = tenants.map(({ name }) => `<th scope="col">${escaped(name)}</th>`).join('');
  const rows = tenants.map(({ name, ownRoot }, sender) => {
    const cells = tenants.map((_, receiver) => {
      const verdict = look.verdicts[sender]?.[receiver] ?? '';
      const kind = { '+': 'yes', '-': 'no', '!': 'bad' }[cell(look, sender, receiver)];
      return `<td class="${kind}" title="${escaped(verdict)}">${verdict === 'accepted' ? '✓' : '✗'}</td>`;
    });
    return `<tr><th scope="row">${escaped(name)}${ownRoot ? ' (own root)' : ''}</th>${cells.join('')}</tr>`;
  });
  return `<h2>${escaped(look.name)}</h2><p>${escaped(reasons(look))}</p><table><tr><td></td>${head}</tr>${rows.join('')}</table>`;
}

/** One file, without scripts; a cell shows the verdict, and its colour whether that is what the lists say. */
export function matrixPage(matrix: Matrix): string {
  const style =
    'body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .4em}' +
    '.yes{background:#d9f2d9}.no{background:#eee}.bad{background:#f66}';
  const tables = matrix.looks.map((look) => table(look, matrix)).join('');
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Who believes whom</title><style>${style}</style>` +
    `<h1>Who believes whom (互联互通)</h1><p>Rows speak, columns hear. ${escaped(lastLine(matrix))}. ` +
    `Red: not as the lists say.</p>${tables}</html>\n`
  );
}
