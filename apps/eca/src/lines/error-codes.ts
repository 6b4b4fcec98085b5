/** What a refused device hears: an HTTP status and the code of IEEE 1609.2.1-2022 6.3.5, never why in words. */
import type { EnrolRefusal } from '../domain/refusal.js';

export const ERROR_HEADER = 'ieee-1609.2.1-error';

/** The code, or `undefined` where the fault is ours and the device may try again (503). */
export const ERROR_CODES: Readonly<Record<EnrolRefusal, string | undefined>> = {
  'not-encrypted-to-us': '400-41',
  'request-malformed': '400-42',
  'request-version': '400-42',
  'request-too-old': '400-70',
  'request-from-the-future': '400-50',
  'certificate-type': '400-34',
  'certificate-fields': '400-32',
  'request-permissions': '400-61',
  'app-permissions': '400-60',
  keys: '400-64',
  'request-signature': '400-43',
  'device-unknown': '400-21',
  'device-blocked': '400-20',
  'already-enrolled': '400-71',
  'permissions-not-allowed': '400-31',
  'key-already-certified': '400-64',
  'outside-our-permissions': '400-31',
  'outside-our-region': '400-33',
  'eca-expiring': '400-35',
  // The enrolment certificate that signed the request.
  'enrolment-unknown': '400-62',
  'enrolment-retired': '400-62',
  'enrolment-ended': '400-712',
  // eca-minWait
  'renewal-too-early': '400-73',
  'aaa-unavailable': undefined,
  // With 429 and Retry-After.
  'too-often': undefined,
};
