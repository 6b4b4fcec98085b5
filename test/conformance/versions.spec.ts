/** The table of editions stays true: what it names exists, and what exists in asn1/ is named. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const page = readFileSync('docs/conformance/versions.md', 'utf8');
const quoted = [...page.matchAll(/`([^`\s]+)`/g)].map(([, text]) => text as string);

describe('docs/conformance/versions.md', () => {
  const paths = quoted.filter((text) => /^(libs|test|docs)\//.test(text));

  it('names specs and sources', () => {
    expect(paths.length).toBeGreaterThan(30);
  });

  it.each([...new Set(paths)])('names what exists: %s', (path) => {
    expect(existsSync(path)).toBe(true);
  });

  it('has a row for every module of asn1/, and for no other', () => {
    const modules = readdirSync('asn1', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.asn'))
      .map((file) => basename(file, '.asn'));
    expect(modules.filter((name) => !quoted.includes(name))).toEqual([]);
    const cells = page
      .split('\n')
      .filter((line) => line.startsWith('| ') && line.split('|').length === 7 && !line.startsWith('| standard'))
      .flatMap((line) => [...(line.split('|')[3] as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name as string));
    expect(cells.filter((name) => !modules.includes(name))).toEqual([]);
    expect(cells.length).toBe(modules.length);
  });
});
