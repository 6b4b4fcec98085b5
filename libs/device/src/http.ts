/** Requests of a device: a time limit, a size limit, and the authority's refusal read off its header. */
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
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
  /** After so long it may say yes, when it told. */
  readonly retryAfterSeconds?: number;
}

/** An answer as far as it came. */
export interface AnswerSoFar extends Answer {
  /** False when the connection ended before the body did. */
  readonly isWhole: boolean;
}

export interface Request {
  readonly url: string;
  readonly headers?: Record<string, string>;
  /** With a body it is a POST. */
  readonly body?: Uint8Array;
}

const CODE = /^\d{3}-\d{2,3}$/;

interface Port {
  readonly fetch: Fetch;
  readonly timeoutMillis: number;
}

/** One exchange; a network that fails is expected of a device and comes as a refusal. */
export async function exchange(
  port: Port,
  request: Request,
  largestBytes: number,
): Promise<Answer | Refused<'no-answer' | 'answer-too-large'>> {
  const answer = await exchangeSoFar(port, request, largestBytes);
  return isRefused(answer) || answer.isWhole ? answer : refused('no-answer');
}

/** One exchange that keeps what came before the connection broke; `no-answer` when not even the head of it did. */
export async function exchangeSoFar(
  port: Port,
  { url, body, headers = {} }: Request,
  largestBytes: number,
): Promise<AnswerSoFar | Refused<'no-answer' | 'answer-too-large'>> {
  let response: Response;
  try {
    response = await port.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? headers : { 'content-type': 'application/octet-stream', ...headers },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(port.timeoutMillis),
    });
  } catch {
    // Not reachable, or silent for too long.
    return refused('no-answer');
  }
  const read = await readUpTo(response, largestBytes);
  return read === undefined
    ? refused('answer-too-large')
    : { status: response.status, headers: response.headers, ...read };
}

async function readUpTo(
  response: Response,
  largestBytes: number,
): Promise<{ body: Uint8Array; isWhole: boolean } | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = true;
  // The DOM's type of a stream says nothing of iteration; Node's has it.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.length;
      if (length > largestBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // Broken off, or silent for too long: what came stands.
    isWhole = false;
  }
  return { body: new Uint8Array(Buffer.concat(chunks)), isWhole };
}

/** The header retry-after in its form of seconds (RFC 9110 10.2.3); undefined for the other, and for more than a year. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  const seconds = /^\d{1,8}$/.test(text) ? Number(text) : Infinity;
  return seconds <= 366 * 86_400 ? seconds : undefined;
}

/** The refusal of an answer that is not the wanted status. */
export function authorityRefused({ status, headers }: Answer): AuthorityRefused {
  const code = headers.get(ERROR_HEADER);
  const seconds = retryAfterSeconds(headers);
  return {
    ...refused('authority-refused'),
    code: code !== null && CODE.test(code) ? code : String(status),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
}
