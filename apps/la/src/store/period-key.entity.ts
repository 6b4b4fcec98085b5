/** The keys this LA shares with a PCA, one a period. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('period_key')
export class PeriodKeyEntity {
  /** HashedId8 of the PCA's certificate. */
  @PrimaryColumn({ name: 'pca_id', type: 'bytea' })
  pcaId!: Uint8Array;

  /** The period; the row is erased when it is over. */
  @PrimaryColumn({ name: 'i_value', type: 'integer' })
  iValue!: number;

  /** 16 random bytes, sealed by the crypto device. */
  @Column({ name: 'sealed_key', type: 'bytea' })
  sealedKey!: Uint8Array;

  /** Whether the PCA said that it holds the key; until then it is owed. */
  @Column({ name: 'is_taken', type: 'boolean' })
  isTaken!: boolean;
}
