/** Walking all that a role issued: what is counted, and what happens when something cannot be read (BI15–BI17). */
import { hex } from '#crypto/bytes.js';

export interface Finding {
  readonly kind: string;
  /** SM3 of the certificate as it was stored, or of the request, in hex. */
  readonly id: string;
  /** The period, where there are periods. */
  readonly i?: number;
  /** Which rule or reason, in words of closed sets. */
  readonly why?: string;
}

export interface CheckCounts {
  /** Certificates without a finding. */
  good: number;
  /** Certificates and intents with findings. */
  bad: number;
  /** Intents without a result: owed, or left by a crash until the item comes again. */
  open: number;
  /** What could not be read, after a second try. */
  errors: number;
}

export interface Told {
  readonly found: (finding: Finding) => void;
  readonly failed: (what: string, error: unknown) => void;
}

const ATTEMPTS = 2;

/** What could not be read is counted as an error, never as good. */
export async function attempted<T>(
  what: string,
  { failed }: Pick<Told, 'failed'>,
  counts: CheckCounts,
  read: () => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if (attempt < ATTEMPTS) continue;
      counts.errors++;
      failed(what, error);
      return undefined;
    }
  }
}

/** One row of a table in which intent and result stand together. */
export interface CheckedRow {
  /** By this the rows are ordered; 32 bytes, of the request. */
  readonly rowHash: Uint8Array;
  readonly certificate: Uint8Array | undefined;
  readonly certificateHash: Uint8Array | undefined;
}

export interface RowWalk<R extends CheckedRow> {
  /** The next rows in rising order of `rowHash`, behind `after`; none behind the last. */
  readonly rowsAfter: (after: Uint8Array) => Promise<readonly R[]>;
  /** What is wrong with a row that has a certificate. */
  readonly judge: (row: R & { certificate: Uint8Array }) => readonly Pick<Finding, 'kind' | 'why'>[];
}

/** Walks a table page by page: memory is that of one page. Counts up to the moment when it ends. */
export async function checkRows<R extends CheckedRow>(
  walk: RowWalk<R>,
  told: Told,
  counts: CheckCounts,
): Promise<void> {
  const next = (after: Uint8Array): Promise<readonly R[] | undefined> =>
    attempted('rows', told, counts, () => walk.rowsAfter(after));
  for (let rows = await next(new Uint8Array()); rows !== undefined && rows.length > 0;) {
    for (const row of rows) checkRow(row, walk, told, counts);
    rows = await next((rows.at(-1) as R).rowHash);
  }
}

function checkRow<R extends CheckedRow>(row: R, { judge }: RowWalk<R>, told: Told, counts: CheckCounts): void {
  const { certificate, certificateHash, rowHash } = row;
  if (certificate === undefined) {
    counts.open++;
    return;
  }
  const faults = judge({ ...row, certificate });
  if (faults.length === 0) counts.good++;
  else counts.bad++;
  for (const fault of faults) told.found({ ...fault, id: hex(certificateHash ?? rowHash) });
}
