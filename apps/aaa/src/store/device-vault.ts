/** What the AAA keeps of a device's identity: sealed, and found again by a keyed index. */
import { concat } from '#crypto/bytes.js';
import type { CryptoDevice } from '#keys/crypto-device.js';

const SERIAL = 'device-serial';
const SECRET = 'device-secret';
const INDEX = 'device-index';
const text = new TextEncoder();

export interface DeviceVault {
  serialIndex(serial: string): Promise<Uint8Array>;
  subjectIndex(leafId: Uint8Array): Promise<Uint8Array>;
  sealSerial(serial: string): Promise<Uint8Array>;
  openSerial(sealed: Uint8Array): Promise<string>;
  sealSecret(secret: Uint8Array): Promise<Uint8Array>;
  openSecret(sealed: Uint8Array): Promise<Uint8Array>;
}

export function deviceVault(device: Pick<CryptoDevice, 'seal' | 'open' | 'derive'>): DeviceVault {
  const opened = async (label: string, sealed: Uint8Array): Promise<Uint8Array> => {
    const plain = await device.open(label, new Uint8Array(sealed));
    if (plain === undefined) throw new Error(`a stored ${label} does not open`);
    return plain;
  };
  return {
    serialIndex: (serial) => device.derive(INDEX, text.encode(`serial ${serial}`)),
    subjectIndex: (leafId) => device.derive(INDEX, concat(text.encode('x509 '), leafId)),
    sealSerial: (serial) => device.seal(SERIAL, text.encode(serial)),
    openSerial: async (sealed) => new TextDecoder().decode(await opened(SERIAL, sealed)),
    sealSecret: (secret) => device.seal(SECRET, secret),
    openSecret: (sealed) => opened(SECRET, sealed),
  };
}
