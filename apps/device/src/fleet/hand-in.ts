/** Hands in many requests: a bounded number at once, each again when the PRA says that it is busy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AUTHORIZATION_PATH, ERROR_HEADER } from '#edges/ee-pra/provisioning.js';

const TIMEOUT_MILLIS = 60_000;
/** Where a busy PRA does not say when to come again. */
const DEFAULT_WAIT_SECONDS = 1;
const BUSY = new Set([429, 503]);

export interface HandIn {
  readonly url: string;
  /** Requests under way at one time. */
  readonly atOnce: number;
  readonly count: number;
  /** What the n-th vehicle sends, the sealed request; asked before each try. */
  readonly bodyOf: (n: number) => Promise<Uint8Array>;
  /** Called before the n-th request is sent for the first time. */
  readonly onSend: (n: number) => void;
  /** Called when it was accepted. */
  readonly onAccepted: (n: number) => void;
  readonly signal: AbortSignal;
}

export interface HandedIn {
  readonly accepted: number;
  /** Answers that said to come again later. */
  readonly busy: number;
  /** Refusals by their code, and how many of each. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Resolves when every request was accepted or refused for good, or the signal aborted. */
export async function handIn(options: HandIn): Promise<HandedIn> {
  const counts = { accepted: 0, busy: 0, refused: {} as Record<string, number> };
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < options.count && !options.signal.aborted) {
      const n = next++;
      options.onSend(n);
      const code = await handInOne(options, n, () => counts.busy++);
      if (code === undefined) {
        counts.accepted++;
        options.onAccepted(n);
      } else counts.refused[code] = (counts.refused[code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, sender));
  return counts;
}

/** Undefined when it was accepted, else the refusal's code. */
async function handInOne({ url, bodyOf, signal }: HandIn, n: number, onBusy: () => void): Promise<string | undefined> {
  for (;;) {
    const response = await fetch(`${url}${AUTHORIZATION_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: (await bodyOf(n)) as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLIS)]),
    });
    await response.arrayBuffer();
    if (response.status === 202) return undefined;
    if (!BUSY.has(response.status)) return response.headers.get(ERROR_HEADER) ?? String(response.status);
    onBusy();
    const seconds = Number(response.headers.get('retry-after') ?? DEFAULT_WAIT_SECONDS);
    await sleep(1000 * (Number.isFinite(seconds) ? seconds : DEFAULT_WAIT_SECONDS), undefined, { signal });
  }
}
