/** The host names of the domain's authorities: one name is one kind of authority for ever, and an LA id is one LA. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('authority_name')
export class AuthorityNameEntity {
  /** Kept as long as the ICA lives; several keys may be certified for it one after the other. */
  @PrimaryColumn({ name: 'hostname', type: 'text' })
  hostname!: string;

  /** The kind of authority that bears the name, such as `pca`. */
  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  /** Of an LA: its identifier, unique in the domain, because two LAs of one device must differ. Null for others. */
  @Column({ name: 'la_id', type: 'integer', nullable: true, unique: true })
  laId!: number | null;
}
