/** Words in columns, for tables on a terminal. */

/** Rows of words as lines of columns; the first and the last column stand left, the others right. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((word, n) =>
        n === 0 || n === columns - 1 ? word.padEnd(widths[n] as number) : word.padStart(widths[n] as number),
      )
      .join('  ')
      .trimEnd(),
  );
}
