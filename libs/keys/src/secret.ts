/** A value that must not be seen: printed, logged, inspected or put in JSON it says `[secret]`. */
import { inspect } from 'node:util';

/**
 * Wraps a secret for its way through configuration and objects that may be printed. It hides from accidents, not from code:
 * whoever calls `expose` has the value.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself; call it at the last place that needs it. */
  expose(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
