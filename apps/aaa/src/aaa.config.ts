/** Settings of an AAA beyond the common ones. */
import { z } from 'zod';
import { CHINA } from '#credentials/authority-certificate.js';

const THREE_YEARS_HOURS = 3 * 366 * 24;

export const AaaSettings = z.strictObject({
  /** A file with the bearer token of the operators' JSON interface; made when missing. Without one only loopback may call. */
  operatorTokenFile: z.string().optional(),
  /** Life of the enrolment certificates it allows. */
  enrolmentHours: z.int().min(1).max(0xffff).default(THREE_YEARS_HOURS),
  /** ISO 3166-1 numeric, for devices and issuers that are registered without one. */
  country: z.int().min(1).max(999).default(CHINA),
});
export type AaaSettings = z.infer<typeof AaaSettings>;
