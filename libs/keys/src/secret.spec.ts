import { inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const canary = 'canary-value';
  const secret = new Secret(canary);

  it('does not show its value in any usual way of printing', () => {
    const printed = [
      String(secret),
      `${secret.toString()}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
      JSON.stringify(Object.entries(secret)),
    ];
    for (const text of printed) expect(text).not.toContain(canary);
    expect(printed.slice(0, 4)).toEqual(['[secret]', '[secret]', '{"secret":"[secret]"}', '[secret]']);
  });

  it('gives its value to who asks for it', () => {
    expect(secret.expose()).toBe(canary);
    expect(new Secret(Uint8Array.of(1)).expose()).toEqual(Uint8Array.of(1));
  });
});
