// A car that lies about where it is: the position attacks of the public catalogues (VeReMi 2, 4; NextGen offsets).
import { pointAt } from '#detection/geo.js';
import { createRoadRandom } from './road-random.js';
import type { VehicleState } from './vehicle-state.js';

/** `constant-offset`: always so far off. `random-offset`: anew each message. `jump`: one second there, one second here. */
export type Lie = 'constant-offset' | 'random-offset' | 'jump';

export const LIES: readonly Lie[] = ['constant-offset', 'random-offset', 'jump'];

/** VeReMi's default offset on each axis. */
const OFFSET_METRES = 70;
const JUMP_METRES = 120;

/** The state as the liar tells it; everything but the place stays true. Depends on the state alone, so it repeats. */
export function falsify<S extends VehicleState>(state: S, lie: Lie): S {
  const [east, north] = offsetOf(lie, state.generationTimeMillis);
  return { ...state, ...pointAt(state, { eastMetres: east, northMetres: north }) };
}

function offsetOf(lie: Lie, timeMillis: number): readonly [number, number] {
  switch (lie) {
    case 'constant-offset':
      return [OFFSET_METRES, -OFFSET_METRES];
    case 'random-offset': {
      const random = createRoadRandom(timeMillis % 2 ** 32, 3);
      return [(2 * random() - 1) * OFFSET_METRES, (2 * random() - 1) * OFFSET_METRES];
    }
    case 'jump':
      return Math.floor(timeMillis / 1000) % 2 === 0 ? [0, 0] : [JUMP_METRES, 0];
  }
}
