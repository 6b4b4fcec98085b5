/** What a requirement of the linter is: one file each, listed in rules.ts, shown in docs/conformance/linter.md. */

/** An error stops a signature; a warning and a notice are for people to read. */
export type Severity = 'error' | 'warning' | 'notice';

/** Where a requirement comes from; `low` where the clause's own words are not public, or the rule is this house's. */
export interface Clause {
  readonly document: string;
  /** The year; absent for a document of this repository. */
  readonly edition?: string;
  /** A clause number, or the name of the ASN.1 type whose description says it. */
  readonly section: string;
  readonly certainty: 'high' | 'medium' | 'low';
}

/** One place where a requirement does not hold. */
export interface Found {
  /** Names of fields from the subject inwards, such as `toBeSigned.appPermissions[1].psid`. */
  readonly path: string;
  /** What is wrong there; never the value of a key, a seed or a linkage value. */
  readonly message: string;
}

export interface Finding extends Found {
  readonly rule: string;
  readonly severity: Severity;
  readonly clause: string;
}

/** What a rule needs beside the subject itself: without it the rule is left out. */
export type Need = 'issuer' | 'arithmetic';

export interface Rule<S> {
  /** kebab-case; the name of its file. */
  readonly id: string;
  /** The requirement, as a sentence. */
  readonly title: string;
  readonly clause: Clause;
  readonly severity: Severity;
  /** Of which kinds of subject it speaks; absent: of all. */
  readonly kinds?: readonly string[];
  readonly profiles?: readonly ('ccsa' | 'ieee')[];
  readonly needs?: Need;
  /** No finding when the requirement holds. Never throws for what a decoded value can hold. */
  check(subject: S): readonly Found[];
  /** A subject in which it holds, and one in which nothing but it is broken. */
  passing(): S;
  failing(): S;
}

/** The requirement holds. */
export const SOUND: readonly Found[] = [];
export const found = (path: string, message: string): readonly Found[] => [{ path, message }];

/** As people write it: `IEEE 1609.2-2022, 6.4.8`. */
export const clauseText = ({ document, edition, section }: Clause): string =>
  `${document}${edition === undefined ? '' : `-${edition}`}, ${section}`;

export const ieee16092 = (section: string, certainty: Clause['certainty'] = 'high'): Clause => ({
  document: 'IEEE 1609.2',
  edition: '2022',
  section,
  certainty,
});
export const ieee160921 = (section: string, certainty: Clause['certainty'] = 'medium'): Clause => ({
  document: 'IEEE 1609.2.1',
  edition: '2022',
  section,
  certainty,
});
export const ydt3957 = (section: string, certainty: Clause['certainty'] = 'medium'): Clause => ({
  document: 'YD/T 3957',
  edition: '2021',
  section,
  certainty,
});
export const gbt45315 = (section: string): Clause => ({
  document: 'GB/T 45315',
  edition: '2025',
  section,
  certainty: 'medium',
});
/** A requirement of this house, by its row of the checklist. */
export const house = (row: string): Clause => ({
  document: 'docs/conformance/checklist.md',
  section: row,
  certainty: 'low',
});
