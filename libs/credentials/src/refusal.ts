/** A refusal is expected, so it is a value: from a closed set, and never repeating what was refused. */
export interface Refused<R extends string = string> {
  readonly kind: 'refused';
  readonly reason: R;
}

export const refused = <R extends string>(reason: R): Refused<R> => ({ kind: 'refused', reason });

export function isRefused<T>(outcome: T): outcome is Extract<T, Refused> {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'refused';
}
