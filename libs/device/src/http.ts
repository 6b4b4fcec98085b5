/** Requests of a device: a time limit, a size limit, and the authority's refusal read off its header. */
import { refused, type Refused } from '#credentials/refusal.js';
import { ERROR_HEADER } from '#edges/ee-pra/provisioning.js';

/** The part of the platform's `fetch` that is used here. */
export type Fetch = (
  url: string,
  init: {
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    body?: Uint8Array<ArrayBuffer>;
    signal: AbortSignal;
  },
) => Promise<Response>;

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly headers: Headers;
}

/** `no-answer`: not reachable, broken off, or silent for too long. */
export type HttpRefusal = 'no-answer' | 'answer-too-large' | 'authority-refused';

/** The authority said no; its code of IEEE 1609.2.1-2022 (`400-43`), or the bare status. */
export interface AuthorityRefused extends Refused<'authority-refused'> {
  readonly code: string;
}

export interface Request {
  readonly url: string;
  readonly headers?: Record<string, string>;
  /** With a body it is a POST. */
  readonly body?: Uint8Array;
}

const CODE = /^\d{3}-\d{2,3}$/;

/** One exchange; a network that fails is expected of a device and comes as a refusal. */
export async function exchange(
  port: { fetch: Fetch; timeoutMillis: number },
  request: Request,
  largestBytes: number,
): Promise<Answer | Refused<'no-answer' | 'answer-too-large'>> {
  const { url, body, headers = {} } = request;
  try {
    const response = await port.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? headers : { 'content-type': 'application/octet-stream', ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(port.timeoutMillis),
    });
    const bytes = await readUpTo(response, largestBytes);
    if (bytes === undefined) return refused('answer-too-large');
    return { status: response.status, body: bytes, headers: response.headers };
  } catch {
    return refused('no-answer');
  }
}

async function readUpTo(response: Response, largestBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The DOM's type of a stream says nothing of iteration; Node's has it.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > largestBytes) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** The refusal of an answer that is not the wanted status. */
export function authorityRefused({ status, headers }: Answer): AuthorityRefused {
  const code = headers.get(ERROR_HEADER);
  return { ...refused('authority-refused'), code: code !== null && CODE.test(code) ? code : String(status) };
}
