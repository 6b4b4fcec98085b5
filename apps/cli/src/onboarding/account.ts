/** The account of a company or an operator: an SM2 key in a folder of its own, which never leaves it. */
import { access } from 'node:fs/promises';
import { systemRandom } from '#crypto/random.js';
import type { Sign } from '#credentials/sm2-binding.js';
import { openSoftwareDevice } from '#keys/software-device.js';

/** The label that operators' keys have everywhere: one key approves here and in the cases of an MA. */
const LABEL = 'approval';

export interface Account {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly sign: Sign;
  close(): Promise<void>;
}

/** There is no key in this folder. */
export class NoAccount extends Error {}

/** Opens the account in `folder`; `make` makes it when there is none. */
export async function openAccount(folder: string, make = false): Promise<Account> {
  if (!make) await access(folder).catch(() => Promise.reject(new NoAccount(`there is no account in ${folder}`)));
  const device = await openSoftwareDevice({ directory: folder, random: systemRandom });
  const publicKey = (await device.publicKey(LABEL)) ?? (make ? await device.createKey(LABEL) : undefined);
  if (publicKey === undefined) {
    await device.close();
    throw new NoAccount(`there is no account in ${folder}`);
  }
  return { publicKey, sign: (id, message) => device.sign(LABEL, id, message), close: () => device.close() };
}
