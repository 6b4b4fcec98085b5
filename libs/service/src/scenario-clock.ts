/** The clock of a simulated life: starts at the real time once, then moves with it and jumps when the scenario says so. Kept in a file, so that every process of the run and the next start share it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { systemClock, type Clock } from '#credentials/clock.js';

interface ClockFile {
  /** Scenario time minus real time, milliseconds. */
  offsetMillis: number;
}

/** Reads the file on each call (a few times a second in other processes of the run). */
export function fileClock(path: string): Clock {
  return {
    nowMillis: () => systemClock.nowMillis() + (JSON.parse(readFileSync(path, 'utf8')) as ClockFile).offsetMillis,
  };
}

export class ScenarioClock implements Clock {
  private offsetMillis: number;

  constructor(
    private readonly path: string,
    startMillis?: number,
  ) {
    this.offsetMillis =
      startMillis === undefined
        ? (JSON.parse(readFileSync(path, 'utf8')) as ClockFile).offsetMillis
        : startMillis - systemClock.nowMillis();
    this.save();
  }

  nowMillis(): number {
    return systemClock.nowMillis() + this.offsetMillis;
  }

  /** Jumps forward; time never goes back. */
  advanceTo(moment: number): void {
    if (moment <= this.nowMillis()) return;
    this.offsetMillis = moment - systemClock.nowMillis();
    this.save();
  }

  private save(): void {
    writeFileSync(`${this.path}.new`, JSON.stringify({ offsetMillis: this.offsetMillis } satisfies ClockFile), {
      mode: 0o600,
    });
    renameSync(`${this.path}.new`, this.path);
  }
}
