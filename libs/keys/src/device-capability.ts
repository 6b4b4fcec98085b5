/**
 * What a crypto device can do inside itself, by name. A device declares it; what it does not declare it refuses by that name,
 * and whoever needs it does it in the engine with a key that the device wrapped. Making, naming and destroying keys every
 * device can.
 */

export const deviceCapabilities = [
  /** `sign`, `signBatch` */
  'sign',
  /** `unwrap`, `unwrapBatch` */
  'decrypt',
  /** `seal`, `open` */
  'wrap',
  /** `derive`, `deriveBatch` */
  'derive scalar',
  /** `cocoonUnwrap`, `cocoonUnwrapBatch`, `rebuild` */
  'derive butterfly',
  /** `issueImplicit` */
  'issue implicit',
  /** `evolveSeed` */
  'evolve seed',
] as const;
export type DeviceCapability = (typeof deviceCapabilities)[number];
