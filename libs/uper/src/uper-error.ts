// The one error of this library: bytes that are no valid encoding, or a value that has none.

/** Says where (path of names, bit offset from the start of the message) and what is wrong. Never repeats the value. */
export class UperError extends Error {
  override readonly name = 'UperError';

  constructor(
    readonly path: string,
    readonly bitOffset: number,
    readonly problem: string,
  ) {
    super(`${path} @bit ${bitOffset}: ${problem}`);
  }
}
