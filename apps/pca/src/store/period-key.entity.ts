/** The keys that LAs announced, one a period: what their pre-linkage values are sealed under. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('period_key')
export class PeriodKeyEntity {
  /** The LA's identifier, 0 … 65535. */
  @PrimaryColumn({ name: 'la_id', type: 'integer' })
  laId!: number;

  /** The period; the row is erased when it is over. */
  @PrimaryColumn({ name: 'i_value', type: 'integer' })
  iValue!: number;

  /** 16 bytes, sealed by the crypto device. */
  @Column({ name: 'sealed_key', type: 'bytea' })
  sealedKey!: Uint8Array;
}
