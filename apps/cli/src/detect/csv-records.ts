// CSV as RFC 4180 has it, record by record, from text that comes in pieces: quoted cells, CRLF or LF, a byte order mark.

export interface CsvRecord {
  /** Of the record's first line, counted from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A log that cannot be read, with the line where it shows. */
export class LogError extends Error {
  constructor(
    readonly line: number,
    problem: string,
  ) {
    super(`line ${String(line)}: ${problem}`);
    this.name = 'LogError';
  }
}

/** No record of a message log is longer; more means a quote that never closes. */
const MOST_CHARACTERS = 1 << 16;

/** Splits text into records; blank lines are none. Throws `LogError` for a quote that does not close or stands inside a cell. */
export async function* csvRecords(texts: AsyncIterable<string>): AsyncGenerator<CsvRecord[]> {
  let rest = '';
  let line = 1;
  let isFirst = true;
  for await (const text of texts) {
    const all = rest + (isFirst ? text.replace(/^\uFEFF/, '') : text);
    isFirst &&= text.length === 0;
    const records: CsvRecord[] = [];
    let from = 0;
    for (;;) {
      const end = endOfRecord(all, from);
      if (end === -1) break;
      const record = all.slice(from, end).replace(/\r$/, '');
      if (record !== '') records.push({ line, cells: cellsOf(record, line) });
      line += linesIn(record);
      from = end + 1;
    }
    rest = all.slice(from);
    if (rest.length > MOST_CHARACTERS) throw new LogError(line, 'a record of more than 65 536 characters');
    yield records;
  }
  const record = rest.replace(/\r$/, '');
  if (record !== '') yield [{ line, cells: cellsOf(record, line) }];
}

/** Where the record that begins at `from` ends: the next line feed outside quotes, -1 while it has not come. */
function endOfRecord(text: string, from: number): number {
  let end = text.indexOf('\n', from);
  let quote = text.indexOf('"', from);
  while (quote !== -1 && end !== -1 && quote < end) {
    const closing = text.indexOf('"', quote + 1);
    if (closing === -1) return -1;
    if (closing > end) end = text.indexOf('\n', closing);
    quote = text.indexOf('"', closing + 1);
  }
  return end;
}

const linesIn = (record: string): number => (record.includes('\n') ? record.split('\n').length : 1);

function cellsOf(record: string, line: number): readonly string[] {
  if (!record.includes('"')) return record.split(',');
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (record[at] === '"') {
      let cell = '';
      let closing = record.indexOf('"', at + 1);
      while (closing !== -1 && record[closing + 1] === '"') {
        cell += record.slice(at + 1, closing + 1);
        at = closing + 1;
        closing = record.indexOf('"', at + 1);
      }
      if (closing === -1) throw new LogError(line, 'a quote that does not close');
      cells.push(cell + record.slice(at + 1, closing));
      at = closing + 1;
      if (at === record.length) return cells;
      if (record[at] !== ',') throw new LogError(line, 'text after a closing quote');
    } else {
      const comma = record.indexOf(',', at);
      const cell = record.slice(at, comma === -1 ? undefined : comma);
      if (cell.includes('"')) throw new LogError(line, 'a quote inside a cell that is not quoted');
      cells.push(cell);
      if (comma === -1) return cells;
      at = comma;
    }
    at++;
  }
}
