// Records as RFC 4180 has them, wherever the text is cut into pieces.
import { csvRecords, type CsvRecord, LogError } from './csv-records.js';

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield await Promise.resolve(text);
}

async function all(...texts: string[]): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const some of csvRecords(pieces(...texts))) records.push(...some);
  return records;
}

describe('csvRecords', () => {
  it.each<[string, string, string[][]]>([
    [
      'line feeds',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'carriage returns',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['no end of the last line', 'a\n1', [['a'], ['1']]],
    ['a byte order mark', '\uFEFFa,b\n', [['a', 'b']]],
    [
      'quotes',
      '"a","b, c"\n"say ""so""",\n',
      [
        ['a', 'b, c'],
        ['say "so"', ''],
      ],
    ],
    [
      'a line feed in quotes',
      '"a\nb",c\nd,e\n',
      [
        ['a\nb', 'c'],
        ['d', 'e'],
      ],
    ],
    [
      'empty cells and blank lines',
      ',\n\n,,\r\n\r\n',
      [
        ['', ''],
        ['', '', ''],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s, in one piece and letter by letter', async (_, text, cells) => {
    expect((await all(text)).map((record) => record.cells)).toEqual(cells);
    expect((await all(...Array.from(text))).map((record) => record.cells)).toEqual(cells);
  });

  it('counts lines, also those inside quotes', async () => {
    expect((await all('a\n"b\nc"\n\nd\n')).map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  it.each([
    ['a quote that does not close', 'a\n"b', 'line 2: a quote that does not close'],
    ['text after a quote', 'a\n"b"c\n', 'line 2: text after a closing quote'],
    ['a quote inside a cell', 'a\nb"c"\n', 'line 2: a quote inside'],
    ['a record without an end', `a\n"${'b'.repeat(70_000)}`, 'line 2: a record of more than'],
  ])('refuses %s', async (_, text, message) => {
    await expect(all(text)).rejects.toThrow(LogError);
    await expect(all(text)).rejects.toThrow(message);
  });
});
