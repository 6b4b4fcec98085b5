/** Where an instance keeps what is its own, and which clock it goes by. */
import { join } from 'node:path';
import { systemClock, type Clock } from '#credentials/clock.js';
import { fileClock } from './scenario-clock.js';
import type { InstanceSettings } from './settings.js';

export const devicePath = (settings: InstanceSettings): string => join(settings.directory, 'keys');
export const trustPath = (settings: InstanceSettings): string => join(settings.directory, 'trust');

export function clockOf(settings: InstanceSettings): Clock {
  return settings.clock.kind === 'system' ? systemClock : fileClock(settings.clock.path);
}
