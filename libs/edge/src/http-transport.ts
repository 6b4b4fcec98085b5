/** Lines over HTTP: one POST of bytes, one answer of bytes. Message-level security makes TLS a matter of deployment. */
import { LineFailure, type Transport } from './transport.js';

const DEFAULT_TIMEOUT_MILLIS = 60_000;
/** Three times the largest answer: pre-linkage values, 65 536 of some 80 bytes. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

interface Limits {
  readonly timeoutMillis: number;
  readonly largestAnswerBytes: number;
}

export function httpTransport(options: Partial<Limits> = {}): Transport {
  const limits = { timeoutMillis: DEFAULT_TIMEOUT_MILLIS, largestAnswerBytes: LARGEST_ANSWER_BYTES, ...options };
  return { call: (address, message) => exchange(address, message, limits) };
}

/** The answer, or a LineFailure whatever went wrong on the way: also one that breaks off, is too long, or leads elsewhere. */
async function exchange(address: string, message: Uint8Array, limits: Limits): Promise<Uint8Array> {
  const answer = await post(address, message, limits.timeoutMillis);
  if (!answer.ok) throw new LineFailure(`${address} answered ${answer.status}`);
  try {
    const bytes = await readUpTo(answer, limits.largestAnswerBytes);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    throw new LineFailure(`the answer of ${address} broke off`, { cause: error });
  }
  throw new LineFailure(`the answer of ${address} is too long`);
}

async function readUpTo(answer: Response, largestBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The DOM's type of a stream says nothing of iteration; Node's has it.
  for await (const chunk of (answer.body as unknown as AsyncIterable<Uint8Array> | null) ?? []) {
    length += chunk.length;
    if (length > largestBytes) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

async function post(address: string, message: Uint8Array, timeoutMillis: number): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: message as Uint8Array<ArrayBuffer>,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMillis),
    });
  } catch (error) {
    throw new LineFailure(`no answer from ${address}`, { cause: error });
  }
}
