/**
 * A field as JSON, in the manner of X.697 (JER): names of the standard, octets in lower case hexadecimal, a CHOICE as an
 * object of one member, a BIT STRING as the names of its set bits. Octets whose content could be read have a neighbour with
 * it, "opaque as ScmsSsp" beside "opaque"; in a list they are an object of both. Integers beyond 2^53 are decimal text.
 */
import type { OtherEdition } from '#coer/sequence.js';
import type { Field } from './field-tree.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

export function jsonOf(field: Field): Json {
  switch (field.kind) {
    case 'sequence':
    case 'choice':
      return Object.fromEntries(field.children.filter(saysSomething).flatMap(membersOf));
    case 'opened':
      return { octets: leafOf(field.value), ...contentsOf(field) };
    case 'list':
      return field.children.map(jsonOf);
    case 'leaf':
    case 'plain':
      return field.type === 'extensions' ? { additions: (field.value as OtherEdition).count } : leafOf(field.value);
  }
}

/** The members that a component makes: itself, and what its octets hold. */
function membersOf(field: Field): [string, Json][] {
  if (field.kind !== 'opened') return [[field.key, jsonOf(field)]];
  const contents = Object.entries(contentsOf(field)).map(([type, content]): [string, Json] => {
    return [`${field.key} as ${type}`, content];
  });
  return [[field.key, leafOf(field.value)], ...contents];
}

/** What opened octets hold, by the name of its type. */
function contentsOf(field: Field): Record<string, Json> {
  return Object.fromEntries(field.children.map((child) => [child.key, jsonOf(child)]));
}

/** The bitmap of extension additions does only when an edition with another number of them wrote the value. */
const saysSomething = (field: Field): boolean => field.type !== 'extensions' || field.value !== undefined;

function leafOf(value: unknown): Json {
  if (value instanceof Uint8Array) return hexOf(value);
  if (value instanceof Set) return [...(value as Set<string>)];
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  return value as string | number | boolean | null;
}
