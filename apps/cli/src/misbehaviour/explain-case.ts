/** Asks an MA, as one of its operators, why a case stands where it stands. */
import { existsSync } from 'node:fs';
import { operatorProofId, operatorProofInput, OPERATOR_HEADER } from '#apps/ma/src/ma.authority.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { operatorIdOf } from '#credentials/approval.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';

export interface ExplainOptions {
  readonly ma: string;
  readonly operator: string;
  readonly at: number;
  readonly json: boolean;
}

/** Label of an operator's key. */
const LABEL = 'approval';
const TIMEOUT_MILLIS = 10_000;

/** Prints the explanation; the exit code. */
export async function explainCase(caseId: string, options: ExplainOptions, context: CliContext): Promise<number> {
  const path = `/ydt/v1/cases/${caseId}/explanation`;
  const proof = await proofOf(options.operator, path, options.at);
  if (proof === undefined) {
    context.progress(`${options.operator} holds no operator's key`);
    return ExitCode.usage;
  }
  const answer = await ask(`${options.ma.replace(/\/$/, '')}${path}`, proof);
  if (typeof answer === 'string') {
    context.progress(answer);
    return ExitCode.failed;
  }
  const { lines, ...explanation } = answer;
  if (options.json) context.result(JSON.stringify(explanation));
  else for (const line of lines) context.result(line);
  return ExitCode.done;
}

async function proofOf(folder: string, path: string, millis: number): Promise<string | undefined> {
  if (!existsSync(folder)) return undefined;
  const device = await openSoftwareDevice({ directory: folder, random: systemRandom });
  try {
    const publicKey = await device.publicKey(LABEL);
    if (publicKey === undefined) return undefined;
    const signature = await device.sign(LABEL, operatorProofId, operatorProofInput('GET', path, millis));
    return `${hex(operatorIdOf(publicKey))}:${String(millis)}:${hex(signature)}`;
  } finally {
    await device.close();
  }
}

/** The explanation, or in words why there is none. */
async function ask(url: string, proof: string): Promise<{ readonly lines: readonly string[] } | string> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { [OPERATOR_HEADER]: proof },
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      redirect: 'error',
    });
  } catch {
    return 'the MA does not answer';
  }
  const body = (await response.json().catch(() => ({}))) as { refused?: string; lines?: readonly string[] };
  if (response.ok && body.lines !== undefined) return { ...body, lines: body.lines };
  return `the MA refuses: ${body.refused ?? `status ${String(response.status)}`}`;
}
