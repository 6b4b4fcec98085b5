/**
 * Who may read cases over HTTP: an operator who signs the request line and the time. Acts need no such proof, since the
 * approvals themselves are signed.
 */
import { fromHex } from '#crypto/bytes.js';
import { sm2Verify } from '#crypto/sm2.js';
import { operatorIdOf } from '#credentials/approval.js';

/** `<operator id, 16 hex digits>:<Unix milliseconds>:<signature, 128 hex digits>` */
export const OPERATOR_HEADER = 'chrysalis-operator';
const SIGNING_ID = new TextEncoder().encode('chrysalis operator 1');
const WINDOW_MILLIS = 60_000;
const FORM = /^([0-9a-f]{16}):(\d{1,15}):([0-9a-f]{128})$/;

/** What the operator signs, under the SM2 identifier `chrysalis operator 1`. */
export const operatorProofInput = (method: string, path: string, millis: number): Uint8Array =>
  new TextEncoder().encode(`${method} ${path} ${millis}`);
export const operatorProofId = SIGNING_ID;

/** Whether the header proves a known operator who asks just this, within a minute. */
export function isOperator(
  header: string | undefined,
  asked: { method: string; path: string },
  { operators, nowMillis }: { operators: readonly Uint8Array[]; nowMillis: number },
): boolean {
  const [, id, millis, signature] = FORM.exec(header ?? '') ?? [];
  if (id === undefined || signature === undefined || Math.abs(Number(millis) - nowMillis) > WINDOW_MILLIS) return false;
  const operator = operators.find((key) => Buffer.from(operatorIdOf(key)).toString('hex') === id);
  const input = operatorProofInput(asked.method, asked.path, Number(millis));
  return operator !== undefined && sm2Verify(operator, SIGNING_ID, input, fromHex(signature));
}
