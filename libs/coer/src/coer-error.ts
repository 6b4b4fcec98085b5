/** The one error of this library: what was wrong, where in the structure, and at which byte. */
export class CoerError extends Error {
  readonly path: string[] = [];

  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(problem);
    this.name = 'CoerError';
    this.describe();
  }

  /** Called by each enclosing type while the error travels outwards. */
  within(field: string): this {
    this.path.unshift(field);
    this.describe();
    return this;
  }

  private describe(): void {
    const where = this.path.join('.').replaceAll('.[', '[');
    this.message = `${where} @${this.offset}: ${this.problem}`.trimStart();
  }
}

/** What an enclosing type throws on: the same error, which now knows the field it came through. */
export function through(field: string, error: unknown): unknown {
  return error instanceof CoerError ? error.within(field) : error;
}
