/** The programs of a measured run, and to which part of the bill each belongs. */
import { join } from 'node:path';
import { DATABASE, type SeparateHouse, type SeparateProgram } from '../house/separate-house.js';
import type { Bill, Part } from './bill.js';
import { peakBytes, processorMicros, treeMicros } from './process-meter.js';
import type { Relay } from './relay.js';

const PART_OF: Readonly<Record<string, Part>> = {
  pra: 'pra',
  'pra-worker': 'pra',
  pca: 'pca',
  la1: 'la',
  la2: 'la',
  [DATABASE]: 'database',
};
export const METERED = Object.keys(PART_OF);
const MEBIBYTE = 1 << 20;

const HOURS_A_WEEK = 168;

/** The lines of the PRA that carry certificates, by the authority called. */
export const LINES = ['pca', 'la1', 'la2'] as const;
export type Line = (typeof LINES)[number];

export interface ProgramChoice {
  /** 2: one program at the door and one that works; 1: both in one. */
  readonly praProcesses: 1 | 2;
  readonly weeks: number;
  /** What stands before the authorities that the PRA calls. */
  readonly relays: Readonly<Record<Line, Relay>>;
  /** Folder for profiles of the processor. */
  readonly profile?: string | undefined;
}

/** The separate shape, as far as provisioning needs it. */
export function programsOf({ praProcesses, weeks, relays, profile }: ProgramChoice): SeparateProgram[] {
  const pra = {
    minimumDevices: 10,
    maximumItems: 400,
    // Everything that was asked for is made at once, and may be fetched at once by the checker.
    maximumWeeks: Math.max(8, weeks),
    aheadWeeks: weeks + 2,
    downloadAheadHours: HOURS_A_WEEK * weeks,
  };
  const peerUrls = Object.fromEntries(LINES.map((line) => [line, relays[line].url]));
  const programs: SeparateProgram[] = [
    // A certificate costs it more than the others together: one thread would be the bound of all.
    { name: 'pca', settings: { cryptoWorkers: 1 } },
    { name: 'la1' },
    { name: 'la2' },
    { name: 'pra', peerUrls, roleSettings: { ...pra, work: praProcesses === 1 } },
    ...(praProcesses === 2
      ? [{ name: 'pra-worker', authority: 'pra', peerUrls, roleSettings: { ...pra, work: true } }]
      : []),
  ];
  if (profile === undefined) return programs;
  return programs.map((program) => ({
    ...program,
    // Each thread writes its own.
    nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${join(profile, program.name)}`],
  }));
}

/** Microseconds of processor time by part up to now; `other` is this process, which plays the vehicles. */
export function microsByPart(house: SeparateHouse): Bill {
  const { user, system } = process.cpuUsage();
  const bill: Bill = { pra: 0, pca: 0, la: 0, database: 0, other: user + system };
  for (const name of METERED) {
    const pid = house.pidOf(name);
    if (pid === undefined) continue;
    bill[PART_OF[name] as Part] += (name === DATABASE ? treeMicros(pid) : processorMicros(pid)) ?? 0;
  }
  return bill;
}

/** The most memory of each process so far, MiB; of the database the largest of its processes. */
export function peaks(house: SeparateHouse): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of METERED) {
    const pid = house.pidOf(name);
    if (pid !== undefined) found[name] = Math.round(peakBytes(pid) / MEBIBYTE);
  }
  return found;
}
