/** Where a device in software keeps its records: the port between its rules and the disk (or the memory of a test). */

/** A key pair's record is d ‖ public key, 65 bytes; a secret's is 32 bytes. */
export type RecordKind = 'key' | 'secret';

export interface DeviceRecord {
  label: string;
  kind: RecordKind;
  payload: Uint8Array;
}

export interface RecordStore {
  /** The payload, a fresh copy; undefined when there is none, or it was destroyed. */
  read(label: string, kind: RecordKind): Promise<Uint8Array | undefined>;
  /** Whether the label was destroyed. */
  isDestroyed(label: string): Promise<boolean>;
  /** Stores a record that is not there yet, durably; false when there is one already, which then stays as it is. */
  create(record: DeviceRecord): Promise<boolean>;
  /** Marks the label as destroyed for ever, then removes its records. */
  destroy(label: string): Promise<void>;
  /** The labels that hold a record, each once. */
  labels(): Promise<string[]>;
  /** The labels that were destroyed, each once. */
  destroyedLabels(): Promise<string[]>;
  /** Zeroes keys held in memory. */
  close(): Promise<void>;
}
