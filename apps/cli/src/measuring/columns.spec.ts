import { inColumns } from './columns.js';

describe('words in columns', () => {
  it('puts the first and the last column left and figures right, without blanks at the end of a line', () => {
    expect(
      inColumns([
        ['name', 'count', 'remark'],
        ['a', '7', ''],
        ['longer', '1000', 'good'],
      ]),
    ).toEqual(['name    count  remark', 'a           7', 'longer   1000  good']);
  });
});
