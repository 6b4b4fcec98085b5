/** Settings of a PRA beyond the common ones. */
import { z } from 'zod';
import { MAXIMUM_BATCH } from '#edges/pca-pra/issue-batch.js';

export const PraSettings = z
  .strictObject({
    /** D: a batch holds items of at least so many different devices, and no more than 1/D of one. Below, items wait. */
    minimumDevices: z.int().min(1).default(10),
    /** Items of one batch. */
    maximumItems: z.int().min(1).max(MAXIMUM_BATCH).default(400),
    /** Weeks that one request may ask for. */
    maximumWeeks: z.int().min(1).max(160).default(8),
    /** Requests of one device that are not all answered yet. */
    maximumOutstanding: z.int().min(1).max(64).default(4),
    /** How long before its period begins a bundle may be fetched. */
    downloadAheadHours: z.number().min(0).max(5000).default(24),
    /** Whether this process works on what is owed; false: it only answers, and another process of the instance works. */
    work: z.boolean().default(true),
  })
  .refine(({ minimumDevices, maximumItems }) => maximumItems >= minimumDevices, {
    message: 'maximumItems must not be below minimumDevices',
  });
export type PraSettings = z.infer<typeof PraSettings>;
