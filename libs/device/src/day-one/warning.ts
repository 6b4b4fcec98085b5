/** What a day-one application (T/CSAE 53-2020) is and says. */
import type { Heard } from './heard.js';
import type { OwnState } from './mover.js';

export interface Warning {
  /** A short sentence for the driver. */
  readonly text: string;
  /** Seconds until it matters, where that is known. */
  readonly inSeconds?: number;
}

/** Judges one moment: nothing is remembered between two. */
export type Application = (own: OwnState, heard: Heard) => Warning | undefined;
