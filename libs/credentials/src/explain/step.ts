/** What a verification says: each check by its name, whether it holds, and one sentence why. */
import type { Certificate } from '#wire/secured-data.js';
import { identityOf } from './identity.js';

export type StepName =
  | 'structure'
  | 'profile'
  | 'permissions'
  | 'ssp'
  | 'time'
  | 'region'
  | 'chain'
  | 'chain-length'
  | 'revocation'
  | 'craca'
  | 'quorum'
  | 'contents'
  | 'signature';

export interface Step {
  readonly step: StepName;
  readonly ok: boolean;
  /** A sentence; of a check that does not hold with the clause it breaks. */
  readonly why: string;
}

export interface Explanation {
  /** Whether every step holds. */
  readonly valid: boolean;
  readonly steps: readonly Step[];
}

export const holds = (step: StepName, why: string): Step => ({ step, ok: true, why });
export const fails = (step: StepName, why: string): Step => ({ step, ok: false, why });
/** A check that something else keeps from being made counts as one that does not hold. */
export const notJudged = (step: StepName, because: string): Step => fails(step, `not judged because ${because}`);

export const explanationOf = (steps: readonly Step[]): Explanation => ({ valid: steps.every(({ ok }) => ok), steps });

/** The first problem, or that there is none. */
export const verdict = (step: StepName, problems: readonly string[], otherwise: string): Step => {
  const [first] = problems;
  if (first === undefined) return holds(step, otherwise);
  return fails(step, problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`);
};

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Unix milliseconds as UTC in ISO 8601; Time64 goes further than the calendar of JavaScript (ECMA-262 21.4.1.1). */
export function moment(unixMillis: number): string {
  if (!(Math.abs(unixMillis) <= 8.64e15)) return 'a moment beyond the calendar';
  return new Date(unixMillis).toISOString().replace('.000Z', 'Z');
}

const PLAIN_NAME = /^[\x21-\x7e]{1,64}$/;

/** `pca.example (b565242d1ee9f500)`. A name that could steer a terminal is left out. */
export function nameOf(certificate: Certificate): string {
  const { id } = certificate.value.toBeSigned.value;
  const id8 = hexOf(identityOf(certificate).hashedId8);
  if (id.kind === 'name' && PLAIN_NAME.test(id.value)) return `${id.value} (${id8})`;
  return id.kind === 'linkageData' ? `the pseudonym ${id8}` : `the certificate ${id8}`;
}

/** Several explanations in one list of steps: a step holds where it holds in all that have it. */
export function together(parts: readonly { readonly label: string; readonly explanation: Explanation }[]): Explanation {
  const names = [...new Set(parts.flatMap(({ explanation }) => explanation.steps.map(({ step }) => step)))];
  const steps = names.map((name): Step => {
    const all = parts.flatMap(({ label, explanation }) =>
      explanation.steps.filter(({ step }) => step === name).map(({ ok, why }) => ({ ok, why: `${label}: ${why}` })),
    );
    const wrong = all.filter(({ ok }) => !ok);
    const shown = wrong.length > 0 ? wrong : all;
    return { step: name, ok: wrong.length === 0, why: shown.map(({ why }) => why).join('; ') };
  });
  return explanationOf(steps);
}
