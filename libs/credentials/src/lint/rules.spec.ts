/** Every rule by its own examples: what it passes, and what it alone refuses. */
import { readdirSync } from 'node:fs';
import { lintCertificateSubject } from './lint-certificate.js';
import { lintCrlSubject } from './lint-crl.js';
import { lintListSubject } from './lint-list.js';
import { lintSpduSubject } from './lint-spdu.js';
import type { Finding, Rule } from './rule.js';
import { certificateRules, crlRules, listRules, spduRules } from './rules.js';

interface Tried {
  readonly id: string;
  readonly severity: string;
  readonly passing: () => readonly Finding[];
  readonly failing: () => readonly Finding[];
}

const tried = <S>(rules: readonly Rule<S>[], lint: (subject: S) => readonly Finding[]): Tried[] =>
  rules.map(({ id, severity, passing, failing }) => ({
    id,
    severity,
    passing: () => lint(passing()),
    failing: () => lint(failing()),
  }));

const families: Record<string, Tried[]> = {
  certificate: tried(certificateRules, lintCertificateSubject),
  crl: tried(crlRules, lintCrlSubject),
  list: tried(listRules, lintListSubject),
  spdu: tried(spduRules, lintSpduSubject),
};
const all = Object.values(families).flat();
const idsOf = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ rule }) => rule))];

describe.each(all.map((rule) => [rule.id, rule] as const))('%s', (id, { severity, passing, failing }) => {
  it('has no finding in its passing example, and no error of any other rule', () => {
    const findings = passing();
    expect(idsOf(findings)).not.toContain(id);
    expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  });

  it('is found in its failing example, and no other rule has an error there', () => {
    const findings = failing();
    expect(idsOf(findings)).toContain(id);
    expect(idsOf(findings.filter((finding) => finding.severity === 'error'))).toEqual(severity === 'error' ? [id] : []);
  });

  it('says where, what and by which clause', () => {
    for (const finding of failing()) {
      expect(finding.path).toMatch(/^[A-Za-z]/);
      expect(finding.message).not.toMatch(/\.$|undefined|NaN/);
      expect(finding.clause).toMatch(/^(IEEE|YD\/T|GB\/T|docs\/).*, ./);
    }
  });
});

describe('the table of rules', () => {
  it.each(Object.keys(families))('lists every file of %s, each id being the name of its file', (family) => {
    const files = readdirSync(new URL(`./${family}/`, import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
    expect((families[family] ?? []).map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it('has no id twice', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(100);
  });
});
