/** Settings of the door for devices: what one of them may ask of it, and when it takes no more from anybody. */
import { z } from 'zod';

export const DoorSettings = z.strictObject({
  /** Requests that a device may make at once, and over time (IEEE 1609.2.1-2022, ra-maxReqs). A repeat is none. */
  requestsAtOnce: z.int().min(1).max(1000).default(10),
  requestsAWeek: z.int().min(1).max(100_000).default(100),
  /** Seconds between two copies of one bundle (IEEE 1609.2.1-2022, download-minWait). */
  minimumDownloadWaitSeconds: z.number().min(0).max(86_400).default(60),
  /** Ranges given after one copy, for downloads that break off (IEEE 1609.2.1-2022, download-maxReqs). */
  rangesADownload: z.int().min(0).max(1000).default(16),
  /** Certificates owed to devices; with more, new requests are told to come later. */
  maximumOwedItems: z.int().min(1).default(500_000),
});
export type DoorSettings = z.infer<typeof DoorSettings>;
