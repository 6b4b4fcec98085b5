/** People at the wheel: one who does what the warnings say, and one who follows too closely. */
import type { ApplicationName } from '#device/day-one/applications.js';
import type { Pedals } from '../sim/cars.js';

const BRAKE: ReadonlySet<ApplicationName> = new Set(['fcw', 'icw', 'vrucw', 'ebw']);
const HARD = -7;
const FIRM = -4.5;
const GENTLE = -2;
/** Whom one lets pass, one lets pass at this speed. */
const MAKING_WAY = 5;
/** Keeps its speed until an application speaks; then brakes until it stands, stops at the red light, or makes way. */
export class HeedfulDriver {
  private told: readonly ApplicationName[] = [];
  private isBraking = false;
  private isStopping = false;

  readonly hears = (names: readonly ApplicationName[]): void => {
    this.told = names;
  };

  readonly pedals: Pedals = ({ car }) => {
    this.isBraking ||= this.told.some((name) => BRAKE.has(name));
    this.isStopping ||= this.told.includes('rlvw');
    if (this.isBraking) return HARD;
    if (this.isStopping) return FIRM;
    return this.told.includes('evw') && car.speed > MAKING_WAY ? GENTLE : 0;
  };
}

const REACTION_SECONDS = 1.2;
const BRAKING = -3;

/** Twelve metres behind at 50 km/h, and 1.2 s until the foot is on the brake. */
export function tailgates(): Pedals {
  let sawAt: number | undefined;
  return ({ seconds, ahead }) => {
    if (ahead !== undefined && ahead.car.acceleration < BRAKING) sawAt ??= seconds;
    return sawAt !== undefined && seconds - sawAt >= REACTION_SECONDS ? HARD : 0;
  };
}
