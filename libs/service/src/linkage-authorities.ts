/**
 * How many linkage authorities a domain has: two, or the one of YD/T 3957-2021. Said to its PRA, PCA, MA and CRA alike, each of
 * which refuses what comes of another number: otherwise whoever leaves one LA out would have the other know every linkage value.
 */
import { z } from 'zod';

export const LinkageAuthorities = z.literal([1, 2]).default(2);
export type LinkageAuthorities = z.infer<typeof LinkageAuthorities>;

export type LaName = 'la1' | 'la2';

/** The LAs that an instance asks. Throws when it knows la2 beside one LA, or does not know both of two: half is neither. */
export function askedLas(
  count: LinkageAuthorities,
  { instance, hasPeer }: { readonly instance: string; hasPeer(name: string): boolean },
): readonly LaName[] {
  const asked: readonly LaName[] = count === 1 ? ['la1'] : ['la1', 'la2'];
  const missing = asked.find((name) => !hasPeer(name));
  if (missing !== undefined)
    throw new Error(`${instance}: linkageAuthorities is ${String(count)}, and no peer ${missing} is configured`);
  if (count === 1 && hasPeer('la2'))
    throw new Error(`${instance}: linkageAuthorities is 1, and a peer la2 is configured`);
  return asked;
}
