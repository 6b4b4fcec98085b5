/** The linkage chains of this LA. Nothing here says who asked for one: no request, caller, time or order. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('chain')
export class ChainEntity {
  /** 16 random bytes; what a handle (LinkageChainId) seals. Erased with the row. */
  @PrimaryColumn({ name: 'chain_id', type: 'bytea' })
  chainId!: Uint8Array;

  /** The period whose seed is kept; moved to the current period, never back. */
  @Index('chain_base_i')
  @Column({ name: 'base_i', type: 'integer' })
  baseI!: number;

  /** ls(base_i), sealed by the crypto device under a label of that period; overwritten when the chain moves on. */
  @Column({ name: 'sealed_seed', type: 'bytea' })
  sealedSeed!: Uint8Array;

  /** Last period that values were given for; needed to give none twice. The row is erased when this period is over. */
  @Column({ name: 'i_max', type: 'integer' })
  iMax!: number;
}
