/** OAuth tokens that proved a birth: each is good for one key. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('used_token')
export class UsedTokenEntity {
  /** SM3 over issuer and jti. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Uint8Array;

  /** SM3 of the key it was used for: the same device may ask again for the same key. */
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash!: Uint8Array;

  /** The row is erased after this moment, when the token is refused for its age. */
  @Column({ name: 'expires_millis', type: 'bigint' })
  expiresMillis!: string;
}
