/** Applies rules to one subject, in the order of their list. */
import { clauseText, type Finding, type Need, type Rule, type Severity } from './rule.js';

const NONE: readonly Finding[] = [];

/** The rules of a list that speak of this kind and profile and need no more than what is at hand. */
export function rulesFor<S>(
  rules: readonly Rule<S>[],
  about: { kind?: string; profile: 'ccsa' | 'ieee'; has: ReadonlySet<Need> },
): readonly Rule<S>[] {
  return rules.filter(
    ({ kinds, profiles, needs }) =>
      (kinds === undefined || (about.kind !== undefined && kinds.includes(about.kind))) &&
      (profiles === undefined || profiles.includes(about.profile)) &&
      (needs === undefined || about.has.has(needs)),
  );
}

/** The findings of these rules; one shared empty list when there are none. `least` leaves out what is less severe. */
export function runRules<S>(rules: readonly Rule<S>[], subject: S): readonly Finding[] {
  let findings: Finding[] | undefined;
  for (const rule of rules) {
    const places = rule.check(subject);
    if (places.length === 0) continue;
    findings ??= [];
    const { id, severity, clause } = rule;
    for (const { path, message } of places)
      findings.push({ rule: id, severity, path, message, clause: clauseText(clause) });
  }
  return findings ?? NONE;
}

export const errorsOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, notice: 2 };
/** Errors first; those of one severity keep their order. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
