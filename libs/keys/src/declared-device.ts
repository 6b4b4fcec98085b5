/** Holding devices to what they declare, and needing it: each method of the port belongs to one capability or to none. */
import type { CryptoDevice } from './crypto-device.js';
import type { DeviceCapability } from './device-capability.js';
import { DeviceRefusal } from './device-refusal.js';

/** The capability that a method needs; undefined for those that every device has. */
const needed = {
  createKey: undefined,
  publicKey: undefined,
  sign: 'sign',
  signBatch: 'sign',
  unwrap: 'decrypt',
  unwrapBatch: 'decrypt',
  derive: 'derive scalar',
  deriveBatch: 'derive scalar',
  seal: 'wrap',
  open: 'wrap',
  cocoonUnwrap: 'derive butterfly',
  cocoonUnwrapBatch: 'derive butterfly',
  rebuild: 'derive butterfly',
  issueImplicit: 'issue implicit',
  evolveSeed: 'evolve seed',
  destroy: undefined,
  labels: undefined,
  close: undefined,
} as const satisfies Record<Exclude<keyof CryptoDevice, 'capabilities'>, DeviceCapability | undefined>;

export type DeviceMethod = keyof typeof needed;
export const capabilityOf = (method: DeviceMethod): DeviceCapability | undefined => needed[method];

/** How every device refuses what it does not declare. */
export const notDeclared = (capability: DeviceCapability): DeviceRefusal =>
  new DeviceRefusal('not-declared', `the crypto device does not declare the capability "${capability}"`);

/** Refuses (`not-declared`) a device that lacks one of these, naming the first: for the start, before work depends on it. */
export function requireCapabilities(
  device: Pick<CryptoDevice, 'capabilities'>,
  wanted: readonly DeviceCapability[],
): void {
  const missing = wanted.find((capability) => !device.capabilities.has(capability));
  if (missing !== undefined) throw notDeclared(missing);
}

/**
 * A device that serves these capabilities alone, of those the inner one declares; closing it closes the inner one. For keys
 * of one purpose, and the form in which a device that cannot do everything is put on the port.
 */
export function declaringOnly(inner: CryptoDevice, capabilities: readonly DeviceCapability[]): CryptoDevice {
  const declared = new Set(capabilities.filter((capability) => inner.capabilities.has(capability)));
  const judged =
    <Arguments extends unknown[], Result>(
      method: DeviceMethod,
      call: (...given: Arguments) => Promise<Result>,
    ): ((...given: Arguments) => Promise<Result>) =>
    async (...given) => {
      const capability = capabilityOf(method);
      if (capability !== undefined && !declared.has(capability)) throw notDeclared(capability);
      return call(...given);
    };
  return {
    capabilities: declared,
    createKey: judged('createKey', (label) => inner.createKey(label)),
    publicKey: judged('publicKey', (label) => inner.publicKey(label)),
    sign: judged('sign', (label, id, message) => inner.sign(label, id, message)),
    signBatch: judged('signBatch', (label, id, messages) => inner.signBatch(label, id, messages)),
    unwrap: judged('unwrap', (label, wrapped) => inner.unwrap(label, wrapped)),
    unwrapBatch: judged('unwrapBatch', (label, wrapped) => inner.unwrapBatch(label, wrapped)),
    derive: judged('derive', (label, context) => inner.derive(label, context)),
    deriveBatch: judged('deriveBatch', (label, contexts) => inner.deriveBatch(label, contexts)),
    seal: judged('seal', (label, plaintext) => inner.seal(label, plaintext)),
    open: judged('open', (label, sealed) => inner.open(label, sealed)),
    cocoonUnwrap: judged('cocoonUnwrap', (label, expansion, wrapped) => inner.cocoonUnwrap(label, expansion, wrapped)),
    cocoonUnwrapBatch: judged('cocoonUnwrapBatch', (label, items) => inner.cocoonUnwrapBatch(label, items)),
    rebuild: judged('rebuild', (label, expansion, c, into) => inner.rebuild(label, expansion, c, into)),
    issueImplicit: judged('issueImplicit', (label, order) => inner.issueImplicit(label, order)),
    evolveSeed: judged('evolveSeed', (label, sealed, step) => inner.evolveSeed(label, sealed, step)),
    destroy: judged('destroy', (label) => inner.destroy(label)),
    labels: judged('labels', () => inner.labels()),
    close: judged('close', () => inner.close()),
  };
}
