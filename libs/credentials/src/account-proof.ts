/** Whose account sends a request: an account is an SM2 key, and its holder signs the request line, the time and the body. */
import { fromHex, hex } from '#crypto/bytes.js';
import { sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import type { Sign } from './sm2-binding.js';

/** `<public key, 66 hex digits>:<Unix milliseconds>:<signature, 128 hex digits>` */
export const ACCOUNT_HEADER = 'chrysalis-account';
const ACCOUNT_SIGNING_ID = new TextEncoder().encode('chrysalis account 1');
const WINDOW_MILLIS = 60_000;
const FORM = /^(0[23][0-9a-f]{64}):(\d{1,15}):([0-9a-f]{128})$/;

/** A request as it is signed: `path` with its query; `body` as parsed from JSON, or `undefined`. */
export interface Signed {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/**
 * What the holder signs, under the SM2 identifier `chrysalis account 1`: `<method> <path> <milliseconds> <SM3 of the body>`. The
 * body counts as compact JSON, its members in the order in which they were sent; none is the SM3 of nothing.
 */
function accountInput({ method, path, body }: Signed, millis: number): Uint8Array {
  const text = body === undefined ? '' : JSON.stringify(body);
  const hash = hex(sm3(new TextEncoder().encode(text)));
  return new TextEncoder().encode(`${method} ${path} ${String(millis)} ${hash}`);
}

/** The header of a request, by the holder of the key (33 bytes). */
export async function proveAccount(
  holder: { readonly publicKey: Uint8Array; readonly sign: Sign },
  asked: Signed,
  nowMillis: number,
): Promise<string> {
  const signature = await holder.sign(ACCOUNT_SIGNING_ID, accountInput(asked, nowMillis));
  return `${hex(holder.publicKey)}:${String(nowMillis)}:${hex(signature)}`;
}

/** The public key, hex, of the account that signed just this within a minute; else `undefined`. */
export function accountOf(header: string | undefined, asked: Signed, nowMillis: number): string | undefined {
  const [, key, millis, signature] = FORM.exec(header ?? '') ?? [];
  if (key === undefined || signature === undefined || Math.abs(Number(millis) - nowMillis) > WINDOW_MILLIS)
    return undefined;
  const isSigned = sm2Verify(fromHex(key), ACCOUNT_SIGNING_ID, accountInput(asked, Number(millis)), fromHex(signature));
  return isSigned ? key : undefined;
}
