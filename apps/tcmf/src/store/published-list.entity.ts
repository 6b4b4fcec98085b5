/** The signed lists that this TCMF publishes, one row a signer. They are public; nothing here is about a device. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('published_list')
export class PublishedListEntity {
  /** `trcl`, `tdcl` or `ca-crl`. */
  @PrimaryColumn({ name: 'kind', type: 'text' })
  kind!: 'trcl' | 'tdcl' | 'ca-crl';

  /** HashedId8 of the signer in hex: the TRCLA, or a root. */
  @PrimaryColumn({ name: 'issuer', type: 'text' })
  issuer!: string;

  /** Unix milliseconds; only a newer list replaces the row, so that a list never goes back. Kept after a list has expired. */
  @Column({ name: 'issue_date_millis', type: 'bigint' })
  issueDateMillis!: string;

  /** The list as it was signed; replaced by the next. */
  @Column({ name: 'bytes', type: 'bytea' })
  bytes!: Uint8Array;

  /** False for TDCL and CA CRL of a root that the TRCL no longer names: kept for its date, served to nobody. */
  @Column({ name: 'is_served', type: 'boolean' })
  isServed!: boolean;
}
