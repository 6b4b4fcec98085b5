import { readFileSync, writeFileSync } from 'node:fs';
import { linterPage } from './rules-table.fixture.js';
import { certificateRules, crlRules, listRules, spduRules } from './rules.js';

const PATH = 'docs/conformance/linter.md';
const rules = [certificateRules, crlRules, listRules, spduRules].flat();

describe('the page of the linter', () => {
  it('is what the rules say (write it anew with UPDATE_LINTER=1)', () => {
    if (process.env['UPDATE_LINTER'] === '1') writeFileSync(PATH, linterPage());
    expect(readFileSync(PATH, 'utf8')).toBe(linterPage());
  });

  it('cites rows that the checklist has', () => {
    const checklist = readFileSync('docs/conformance/checklist.md', 'utf8');
    const rows = rules.flatMap(({ clause }) => (clause.document.startsWith('docs/') ? [clause.section] : []));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect([row, checklist.includes(`- **${row}** `)]).toEqual([row, true]);
  });
});
