/**
 * What a device hears of a refusal: HTTP status and, where the standard has one, the code of IEEE 1609.2.1-2022 table 8 in
 * the header ieee-1609.2.1-error. With 404 and 503 the status says all there is.
 */
import type { DeviceRefusal } from '../domain/refusal.js';

export interface ErrorCode {
  readonly status: number;
  readonly code?: string;
}

const bad = (code: string): ErrorCode => ({ status: 400, code });

export const ERROR_CODES: Readonly<Record<DeviceRefusal, ErrorCode>> = {
  'not-encrypted': bad('400-10'),
  'not-for-us': bad('400-41'),
  malformed: bad('400-42'),
  'too-large': { status: 413, code: '400-42' },
  'ec-chain': bad('400-40'),
  'ec-validity': bad('400-712'),
  'ec-blacklisted': bad('400-20'),
  signature: bad('400-43'),
  // ra-maxAge
  'too-old': bad('400-77'),
  'from-the-future': bad('400-50'),
  replayed: bad('400-77'),
  'app-permissions': bad('400-30'),
  'request-permissions': bad('400-31'),
  'other-field': bad('400-32'),
  region: bad('400-33'),
  type: bad('400-34'),
  validity: bad('400-35'),
  keys: bad('400-64'),
  // ra-maxOverlap
  overlap: bad('400-710'),
  // ra-maxReqs
  'too-many-requests': bad('400-79'),
  'too-many-reports': { status: 429, code: '400-79' },
  busy: { status: 503 },
  // The signed name and the one in the address: what was parsed does not fit together.
  filename: bad('400-42'),
  // download-maxAge
  'download-too-old': bad('400-74'),
  // download-minWait
  'download-too-soon': bad('400-76'),
  'unknown-file': { status: 404 },
  'not-yet': { status: 404 },
};
