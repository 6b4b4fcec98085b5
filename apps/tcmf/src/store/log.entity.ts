/** The transparency log: entries in their order, the complete nodes of the tree over them, and the newest signed head. All public. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('log_entry')
export class LogEntryEntity {
  /** Counts from 0 without a gap. */
  @PrimaryColumn({ name: 'position', type: 'bigint' })
  position!: string;

  /** Of the tree; an entry stands once. */
  @Column({ name: 'leaf_hash', type: 'bytea' })
  leafHash!: Uint8Array;

  /** LogEntry as it is hashed: authority certificates and lists, of a CRL its hash. Never changed, never erased. */
  @Column({ name: 'bytes', type: 'bytea' })
  bytes!: Uint8Array;

  /** Unix milliseconds, for people; no part of the tree. */
  @Column({ name: 'logged_millis', type: 'bigint' })
  loggedMillis!: string;
}

@Entity('log_node')
export class LogNodeEntity {
  /** 0 for leaves. */
  @PrimaryColumn({ name: 'level', type: 'smallint' })
  level!: number;

  @PrimaryColumn({ name: 'position', type: 'bigint' })
  position!: string;

  /** Final: a node is kept once all entries below it are there. */
  @Column({ name: 'hash', type: 'bytea' })
  hash!: Uint8Array;
}

@Entity('log_head')
export class LogHeadEntity {
  @PrimaryColumn({ name: 'only_row', type: 'boolean' })
  onlyRow!: boolean;

  /** SignedTreeHead, kept before anybody sees it, so that no later one goes back. Replaced by the next. */
  @Column({ name: 'bytes', type: 'bytea' })
  bytes!: Uint8Array;
}
