/**
 * A line between two roles: who calls, who answers, and the operations with their bytes. The same definition types the
 * caller's port and the callee's rules.
 */
import type { Codec } from '#coer/codec.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import type { Refused } from '#credentials/refusal.js';

export type AuthorityRole = 'ica' | 'aaa' | 'eca' | 'pra' | 'pca' | 'la' | 'ara' | 'aca' | 'ma' | 'cra';

export interface Operation<Q, A> {
  readonly request: Codec<Q>;
  readonly response: Codec<A>;
}
type Operations = Record<string, Operation<never, never>>;

export interface Edge<O> {
  readonly name: string;
  readonly caller: AuthorityRole;
  readonly callee: AuthorityRole;
  /** Whether the two may belong to different domains; else a caller of another domain is refused. */
  readonly crossDomain: boolean;
  readonly operations: O;
}

type RequestOf<P> = P extends Operation<infer Q, infer _A> ? Q : never;
type ResponseOf<P> = P extends Operation<infer _Q, infer A> ? A : never;

/** What the caller holds: one function an operation. */
export type Port<E> =
  E extends Edge<infer O>
    ? { [K in keyof O]: (request: RequestOf<O[K]>) => Promise<ResponseOf<O[K]> | Refused> }
    : never;
/** What the callee implements: the same, with the authenticated caller handed in. */
export type Answers<E> =
  E extends Edge<infer O>
    ? { [K in keyof O]: (request: RequestOf<O[K]>, caller: ListedAuthority) => Promise<ResponseOf<O[K]> | Refused> }
    : never;

export function defineEdge<const O extends Record<string, { request: unknown; response: unknown }>>(edge: {
  name: string;
  caller: AuthorityRole;
  callee: AuthorityRole;
  crossDomain?: boolean;
  operations: O;
}): Edge<O> {
  return { crossDomain: false, ...edge };
}

export type AnyEdge = Edge<Operations>;
