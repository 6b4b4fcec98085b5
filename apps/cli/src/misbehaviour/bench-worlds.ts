// The worlds of the bench. They differ in road, rate, rhythm, accuracy, how long errors last and what a claim means, so
// that a threshold that fits one of them only shows.
import type { WorldOptions } from './world.js';

export type WorldShape = Omit<WorldOptions, 'seed' | 'liarShare' | 'attacks'>;

const town = { roads: 'grid', tickSeconds: 0.1, vehicles: 100, receivers: 15, seconds: 90, rangeMetres: 400 } as const;
const motorway = {
  roads: 'motorway',
  tickSeconds: 0.1,
  vehicles: 120,
  receivers: 12,
  seconds: 80,
  rangeMetres: 450,
} as const;

const threeMetresWhite = {
  positionSigma: 3,
  positionSeconds: 0,
  headingSigma: 6,
  speedSigma: 0.05,
  accelerationSigma: 0.05,
  claimedDeviations: 1,
};

export const WORLDS: Readonly<Record<string, WorldShape>> = {
  'town, 1 Hz, 3 m white': {
    ...town,
    intervalSeconds: 1,
    rhythm: 'fixed',
    aliasSeconds: 300,
    sensors: threeMetresWhite,
  },
  'town, 1 Hz, 5 m lasting, claims of a bound': {
    ...town,
    intervalSeconds: 1,
    rhythm: 'varied',
    aliasSeconds: 120,
    sensors: {
      positionSigma: 5,
      positionSeconds: 15,
      headingSigma: 8,
      speedSigma: 0.2,
      accelerationSigma: 0.2,
      claimedDeviations: 1.7,
    },
  },
  'motorway, 1 Hz, 2.5 m': {
    ...motorway,
    intervalSeconds: 1,
    rhythm: 'varied',
    aliasSeconds: 300,
    sensors: {
      positionSigma: 2.5,
      positionSeconds: 5,
      headingSigma: 4,
      speedSigma: 0.1,
      accelerationSigma: 0.1,
      claimedDeviations: 1,
    },
  },
  'motorway, 10 Hz, 0.5 m': {
    ...motorway,
    vehicles: 60,
    receivers: 6,
    seconds: 40,
    intervalSeconds: 0.1,
    rhythm: 'fixed',
    aliasSeconds: 300,
    sensors: {
      positionSigma: 0.5,
      positionSeconds: 30,
      headingSigma: 1,
      speedSigma: 0.05,
      accelerationSigma: 0.1,
      claimedDeviations: 2.45,
    },
  },
  'town, by motion, 1 m': {
    ...town,
    receivers: 8,
    seconds: 60,
    intervalSeconds: 1,
    rhythm: 'by-motion',
    aliasSeconds: 60,
    sensors: {
      positionSigma: 1,
      positionSeconds: 10,
      headingSigma: 2,
      speedSigma: 0.1,
      accelerationSigma: 0.2,
      claimedDeviations: 2.45,
    },
  },
  'town in steps of a second, 1 Hz, 3 m white': {
    ...town,
    tickSeconds: 1,
    intervalSeconds: 1,
    rhythm: 'fixed',
    aliasSeconds: 300,
    sensors: threeMetresWhite,
  },
};
