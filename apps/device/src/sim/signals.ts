/** The signals of a junction: one phase for the avenue, one for the street across, a fixed plan of a minute. */
import type { LightState } from '#uper/messages/spat.js';
import type { NodeName } from './network.js';

export type Phase = 1 | 2;
export const PHASES: readonly Phase[] = [1, 2];

/** Which phase an approach has. */
export const phaseOf = (from: NodeName): Phase => (from.startsWith('north') || from.startsWith('south') ? 2 : 1);

const CYCLE_SECONDS = 60;
/** Green and yellow of the avenue; the street has the same half a cycle later. Else red. */
const GREEN_SECONDS = 25;
const YELLOW_SECONDS = 3;

export interface Shown {
  readonly light: LightState;
  /** From now; 0 for what is shown. */
  readonly startsInSeconds: number;
  readonly endsInSeconds: number;
}

/** What the phase shows now and in its next two states; `second` counts from the start of the avenue's green. */
export function shownBy(phase: Phase, second: number): readonly [Shown, Shown, Shown] {
  const within = modulo(second - (phase === 1 ? 0 : CYCLE_SECONDS / 2), CYCLE_SECONDS);
  const plan: readonly (readonly [LightState, number])[] = [
    ['permissive-green', GREEN_SECONDS],
    ['yellow', GREEN_SECONDS + YELLOW_SECONDS],
    ['red', CYCLE_SECONDS],
  ];
  const first = plan.findIndex(([, end]) => within < end);
  const shown: Shown[] = [];
  for (let n = 0; n < plan.length; n++) {
    const [light, end] = plan[(first + n) % plan.length] as readonly [LightState, number];
    const rounds = first + n >= plan.length ? CYCLE_SECONDS : 0;
    const startsInSeconds = shown.at(-1)?.endsInSeconds ?? 0;
    shown.push({ light, startsInSeconds, endsInSeconds: end + rounds - within });
  }
  return shown as unknown as [Shown, Shown, Shown];
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
