/**
 * What only the person at the machine can put right: a busy port, a full disk, a directory that belongs to someone
 * else. The message is one whole sentence for that person; a program shows it alone, without a stack.
 */

/** Why the operator is needed; the closed set a program may switch over. */
export type OperatorReason =
  | 'missing'
  | 'not-a-directory'
  | 'foreign'
  | 'damaged'
  | 'newer'
  | 'held'
  | 'no-permission'
  | 'disk-full'
  | 'port-busy'
  | 'no-binaries'
  | 'out-of-reach'
  | 'shared-server';

/** Thrown before anything was changed, with a message that is one sentence. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';

  constructor(
    readonly reason: OperatorReason,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
  }
}

const PERMISSION_CODES = new Set(['EACCES', 'EPERM', 'EROFS']);
const DISK_FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);

/** The system's error code of a caught value ('ENOENT'), or undefined when it carries none. */
export function systemCode(error: unknown): string | undefined {
  // By shape: an error made in another realm (a vm context, a worker) is no instance of our Error.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Turns a file system error into the sentence for the operator; anything else becomes a plain failure with its cause.
 *
 * `doing` completes "while …", for instance "writing the marker".
 */
export function fileTrouble(error: unknown, path: string, doing: string): Error {
  const code = systemCode(error) ?? '';
  if (PERMISSION_CODES.has(code)) {
    return new OperatorError('no-permission', `No permission for ${path} while ${doing} (${code}).`, { cause: error });
  }
  if (DISK_FULL_CODES.has(code)) {
    return new OperatorError('disk-full', `The disk of ${path} is full: it failed while ${doing}.`, { cause: error });
  }
  return new Error(`${doing}: ${path}`, { cause: error });
}
