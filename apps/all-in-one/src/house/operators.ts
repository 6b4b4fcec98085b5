/** The two people whose approvals a revocation needs, with keys of their own; in an embedded run the scenario plays them. */
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { openSoftwareDevice } from '#keys/software-device.js';

export interface Operator {
  readonly name: string;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
  close(): Promise<void>;
}

const LABEL = 'approval';
export const OPERATOR_NAMES = ['operator-one', 'operator-two'] as const;

async function openOperator(folder: string, name: string): Promise<Operator> {
  const device = await openSoftwareDevice({ directory: join(folder, name), random: systemRandom });
  const publicKey = (await device.publicKey(LABEL)) ?? (await device.createKey(LABEL));
  return { name, publicKey, sign: (id, message) => device.sign(LABEL, id, message), close: () => device.close() };
}

export const openOperators = (folder: string): Promise<Operator[]> =>
  Promise.all(OPERATOR_NAMES.map((name) => openOperator(folder, name)));
