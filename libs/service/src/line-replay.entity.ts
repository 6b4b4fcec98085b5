/** Calls seen on this instance's lines, so that a captured one is refused after a restart as well. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('line_replay')
export class LineReplayEntity {
  /** SM3 of the signed request: nothing of its content can be read from it. */
  @PrimaryColumn({ type: 'bytea' })
  hash!: Uint8Array;

  /** Unix milliseconds; the row is dropped after this moment, when the call would be stale anyway. */
  @Index('line_replay_expires')
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
