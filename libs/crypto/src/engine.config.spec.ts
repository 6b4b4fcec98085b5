import { chooseEngine, engineNamed } from './engine.config.js';

describe('ENGINE', () => {
  it.each(['', 'WASM', 'reference ', 'noble', 'native'])('refuses %j', (value) => {
    expect(() => engineNamed(value)).toThrow('ENGINE: wasm or reference expected');
  });

  it.each([
    [undefined, 'wasm'],
    ['wasm', 'wasm'],
    ['reference', 'reference'],
  ])('reads %j as %s', (value, expected) => {
    expect(engineNamed(value)).toBe(expected);
  });

  it('chooses what the environment of this process says', () => {
    const expected = process.env['ENGINE'] === 'reference' ? 'plain' : 'fast';
    expect(chooseEngine('fast', 'plain')).toBe(expected);
  });
});
