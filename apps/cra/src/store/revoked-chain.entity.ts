/** The chains on the list. Seeds are of the list's period: moved forward in place, so that no earlier one stays. */
import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

@Entity('revoked_chain')
@Unique('revoked_chain_seeds', ['la1Id', 'seed1', 'la2Id', 'seed2'])
export class RevokedChainEntity {
  /** A number of our own; the list is ordered by seeds and does not show it. */
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  /** The period the seeds belong to. */
  @Column({ name: 'i_rev', type: 'integer' })
  iRev!: number;

  /** Last period of the device's certificates; the row is erased by the first list of a later period. */
  @Column({ name: 'i_max', type: 'integer' })
  iMax!: number;

  /** Certificates a period. */
  @Column({ name: 'j_max', type: 'integer' })
  jMax!: number;

  /** LaId of the first LA, and its seed: public with the list. */
  @Column({ name: 'la1_id', type: 'bytea' })
  la1Id!: Uint8Array;
  @Column({ name: 'seed1', type: 'bytea' })
  seed1!: Uint8Array;

  /** LaId of the second LA, and its seed: public with the list. Both are null where there is one LA. */
  @Column({ name: 'la2_id', type: 'bytea', nullable: true })
  la2Id!: Uint8Array | null;
  @Column({ name: 'seed2', type: 'bytea', nullable: true })
  seed2!: Uint8Array | null;

  /** Number of the first list it stands on; null while that list is owed. */
  @Column({ name: 'first_crl', type: 'integer', nullable: true })
  firstCrl!: number | null;
}
