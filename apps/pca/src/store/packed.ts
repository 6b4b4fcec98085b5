/** Many values in one parameter or column: node-postgres would write an array of bytes as text, twice as long. */
/** Values one after the other, and where each begins (and the last ends). */
export interface Joined {
  readonly bytes: Buffer;
  readonly starts: number[];
}

export function joined(values: readonly Uint8Array[]): Joined {
  const starts = [0];
  for (const { length } of values) starts.push((starts.at(-1) as number) + length);
  return { bytes: packed(values), starts };
}

/** The values one after the other; where each begins is known. */
export const packed = (values: readonly Uint8Array[]): Buffer => Buffer.concat(values);

/** The values in a joined column; views of it. */
export function apart(bytes: Uint8Array, starts: readonly number[]): Uint8Array[] {
  return starts.slice(1).map((end, n) => bytes.subarray(starts[n], end));
}
