/** The crypto device of an instance as its settings say: where the keys lie and what opens them. */
import { systemRandom } from '#crypto/random.js';
import { arithmeticHere, type BatchArithmetic } from '#keys/batch-arithmetic.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { requireCapabilities } from '#keys/declared-device.js';
import { passphraseInFile, passphraseKey } from '#keys/key-encryption.js';
import { openMasterKey } from '#keys/master-key.js';
import { openPoolDevice } from '#keys/pool-device.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { devicePath } from './instance-files.js';
import type { InstanceSettings } from './settings.js';

export interface Keys {
  device: CryptoDevice;
  arithmetic: BatchArithmetic;
}

/**
 * The keys of an instance in this thread, or in workers of their own. Refuses (`not-declared`) a device that cannot do what
 * every authority does with its certificate.
 */
export async function openKeys(settings: InstanceSettings): Promise<Keys> {
  const keys = await openDeclared(settings);
  requireCapabilities(keys.device, ['sign', 'decrypt']);
  return keys;
}

async function openDeclared(settings: InstanceSettings): Promise<Keys> {
  const directory = devicePath(settings);
  const masterKey = await masterKeyOf(settings);
  const workers = settings.cryptoWorkers;
  try {
    if (workers === 0)
      return {
        device: await openSoftwareDevice({ directory, random: systemRandom, masterKey }),
        arithmetic: arithmeticHere,
      };
    const device = await openPoolDevice({ directory, workers, masterKey });
    return { device, arithmetic: device.arithmetic };
  } finally {
    masterKey?.fill(0);
  }
}

/** The device in this thread, for an act on the files of an instance. */
export async function openOwnDevice(settings: InstanceSettings): Promise<CryptoDevice> {
  return (await openKeys({ ...settings, cryptoWorkers: 0 })).device;
}

/** The master key when it is sealed under a passphrase; undefined when it lies beside the keys. */
export async function masterKeyOf(settings: InstanceSettings): Promise<Uint8Array | undefined> {
  const { keyPassphraseFile } = settings;
  if (keyPassphraseFile === undefined) return undefined;
  const under = passphraseKey(await passphraseInFile(keyPassphraseFile), systemRandom);
  return openMasterKey(devicePath(settings), under, systemRandom);
}
