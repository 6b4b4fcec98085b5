/**
 * Lines over HTTP: one POST of bytes, one answer of bytes. Message-level security makes TLS a matter of deployment.
 * By node:http and connections that stay: for an exchange of half a megabyte a third of the work of `fetch`.
 */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { LineFailure, type Transport } from './transport.js';

const DEFAULT_TIMEOUT_MILLIS = 60_000;
/** Three times the largest answer: pre-linkage values, 65 536 of some 80 bytes. */
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;
/** Connections to one peer, and how long one is kept that nobody uses: less than a server keeps it (Node: 5 s). */
const MOST_CONNECTIONS = 16;
const IDLE_MILLIS = 4_000;

interface Limits {
  readonly timeoutMillis: number;
  readonly largestAnswerBytes: number;
}

/** Of one protocol, with its connections. */
interface Client {
  readonly request: typeof http.request;
  readonly agent: http.Agent;
}

export function httpTransport(options: Partial<Limits> = {}): Transport {
  const limits = { timeoutMillis: DEFAULT_TIMEOUT_MILLIS, largestAnswerBytes: LARGEST_ANSWER_BYTES, ...options };
  const kept = { keepAlive: true, maxSockets: MOST_CONNECTIONS, timeout: IDLE_MILLIS };
  const plain: Client = { request: http.request, agent: new http.Agent(kept) };
  const secured: Client = { request: https.request, agent: new https.Agent(kept) };
  return {
    call: (address, message) => exchange(address.startsWith('https:') ? secured : plain, address, message, limits),
  };
}

/** The answer, or a LineFailure whatever went wrong on the way: also one that breaks off, is too long, or leads elsewhere. */
async function exchange(client: Client, address: string, message: Uint8Array, limits: Limits): Promise<Uint8Array> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), limits.timeoutMillis);
  try {
    const answer = await post(client, address, message, waiting.signal);
    // A refusal, too, is read to its end: its connection is of use again.
    const bytes = await readUpTo(answer, address, limits.largestAnswerBytes);
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw new LineFailure(`${address} answered ${statusCode}`);
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}

function post(
  { request, agent }: Client,
  address: string,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': message.length };
  return new Promise((resolve, reject) => {
    const noAnswer = (cause: unknown): void => reject(new LineFailure(`no answer from ${address}`, { cause }));
    try {
      request(address, { agent, method: 'POST', headers, signal })
        .once('response', resolve)
        .on('error', noAnswer)
        .end(message);
    } catch (error) {
      // An address that is none, or of another protocol.
      noAnswer(error);
    }
  });
}

function readUpTo(answer: IncomingMessage, address: string, largestBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    answer.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      chunks.push(chunk);
      if (length <= largestBytes) return;
      reject(new LineFailure(`the answer of ${address} is too long`));
      answer.destroy();
    });
    answer.once('end', () => resolve(joined(chunks, length)));
    answer.on('error', (cause) => reject(new LineFailure(`the answer of ${address} broke off`, { cause })));
  });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
