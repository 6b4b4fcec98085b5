/** Which prepared body a question is answered with. */
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import type { CrlIssuer } from '../jobs/issue-crl.js';
import type { Body, Chain } from '../jobs/publication.js';

/** The query of a question, as it came. */
export type Asked = Readonly<Record<string, unknown>>;

const NUMBER = /^(?:0|[1-9]\d{0,9})$/;
export const numberIn = (value: unknown): number | undefined =>
  typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;

export const issuerOf = (series: unknown, issuers: readonly CrlIssuer[]): CrlIssuer | undefined =>
  issuers.find(({ lists }) => series === String(lists.series));

/** `undefined` when there is no list of that CRACA and series. */
export function bodyFor(what: 'full' | 'updates', asked: Asked, issuers: readonly CrlIssuer[]): Body | undefined {
  const { craca, crlSeries } = asked;
  if (typeof craca !== 'string') return undefined;
  const chain = issuerOf(crlSeries, issuers)?.publication.of(craca.toLowerCase());
  return what === 'full' ? chain?.fullBody : chain?.since(heldNumber(chain, asked));
}

/** Number of the list that the asking one holds; 0 when it says none. */
function heldNumber(chain: Chain, asked: Asked): number {
  if (asked['crlSeries'] === String(HASH_CRL_SERIES)) return numberIn(asked['crlSerial']) ?? 0;
  const [iRev, index] = [numberIn(asked['iRev']), numberIn(asked['indexWithinI'])];
  return iRev === undefined || index === undefined ? 0 : chain.numberAt(iRev, index);
}
