/**
 * One instance of the engine (libs/crypto/engine, WebAssembly) for each thread, made when first imported.
 * Its memory never grows, so a view of it stays good. A call is synchronous: two calls never meet on the desk.
 */
import { readFileSync } from 'node:fs';

/** The part of the standard's WebAssembly interface that is used; TypeScript knows it by its browser library alone. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: unknown };
};

/** Both layouts, sources and dist, have the module at this place. */
const file = new URL('../../engine/engine.wasm', import.meta.url);

function bytesOfModule(): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new Error('the engine is not built: run `./chrysalis build`', { cause: error });
  }
}

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytesOfModule()), {});

/** The engine's functions under the types that the binding of each file states. */
export function engineCalls<Calls extends Record<keyof Calls, (...words: number[]) => number | void>>(): Calls {
  return exports as Calls;
}

const {
  memory,
  desk: deskBegin,
  deskBytes,
} = exports as {
  memory: { buffer: ArrayBuffer };
  desk(): number;
  deskBytes(): number;
};

/** The address of the desk in the engine's memory, for calls that take addresses. */
export const DESK_AT = deskBegin();

/** The desk: arguments are laid on it and results are taken from it. */
export const desk = new Uint8Array(memory.buffer, DESK_AT, deskBytes());

/** Bytes of the whole instance: it never takes more. */
export const ENGINE_MEMORY_BYTES = memory.buffer.byteLength;
