/** Settings of the MA. */
import { z } from 'zod';
import { LinkageAuthorities } from '#service/linkage-authorities.js';

export const MaSettings = z
  .strictObject({
    /** A report older than this is not looked at. */
    reportWindowDays: z.int().min(1).max(30).default(7),
    /** Different reporters of one week that must have shown it. Below three, two colluders could accuse whom they like. */
    minimumReporters: z.int().min(3).max(100).default(3),
    maximumReportBytes: z.int().min(1024).max(65_536).default(65_536),
    /** All of them are asked in a case. */
    linkageAuthorities: LinkageAuthorities,
    /** How long the operators' signatures of a case hold. */
    approvalHours: z.int().min(1).max(72).default(24),
    /** How long evidence stays after its case has ended. */
    evidenceDays: z.int().min(1).max(365).default(90),
    /** A revocation list is asked for again after this long. */
    crlMaxAgeMinutes: z.int().min(1).max(1440).default(10),
    /** How often, in real time, the tables are looked at for what is owed. */
    tickMillis: z.int().min(100).max(3_600_000).default(3_000),
  })
  .prefault({});
export type MaSettings = z.infer<typeof MaSettings>;
