/** Reports that were looked at, by handle and content: the same one signed or sealed anew is a duplicate. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('seen_content')
export class SeenContentEntity {
  /** SM3 of handle and MisbehaviourReport. */
  @PrimaryColumn({ type: 'bytea' })
  hash!: Uint8Array;

  /** Unix milliseconds; erased after, when such a report would be too old anyway. */
  @Column({ name: 'erase_millis', type: 'bigint' })
  eraseMillis!: string;
}
