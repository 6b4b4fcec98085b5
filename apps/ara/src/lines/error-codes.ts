/** What a device hears of a refusal: HTTP status and the code of IEEE 1609.2.1-2022 (header ieee-1609.2.1-error). */
import type { DeviceRefusal } from '../domain/refusal.js';

export interface ErrorCode {
  readonly status: number;
  readonly code: string;
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
  possession: bad('400-43'),
  // ra-maxAge
  'too-old': bad('400-77'),
  'from-the-future': bad('400-50'),
  'app-permissions': bad('400-30'),
  'request-permissions': bad('400-31'),
  'other-field': bad('400-32'),
  region: bad('400-33'),
  type: bad('400-34'),
  validity: bad('400-35'),
  keys: bad('400-64'),
  'key-asked-before': bad('400-64'),
  // ra-maxReqs, maxOverlap
  'too-many-requests': bad('400-79'),
  'too-many-certificates': bad('400-710'),
  filename: bad('400-74'),
  'unknown-file': { status: 404, code: '400-74' },
  'not-yet': { status: 404, code: '400-75' },
  ended: { status: 404, code: '400-76' },
};
