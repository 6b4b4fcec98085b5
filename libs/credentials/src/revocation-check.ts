/**
 * What a receiver asks before it believes a certificate: is it on the current CRL of its CRACA and series?
 * One who holds no current CRL of that series cannot know, and says so; the caller then refuses (fail closed, TL8).
 */
import type { Certificate } from '#wire/secured-data.js';

export type RevocationStanding = 'good' | 'revoked' | 'no-crl';

export interface RevocationCheck {
  /** The standing of a certificate at `nowMillis` (Unix), by its cracaId and crlSeries. */
  check(certificate: Certificate, nowMillis: number): RevocationStanding;
}
