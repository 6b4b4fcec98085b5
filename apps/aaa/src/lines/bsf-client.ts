/**
 * Asks an operator's BSF for Ks_NAF over HTTP and JSON: `{ btid, nafId }`, answered by `{ key, serial, expiresMillis }`, bytes in
 * hex; 404 says that there is none. A stand-in for Zn, which is Diameter or SOAP (3GPP TS 29.109); the link is the operator's.
 */
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import type { AskBsf } from '../domain/gba-proof.js';

const TIMEOUT_MILLIS = 5_000;
const LARGEST_ANSWER_BYTES = 4096;

const Answer = z.strictObject({
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform(fromHex),
  serial: z.string().min(1).max(64),
  expiresMillis: z.number().min(0),
});

export interface BsfNeeds {
  readonly url: string;
  /** Of the AAA as it is known to the BSF. */
  readonly bearer: string;
  /** Our name and the protocol in which the key is used: see `nafIdOf`. */
  readonly nafId: Uint8Array;
  readonly fetch: typeof fetch;
  readonly failed: (error: unknown) => void;
}

export const askBsf =
  ({ url, bearer, nafId, fetch, failed }: BsfNeeds): AskBsf =>
  async (btid) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        body: JSON.stringify({ btid, nafId: hex(nafId) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      if (response.status === 404) return 'unknown';
      if (response.status !== 200) throw new Error(`the BSF answers ${String(response.status)}`);
      return Answer.parse(JSON.parse(await bounded(response)));
    } catch (error) {
      // No answer, or none that we read: the device may try again, and our log says why.
      failed(error);
      return undefined;
    }
  };

/** The body as text, read no further than an answer may be long. */
async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST_ANSWER_BYTES) throw new Error('the BSF says too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
