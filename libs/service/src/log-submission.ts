/** Tells the log of the TCMF what is about to be published; see docs/decisions/0007-log.md. */
import { LOG_ENTRIES_PATH } from '#edges/ee-lists/paths.js';

/** Whoever issues waits for it: revocation must not wait long. */
const TIMEOUT_MILLIS = 3_000;

/** Whether the log took it (encoded LogSubmission); false when it refuses, does not answer, or not in time. */
export type SubmitToLog = (submission: Uint8Array) => Promise<boolean>;

export function submitToLogAt(tcmfUrl: string): SubmitToLog {
  return async (submission) => {
    try {
      const response = await fetch(`${tcmfUrl}${LOG_ENTRIES_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(submission),
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Not reachable, or silent: the caller says so, and tries again.
      return false;
    }
  };
}
