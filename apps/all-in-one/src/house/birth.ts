/** How an authority comes to its certificate: keys in its own device, a request as a file, an answer as a file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { assertOwn, authorityKeys, certificatePath, VERIFICATION_KEY } from '#service/identity.js';
import { time32FromMillis } from '#wire/time.js';
import type { Placed } from './plan.js';

/** What an authority asks for; the issuer decides about everything but the keys. */
const ASKED_YEARS = 3;

async function withDevice<T>(placed: Placed, use: (device: CryptoDevice) => Promise<T>): Promise<T> {
  const device = await openSoftwareDevice({ directory: join(placed.directory, 'keys'), random: systemRandom });
  try {
    return await use(device);
  } finally {
    await device.close();
  }
}

/** Makes the keys of an instance and writes its request into `exchange`; answers the file's path. */
export async function requestCertificate(placed: Placed, exchange: string, nowMillis: number): Promise<string> {
  await mkdir(placed.directory, { recursive: true, mode: 0o700 });
  const request = await withDevice(placed, async (device) => {
    const keys = await authorityKeys(device);
    const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'years', value: ASKED_YEARS } } as const;
    const laId = placed.laId === undefined ? {} : { laId: placed.laId };
    const tbs = authorityTbs({ kind: placed.kind, hostname: placed.hostname, ...keys, validity, ...laId }, ccsa);
    return requestAuthorityCertificate(tbs, (id, message) => device.sign(VERIFICATION_KEY, id, message), {
      profile: ccsa,
      nowMillis,
    });
  });
  const path = join(exchange, `${placed.instance}.request.coer`);
  await writeFile(path, request, { mode: 0o600 });
  return path;
}

/** Puts a certificate in place when it belongs to the instance's keys. */
export async function installCertificate(placed: Placed, bytes: Uint8Array): Promise<void> {
  await withDevice(placed, (device) => assertOwn(certificateFromBytes(bytes), device));
  await writeFile(certificatePath(placed.directory), bytes, { mode: 0o600 });
}

export const readCertificate = async (placed: Placed): Promise<Uint8Array> =>
  new Uint8Array(await readFile(certificatePath(placed.directory)));
