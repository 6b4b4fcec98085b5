/**
 * Which implementation of the arithmetic runs: ENGINE=wasm (or nothing) is the engine of libs/crypto/engine,
 * ENGINE=reference the slow and plain one in TypeScript, against which the engine is held.
 */

/** The choice that a value of ENGINE makes. Throws on any other word, so that no misspelling chooses silently. */
export function engineNamed(value: string | undefined): 'wasm' | 'reference' {
  if (value === undefined || value === 'wasm') return 'wasm';
  if (value === 'reference') return 'reference';
  throw new Error('ENGINE: wasm or reference expected (nothing means wasm)');
}

const chosen = engineNamed(process.env['ENGINE']);

/** The one of two implementations that ENGINE chooses, for the life of the process. */
export function chooseEngine<Face>(engine: Face, reference: Face): Face {
  return chosen === 'wasm' ? engine : reference;
}
