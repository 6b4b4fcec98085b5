/** What one reporter's evidence shows in one case. Erased with the case's evidence. */
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('observation')
export class ObservationEntity {
  @PrimaryColumn({ name: 'case_id', type: 'bytea' })
  caseId!: Uint8Array;

  /** One handle has one voice in a case: the primary key. */
  @PrimaryColumn({ type: 'bytea' })
  handle!: Uint8Array;

  /** Period of the handle; handles of two weeks may be one reporter. */
  @Column({ type: 'integer' })
  week!: number;

  /** Reputation bucket of the reporter. */
  @Column({ type: 'text' })
  bucket!: string;

  /** e, 0 … 1: by our detectors, not by the reporter's word. */
  @Column({ type: 'double precision' })
  strength!: number;

  /** The least plausible factor of the messages. */
  @Column({ type: 'double precision' })
  factor!: number;

  /** Target/observation of TS 103 759, separated by spaces. */
  @Column({ type: 'text' })
  findings!: string;

  /** `rights`, `bounds`, `value` or `motion`: what kind of thing the evidence shows. */
  @Column({ type: 'text' })
  kind!: string;

  /** When and in which square of some five kilometres the accused signed the last of the messages; Unix milliseconds. */
  @Index('observation_at')
  @Column({ name: 'at_millis', type: 'bigint' })
  atMillis!: string;
  @Column({ type: 'text' })
  area!: string;

  /** Which way the accused's places jump, clockwise from north: many that jump one way are victims of forged satellites. */
  @Column({ type: 'double precision', nullable: true })
  bearing!: number | null;

  /** The accused's messages as reported, sealed by our crypto device. */
  @Column({ type: 'bytea' })
  evidence!: Uint8Array;
}
