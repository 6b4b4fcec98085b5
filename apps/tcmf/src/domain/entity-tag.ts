/** ETag and If-None-Match (RFC 9110 8.8.3, 13.1.2): whoever holds the current list is told so and gets no bytes. */

/** The strong tag of content with this SM3 (hex). */
export const entityTag = (sm3: string): string => `"${sm3}"`;

/** Whether an If-None-Match header names the tag; the comparison is the weak one, `*` names every tag. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
