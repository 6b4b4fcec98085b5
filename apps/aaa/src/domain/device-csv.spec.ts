import { CSV_HEADER, MOST_ROWS, readDeviceCsv, type CsvRow } from './device-csv.js';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(text: string | Uint8Array, size = 7): Promise<CsvRow[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const rows: CsvRow[] = [];
  for await (const row of readDeviceCsv(inPieces(bytes, size))) rows.push(row);
  return rows;
}
const file = (...lines: string[]): string => [CSV_HEADER, ...lines, ''].join('\n');
const good = (line: number, serial: string, profile = 'car'): CsvRow => ({ line, serial, profile });

describe('a CSV file of devices', () => {
  it.each([1, 2, 7, 1000])(
    'is the same rows, in pieces of %i bytes, with either end of line, with or without the last',
    async (size) => {
      const rows = [good(2, 'A-1'), good(3, 'A-2', 'bus')];
      const text = file('A-1,car', 'A-2,bus');
      expect(await rowsOf(text, size)).toEqual(rows);
      expect(await rowsOf(text.replaceAll('\n', '\r\n'), size)).toEqual(rows);
      expect(await rowsOf(text.trimEnd(), size)).toEqual(rows);
      const marked = `\ufeff${file('A-1,car', '', 'A-2,bus')}`;
      expect(await rowsOf(marked, size)).toEqual([good(2, 'A-1'), good(4, 'A-2', 'bus')]);
    },
  );

  it.each([
    ['one column', 'A-2', 'columns'],
    ['three columns', 'A-2,car,', 'columns'],
    ['an empty profile', 'A-2,', 'columns'],
    ['a serial of another form', 'A 2,car', 'serial-form'],
    ['no serial', ',car', 'serial-form'],
    ['quotes', '"A-2",car', 'serial-form'],
    ['a formula', '=A2,car', 'serial-form'],
    ['a profile of another form', 'A-2,Car', 'profile-form'],
    ['a serial that stood before', 'A-1,bus', 'serial-repeated'],
  ])('names the line of %s and goes on', async (_, line, problem) => {
    const rows = await rowsOf(file('A-1,car', line, 'A-3,car'));
    expect(rows).toEqual([good(2, 'A-1'), { line: 3, problem }, good(4, 'A-3')]);
  });

  it('names a line that is no UTF-8 and goes on', async () => {
    const bytes = Buffer.from(file('A-1,car', 'A-2,ca*', 'A-3,car'));
    bytes[bytes.indexOf('*')] = 0xff;
    expect(await rowsOf(bytes)).toEqual([good(2, 'A-1'), { line: 3, problem: 'encoding' }, good(4, 'A-3')]);
  });

  it.each([['serial'], ['profile,serial'], [' serial,profile'], ['A-1,car']])(
    'ends at the header %s',
    async (header) => {
      expect(await rowsOf(`${header}\nA-1,car\n`)).toEqual([{ line: 1, problem: 'header' }]);
    },
  );

  it('ends at a line that is too long, and holds no more of it than that', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(file('A-1,car'));
      for (;;) {
        taken++;
        yield new Uint8Array(100).fill(65);
      }
    }
    const rows: CsvRow[] = [];
    for await (const row of readDeviceCsv(endless())) rows.push(row);
    expect([rows, taken]).toEqual([[good(2, 'A-1'), { line: 3, problem: 'line-too-long' }], 3]);
    const long = file(`${'A'.repeat(257)},car`, 'A-1,car');
    expect(await rowsOf(long, 1000)).toEqual([{ line: 2, problem: 'line-too-long' }]);
  });

  it('ends at one row too many', async () => {
    const lines = Array.from({ length: MOST_ROWS + 2 }, (_, n) => `S-${String(n)},car`);
    const rows = await rowsOf(file(...lines), 65_536);
    expect([rows.length, rows.at(-1)]).toEqual([MOST_ROWS + 1, { line: MOST_ROWS + 2, problem: 'too-many-rows' }]);
  });

  it('of nothing is nothing', async () => {
    expect([await rowsOf(''), await rowsOf(file())]).toEqual([[], []]);
  });
});
