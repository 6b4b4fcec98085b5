import { coresOf } from './one-core.js';

describe('a list of cores', () => {
  it.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['1,4-5,9', [1, 4, 5, 9]],
  ])('%s', (list, cores) => expect(coresOf(list)).toEqual(cores));
});
