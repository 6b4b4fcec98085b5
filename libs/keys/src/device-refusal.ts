/** What a crypto device refuses, and how it says so. */

export type DeviceRefusalReason =
  /** The label is not 1 … 200 printable ASCII characters. */
  | 'bad-label'
  /** There is no key, or no secret, of this label. */
  | 'unknown-label'
  /** The label is taken: a label gets one key in its life. */
  | 'label-exists'
  /** The label was destroyed. It is not used again. */
  | 'label-destroyed'
  /** The device does not declare what is asked of it; the message names the capability. */
  | 'not-declared'
  /** A backup of the keys of somebody else. */
  | 'foreign-backup'
  /** The device was closed. */
  | 'device-closed'
  /** What is stored is not what was written. The message names the file. */
  | 'damaged';

/** Thrown by every device. The message repeats the label and never a key. */
export class DeviceRefusal extends Error {
  override readonly name = 'DeviceRefusal';

  constructor(
    readonly reason: DeviceRefusalReason,
    message: string,
  ) {
    super(message);
  }
}
