/** When all that is stored was last checked, and what was found: a number each, no certificate (BI17). */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('check_run')
export class CheckRunEntity {
  /** Unix milliseconds; the latest runs are kept. */
  @PrimaryColumn({ name: 'ended_millis', type: 'bigint' })
  endedMillis!: string;

  /** Periods from here on were looked at; 0 where there are none. */
  @Column({ name: 'since_i', type: 'integer' })
  sinceI!: number;

  /** Certificates without a finding. */
  @Column({ name: 'good', type: 'integer' })
  good!: number;

  /** Findings. */
  @Column({ name: 'bad', type: 'integer' })
  bad!: number;

  /** Intents without a result: work that is to be taken up. */
  @Column({ name: 'open', type: 'integer' })
  open!: number;

  /** What could not be looked at. */
  @Column({ name: 'errors', type: 'integer' })
  errors!: number;
}
