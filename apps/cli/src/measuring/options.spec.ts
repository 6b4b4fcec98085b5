import { numberFrom } from './options.js';

describe('a number on the command line', () => {
  it.each([
    ['0.25', 0.25],
    ['3', 3],
  ])('takes %j', (text, value) => expect(numberFrom(0.25, false)(text)).toBe(value));
  it.each(['', ' ', 'many', '0.2', '1000001', 'Infinity', 'NaN'])('refuses %j', (text) =>
    expect(() => numberFrom(0.25, false)(text)).toThrow('a number of at least 0.25 is expected'),
  );
  it('refuses a broken number where a whole one is expected', () =>
    expect(() => numberFrom(1, true)('1.5')).toThrow('a whole number of at least 1 is expected'));
});
