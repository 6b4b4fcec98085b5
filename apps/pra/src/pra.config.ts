/** Settings of a PRA beyond the common ones. */
import { z } from 'zod';
import { MAXIMUM_BATCH } from '#edges/pca-pra/issue-batch.js';
import { LinkageAuthorities } from '#service/linkage-authorities.js';
import { isAheadEnough } from './domain/top-up.js';
import { DoorSettings } from './lines/door.config.js';

export const PraSettings = z
  .strictObject({
    /** D: a batch holds items of at least so many different devices, and no more than 1/D of one. Below, items wait. */
    minimumDevices: z.int().min(1).default(10),
    /** Items of one batch. */
    maximumItems: z.int().min(1).max(MAXIMUM_BATCH).default(400),
    /** After so many seconds a class of items is drawn empty in smaller batches, as far as D allows. */
    flushSeconds: z.number().min(0).max(86_400).default(5),
    /** Batches that are on their way to the PCA at once. */
    batchesAtOnce: z.int().min(1).max(16).default(2),
    /** While so many items wait in the pool or for the PCA, no more are made. */
    maximumPooledItems: z.int().min(1).default(60_000),
    /** Requests are passed on to the LAs in groups, once in so many seconds: no LA hears when a single device asked. */
    gatherSeconds: z.number().min(0).max(3600).default(5),
    /** Reports of one such stretch go to the MA together, in random order: it does not hear when each was sent. 0: at once. */
    reportMixSeconds: z.number().min(0).max(86_400).default(600),
    /** So many that wait go before its end. */
    reportMixCount: z.int().min(1).max(10_000).default(50),
    /** All of them are asked for values; with 1 no peer la2 may be configured. */
    linkageAuthorities: LinkageAuthorities,
    /** Weeks that one request may ask for. */
    maximumWeeks: z.int().min(1).max(160).default(8),
    /** Weeks whose certificates are made ahead, the current one counted; a request's further weeks follow one by one. */
    aheadWeeks: z.int().min(2).max(160).default(8),
    /** A further week is made within so many hours after a week began, at a moment of each device's own. */
    topUpJitterHours: z.number().min(1).max(168).default(48),
    /** Requests of one device that are not all answered yet. */
    maximumOutstanding: z.int().min(1).max(64).default(4),
    /** How long before its period begins a bundle may be fetched. */
    downloadAheadHours: z.number().min(0).max(5000).default(24),
    /** What devices may ask of the door. */
    door: DoorSettings.prefault({}),
    /** Whether this process works on what is owed; false: it only answers, and another process of the instance works. */
    work: z.boolean().default(true),
  })
  .refine(({ minimumDevices, maximumItems }) => maximumItems >= minimumDevices, {
    message: 'maximumItems must not be below minimumDevices',
  })
  .refine(isAheadEnough, {
    message: 'aheadWeeks is too small: weeks would not be made a day before downloadAheadHours, with topUpJitterHours',
  });
export type PraSettings = z.infer<typeof PraSettings>;
