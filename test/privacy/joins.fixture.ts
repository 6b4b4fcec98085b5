/** By which values the rows of two authorities could be joined: what stands with one and, whole, in something of the other. */
import { hex } from '#crypto/bytes.js';
import { NeedleIndex } from './needles.fixture.js';
import type { StoredValue } from './stores.fixture.js';

/** Public to all: authorities' and manufacturers' certificates, by hash or whole. */
const PUBLIC = new Set([
  'period_key.pca_id',
  'x509_issuer.der',
  'x509_issuer.issuer_id',
  'x509_subject.issuer_id',
  'enrolment.eca_id',
]);
const DOMAINS = ['a', 'b'];

interface Column {
  /** `table.column`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** `x.y = z.u`: column of `one`, column of `other`, for instances of one domain; sorted. */
export function sharedValues(values: readonly StoredValue[], one: string, other: string): string[] {
  const shared = new Set<string>();
  for (const domain of DOMAINS) {
    const mine = columnsOf(values, `${domain}-${one}`);
    const theirs = columnsOf(values, `${domain}-${other}`);
    for (const [here, found] of meetings(mine, theirs)) shared.add(`${here} = ${found}`);
    for (const [there, found] of meetings(theirs, mine)) shared.add(`${found} = ${there}`);
  }
  return [...shared].sort();
}

/** Each value of an instance once. */
function columnsOf(values: readonly StoredValue[], instance: string): Column[] {
  const columns = new Map<string, Column>();
  for (const { instance: owner, table, column, bytes } of values) {
    const name = `${table.slice(table.indexOf('.') + 1)}.${column}`;
    if (owner === instance && !PUBLIC.has(name)) columns.set(`${name} ${hex(bytes)}`, { name, bytes });
  }
  return [...columns.values()];
}

function meetings(mine: readonly Column[], theirs: readonly Column[]): [string, string][] {
  const index = new NeedleIndex();
  for (const { name: kind, bytes } of mine)
    if (bytes.length >= 8 && isOctets(bytes)) index.add({ kind, bytes, domain: '' });
  return theirs.flatMap(({ name, bytes }) => [...index.find(bytes)].map(({ kind }): [string, string] => [kind, name]));
}

/** Random-looking bytes; names, numbers and states are nobody's identifier. */
const isOctets = (bytes: Uint8Array): boolean => bytes.some((byte) => byte < 32 || byte > 126);
