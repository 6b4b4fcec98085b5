// The one error of this library: bytes that are no valid encoding, or a value that has none.

/** Says where (path of names, bit offset from the start of the message) and what is wrong. Never repeats the value. */
export class UperError extends Error {
  override readonly name = 'UperError';

  readonly path: string;

  /** `trail`: names of components and alternatives, numbers of items, from the outside. */
  constructor(
    trail: readonly (string | number)[],
    readonly bitOffset: number,
    readonly problem: string,
  ) {
    const path = trail.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join('.');
    super(`${path} @bit ${bitOffset}: ${problem}`);
    this.path = path;
  }
}
