/** The cars of a life: two brands, each with its own way to be born, each car with keys and files of its own. */
import { join } from 'node:path';
import { brandOf, type Brand } from '#apps/device/src/road/road.js';
import { toBsm, type VehicleState } from '#apps/device/src/road/vehicle-state.js';
import { sumTallies, type TallyCounts } from '#apps/device/src/vehicle/tally.js';
import { Vehicle, vehicleAids } from '#apps/device/src/vehicle/vehicle.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { systemRandom } from '#crypto/random.js';
import type { Home, ProvisionedAuthority } from '#device/device-context.js';
import type { ProveBirth } from '#device/enrolment.js';
import type { DemandedLog } from '#device/list-proof.js';
import type { Certificate } from '#wire/secured-data.js';
import type { House } from '../house/house.js';
import type { Domain } from '../role-table.js';
import { readFile } from 'node:fs/promises';
import type { Driver, Verdict } from './drive.js';
import { inParallel } from './wait.js';

/** How many cars speak to their authorities at once. */
const WIDTH = 4;

export const domainOf = (brand: Brand): Domain => (brand === 'A' ? 'a' : 'b');

export interface Car extends Driver {
  readonly index: number;
  readonly brand: Brand;
  readonly vehicle: Vehicle;
  changePseudonym(): void;
}

/** An authority as a device is told of it: address and certificate. */
export const provisioned = async (house: House, instance: string): Promise<ProvisionedAuthority> => ({
  url: house.placedAt(instance).url,
  certificate: certificateFromBytes(await house.certificateBytes(instance)),
});

/** The one anchor of trust. */
export const trclaOf = async (house: House): Promise<Certificate> =>
  certificateFromBytes(new Uint8Array(await readFile(house.trclaCertificatePath)));

const DAY_MILLIS = 86_400_000;

/** The log of the TCMF: what does not stand in it no device of a life takes. */
export async function demandedLog(house: House): Promise<DemandedLog> {
  const { url, certificate } = await provisioned(house, 'tcmf');
  return { url, certificates: [certificate], maxHeadAgeMillis: DAY_MILLIS };
}

/** What a car is given at the factory: anchors, addresses, the certificates of the log and of its own ECA and PRA. */
async function homeOf(house: House, domain: Domain): Promise<Home> {
  return {
    trcla: await trclaOf(house),
    eca: await provisioned(house, `${domain}-eca`),
    pra: await provisioned(house, `${domain}-pra`),
    tcmfUrl: house.placedAt('tcmf').url,
    log: await demandedLog(house),
    aids: vehicleAids(),
    country: CHINA,
  };
}

const notBornAgain: ProveBirth = () => Promise.reject(new Error('this car is enrolled and proves its birth no more'));

export class Fleet {
  readonly cars: Car[] = [];
  /** Tables of multiples of public keys, which save time; every receiver still verifies for itself. */
  private readonly verify = tablingVerifier();

  constructor(
    private readonly house: House,
    readonly size: number,
  ) {}

  /** Opens the cars of one brand; `births` proves each car's birth, and is absent for a fleet that was born before. */
  async open(brand: Brand, births?: (index: number) => ProveBirth): Promise<void> {
    const home = await homeOf(this.house, domainOf(brand));
    for (let index = 0; index < this.size; index++) {
      if (brandOf(index) !== brand) continue;
      const name = `car-${String(index).padStart(2, '0')}`;
      const vehicle = await Vehicle.open(join(this.house.fleetFolder, name), {
        name,
        home,
        clock: this.house.clock,
        random: systemRandom,
        proveBirth: births?.(index) ?? notBornAgain,
        verify: this.verify,
        // One of them will lie, and a liar does not stop by itself: the others are to refuse it.
        ignoresOwnRevocation: true,
      });
      this.cars[index] = carOf(index, brand, vehicle);
    }
  }

  of(brand: Brand): Car[] {
    return this.cars.filter((car) => car?.brand === brand);
  }

  car(index: number): Car {
    const found = this.cars[index];
    if (found === undefined) throw new Error(`there is no car ${index}`);
    return found;
  }

  get counts(): TallyCounts {
    return sumTallies(this.cars.map(({ vehicle }) => vehicle.counts));
  }

  /** Does something with several cars at once, and counts. */
  async each(
    cars: readonly Car[],
    count: (done: number, of: number) => void,
    work: (car: Car) => Promise<void>,
  ): Promise<void> {
    let done = 0;
    await inParallel(cars, WIDTH, async (car) => {
      await work(car);
      count(++done, cars.length);
    });
  }

  async refreshLists(cars: readonly Car[] = this.cars): Promise<void> {
    await inParallel(cars, WIDTH, async ({ vehicle }) => void (await vehicle.refreshLists()));
  }

  async close(): Promise<void> {
    for (const car of this.cars) await car?.vehicle.close();
  }
}

function carOf(index: number, brand: Brand, vehicle: Vehicle): Car {
  return {
    index,
    brand,
    vehicle,
    changePseudonym: () => vehicle.changePseudonym(),
    async sign(state: VehicleState, nowMillis: number) {
      // Count and id are the pseudonym's; these stand in for them.
      const signed = await vehicle.sign(toBsm(state, 0, new Uint8Array(8)), nowMillis);
      return isRefused(signed) ? undefined : signed.bytes;
    },
    receive: (message, nowMillis): Verdict => vehicle.receive(message, nowMillis),
  };
}

/** Throws one sentence when what must succeed for a car was refused. */
export function required<T>(outcome: T, what: string): Exclude<T, { kind: 'refused' }> {
  if (isRefused(outcome)) throw new Error(`${what} was refused: ${outcome.reason}`);
  return outcome as Exclude<T, { kind: 'refused' }>;
}
