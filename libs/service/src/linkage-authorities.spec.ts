import { askedLas, LinkageAuthorities } from './linkage-authorities.js';

const knowing = (...names: string[]) => ({ instance: 'a-pra', hasPeer: (name: string) => names.includes(name) });

describe('the linkage authorities of a domain', () => {
  it('are two unless it is said otherwise, and never another number', () => {
    expect(LinkageAuthorities.parse(undefined)).toBe(2);
    expect(LinkageAuthorities.parse(1)).toBe(1);
    for (const count of [0, 3, '1']) expect(LinkageAuthorities.safeParse(count).success).toBe(false);
  });

  it('are asked as they are configured', () => {
    expect(askedLas(2, knowing('pca', 'la1', 'la2'))).toEqual(['la1', 'la2']);
    expect(askedLas(1, knowing('pca', 'la1'))).toEqual(['la1']);
  });

  it.each([
    ['two of which la2 is missing', 2, ['la1'], 'no peer la2'],
    ['two of which la1 is missing', 2, ['la2'], 'no peer la1'],
    ['one that is missing', 1, [], 'no peer la1'],
    ['one, and la2 beside it', 1, ['la1', 'la2'], 'a peer la2 is configured'],
  ] as const)('are refused half configured: %s', (_, count, names, message) => {
    expect(() => askedLas(count, knowing(...names))).toThrow(
      `a-pra: linkageAuthorities is ${String(count)}, and ${message}`,
    );
  });
});
