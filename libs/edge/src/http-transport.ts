/** Lines over HTTP: one POST of bytes, one answer of bytes. Message-level security makes TLS a matter of deployment. */
import { LineFailure, type Transport } from './transport.js';

const DEFAULT_TIMEOUT_MILLIS = 60_000;

export function httpTransport(options: { timeoutMillis?: number } = {}): Transport {
  const timeoutMillis = options.timeoutMillis ?? DEFAULT_TIMEOUT_MILLIS;
  return {
    async call(address, message) {
      const answer = await post(address, message, timeoutMillis);
      if (!answer.ok) throw new LineFailure(`${address} answered ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    },
  };
}

async function post(address: string, message: Uint8Array, timeoutMillis: number): Promise<Response> {
  try {
    return await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: message as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(timeoutMillis),
    });
  } catch (error) {
    throw new LineFailure(`no answer from ${address}`, { cause: error });
  }
}
