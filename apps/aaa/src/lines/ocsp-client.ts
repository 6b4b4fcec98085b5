/** Asks a manufacturer's OCSP responder over HTTP (RFC 6960 appendix A.1): one question, a bounded answer, no redirect. */
import { isRefused } from '#credentials/refusal.js';
import type { Random } from '#crypto/random.js';
import type { OcspRefusal } from '../domain/refusal.js';
import { judgeOcspAnswer, NONCE_BYTES, ocspRequest } from '../domain/x509-ocsp.js';
import type { AskStatus } from '../domain/x509-path.js';

const TIMEOUT_MILLIS = 5_000;
const LARGEST_ANSWER_BYTES = 16 * 1024;

export interface OcspNeeds {
  readonly random: Random;
  readonly nowMillis: () => number;
  readonly fetch: typeof fetch;
  /** Told why there is no status; never of which certificate. */
  readonly failed: (reason: OcspRefusal | 'ocsp-no-answer') => void;
}

/** The status by the responder at a URL; `undefined` when it gives none that counts. */
export const askResponder =
  (needs: OcspNeeds): AskStatus =>
  async (link, url) => {
    const question = { ...link, nonce: needs.random.bytes(NONCE_BYTES) };
    const answer = await post(url, ocspRequest(question), needs);
    if (answer === undefined) {
      needs.failed('ocsp-no-answer');
      return undefined;
    }
    const status = judgeOcspAnswer(answer, question, needs.nowMillis());
    if (!isRefused(status)) return status;
    needs.failed(status.reason);
    return undefined;
  };

async function post(url: string, body: Uint8Array, needs: OcspNeeds): Promise<Uint8Array | undefined> {
  try {
    const response = await needs.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: body as Uint8Array<ArrayBuffer>,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
    return response.status === 200 ? await bounded(response) : undefined;
  } catch {
    // No connection, no answer in time, or one that breaks off: the caller says that there is none.
    return undefined;
  }
}

/** The body, read no further than an answer may be long. */
async function bounded(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
