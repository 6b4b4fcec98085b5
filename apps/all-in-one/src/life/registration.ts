/** How cars become known before they enrol: brand A by serial and one-time secret, brand B by its maker's X.509 CA. */
import { randomUUID } from 'node:crypto';
import { AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { makeDeviceCertificate, makeIssuer, provesByX509 } from '#apps/device/src/birth/x509-birth.js';
import { brandOf } from '#apps/device/src/road/road.js';
import { vehicleAids } from '#apps/device/src/vehicle/vehicle.js';
import { systemRandom } from '#crypto/random.js';
import type { ProveBirth } from '#device/enrolment.js';
import type { House } from '../house/house.js';
import type { Domain } from '../role-table.js';
import { required } from './fleet.js';

const YEAR_MILLIS = 365.25 * 86_400_000;

/** Registers the even cars by serial and releases them; answers how each proves its birth. */
export async function registerBySerial(
  house: House,
  domain: Domain,
  size: number,
): Promise<(index: number) => ProveBirth> {
  const operator = house.operatorOf<AaaOperator>(`${domain}-aaa`, AAA_OPERATOR);
  const cars = Array.from({ length: size }, (_, index) => index).filter((index) => brandOf(index) === 'A');
  // As a maker would number them: no two alike, and nothing to be read from one.
  const serials = cars.map(() => `A-${randomUUID()}`);
  const devices = required(
    await operator.registerDevices({ serials, aids: vehicleAids() }),
    'the registration of the serials',
  );
  for (const { serial } of devices) required(await operator.act(serial, 'release'), 'the release of a serial');
  const births = new Map(cars.map((car, position) => [car, devices[position]]));
  return (index) => {
    const device = births.get(index);
    if (device === undefined) throw new Error(`car ${index} has no serial`);
    return provesBySerial(device);
  };
}

/** Trusts the maker's CA, and makes a device certificate for each odd car. */
export async function registerByX509(
  house: House,
  domain: Domain,
  size: number,
): Promise<(index: number) => ProveBirth> {
  const now = house.clock.nowMillis();
  const life = { notBeforeMillis: now - YEAR_MILLIS, notAfterMillis: now + 15 * YEAR_MILLIS };
  const issuer = makeIssuer({ name: 'Brand B Device CA', ...life }, systemRandom);
  const operator = house.operatorOf<AaaOperator>(`${domain}-aaa`, AAA_OPERATOR);
  required(await operator.trustIssuer({ certificate: issuer.certificate, aids: vehicleAids() }), 'the maker’s CA');
  const cars = Array.from({ length: size }, (_, index) => index).filter((index) => brandOf(index) === 'B');
  const births = new Map(
    cars.map((car) => [car, makeDeviceCertificate(issuer, { name: `B-${randomUUID()}`, ...life }, systemRandom)]),
  );
  return (index) => {
    const device = births.get(index);
    if (device === undefined) throw new Error(`car ${index} has no device certificate`);
    return provesByX509(device);
  };
}
