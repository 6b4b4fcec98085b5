/** The one error of this library: what was wrong, where in the structure, and at which byte. */
export class CoerError extends Error {
  /** Such as `content.signedData.signer.certificate[0]`; empty where the error is in no field. */
  path = '';

  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(`@${offset}: ${problem}`);
    this.name = 'CoerError';
  }

  /** Called by each enclosing type while the error travels outwards. */
  within(field: string): this {
    const separator = this.path === '' || this.path.startsWith('[') ? '' : '.';
    this.path = `${field}${separator}${this.path}`;
    this.message = `${this.path} @${this.offset}: ${this.problem}`;
    return this;
  }
}

/** What an enclosing type throws on: the same error, which now knows the field it came through. */
export function through(field: string, error: unknown): unknown {
  return error instanceof CoerError ? error.within(field) : error;
}
