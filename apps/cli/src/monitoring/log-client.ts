/** Asks a log, within bounds of time and size. */
import { tryDecode, type Codec } from '#coer/codec.js';

/** The bytes under a path with its query; `undefined` when the log says that there is nothing. */
export type Get = (pathOrUrl: string) => Promise<Uint8Array | undefined>;

/** The log does not answer, or answers what nobody can read: no proof of anything. */
export class NoAnswer extends Error {}

const TIMEOUT_MILLIS = 10_000;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/** A path is asked of the log, a whole URL where it says. Throws NoAnswer for whatever is neither bytes nor 404. */
export function getFrom(logUrl: string): Get {
  return async (pathOrUrl) => {
    const url = pathOrUrl.startsWith('/') ? `${logUrl.replace(/\/+$/, '')}${pathOrUrl}` : pathOrUrl;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
      if (response.status === 404) return undefined;
      if (response.ok) return await boundedBody(response);
      throw new NoAnswer(`${url} answers ${response.status}`);
    } catch (error) {
      throw error instanceof NoAnswer ? error : new NoAnswer(`${url} does not answer`, { cause: error });
    }
  };
}

async function boundedBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The DOM's type of a stream says nothing of iteration; Node's has it.
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST_ANSWER_BYTES) throw new NoAnswer(`${response.url} answers with too much`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** As `get`, decoded; `undefined` for 404. Throws NoAnswer for other bytes. */
export async function getAs<T>(codec: Codec<T>, path: string, get: Get): Promise<T | undefined> {
  const bytes = await get(path);
  if (bytes === undefined) return undefined;
  const decoded = tryDecode(codec, bytes);
  if (!decoded.ok) throw new NoAnswer(`${path}: the answer is no ${codec.name}`);
  return decoded.value;
}
