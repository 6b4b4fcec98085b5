/** The runs of the check, in the role's own table. */
import type { DataSource } from 'typeorm';
import { CheckRunEntity } from './check-run.entity.js';

export interface CheckRun {
  readonly endedMillis: number;
  readonly sinceI: number;
  readonly good: number;
  readonly bad: number;
  readonly open: number;
  readonly errors: number;
}

export interface CheckRuns {
  keep(run: CheckRun): Promise<void>;
  last(): Promise<CheckRun | undefined>;
  /** When a run last ended that could read everything, Unix milliseconds. */
  lastComplete(): Promise<number | undefined>;
}

const RUNS_KEPT = 100;

export function checkRuns(dataSource: DataSource): CheckRuns {
  const runs = dataSource.getRepository(CheckRunEntity);
  const latest = { endedMillis: 'DESC' } as const;
  return {
    async keep({ endedMillis, ...run }) {
      await runs.save({ ...run, endedMillis: String(endedMillis) });
      await dataSource.query(
        `DELETE FROM check_run WHERE ended_millis NOT IN
           (SELECT ended_millis FROM check_run ORDER BY ended_millis DESC LIMIT ${RUNS_KEPT})`,
      );
    },
    async last() {
      const [run] = await runs.find({ order: latest, take: 1 });
      if (run === undefined) return undefined;
      const { endedMillis, sinceI, good, bad, open, errors } = run;
      return { endedMillis: Number(endedMillis), sinceI, good, bad, open, errors };
    },
    async lastComplete() {
      const [run] = await runs.find({ where: { errors: 0 }, order: latest, take: 1 });
      return run && Number(run.endedMillis);
    },
  };
}
