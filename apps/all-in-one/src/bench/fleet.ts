/** The vehicles of a measured run: made beforehand, enrolled straight with the ECA's key, their requests signed as they go out. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  KEYS_A_WEEK,
  newBulkVehicle,
  signedRequestOf,
  type BulkVehicle,
  type FleetWish,
} from '#apps/device/src/fleet/bulk-vehicle.js';
import { addVehicles, writeFleet } from '#apps/device/src/fleet/fleet-file.js';
import { handIn, type HandedIn } from '#apps/device/src/fleet/hand-in.js';
import { vehicleAids } from '#apps/device/src/vehicle/vehicle.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { certificatePath, signerOf } from '#service/identity.js';
import type { Certificate } from '#wire/secured-data.js';
import type { SeparateHouse } from '../house/separate-house.js';

/** Requests that are on their way at one time. */
const AT_ONCE = 8;
/** A request that had to wait longer is signed anew; the PRA takes five minutes. */
const STALE_MILLIS = 120_000;

interface Sealed {
  readonly body: Uint8Array;
  readonly requestHash: Uint8Array;
  readonly madeMillis: number;
}

export interface SentRequest {
  /** SM3 of the request. */
  readonly requestHash: Uint8Array;
  /** When it was sent for the first time, Unix milliseconds. */
  readonly sentMillis: number;
}

const certificateIn = async (directory: string): Promise<Certificate> =>
  certificateFromBytes(new Uint8Array(await readFile(certificatePath(directory))));

export class BenchFleet {
  private readonly sealed: (Sealed | undefined)[] = [];
  private readonly sentMillis: number[] = [];
  private readonly accepted = new Set<number>();

  private constructor(
    private readonly house: SeparateHouse,
    readonly folder: string,
    private readonly wish: FleetWish,
    private readonly vehicles: readonly BulkVehicle[],
  ) {}

  /** Makes the vehicles; some 1 500 a second. */
  static async make(
    house: SeparateHouse,
    folder: string,
    asked: { vehicles: number; weeks: number; onMade: (count: number) => void },
  ): Promise<BenchFleet> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const now = systemClock.nowMillis();
    const wish = { iMin: periodAt(ccsa.epochMillis, now), weeks: asked.weeks, aids: vehicleAids() };
    const { directory } = house.placed('eca');
    const device = await openSoftwareDevice({ directory: join(directory, 'keys'), random: systemRandom });
    try {
      const eca = signerOf(await certificateIn(directory), device);
      const vehicles: BulkVehicle[] = [];
      while (vehicles.length < asked.vehicles) {
        vehicles.push(await newBulkVehicle(eca, wish, now));
        asked.onMade(vehicles.length);
      }
      return new BenchFleet(house, folder, wish, vehicles);
    } finally {
      await device.close();
    }
  }

  /** Certificates that are asked for. */
  get certificates(): number {
    return this.vehicles.length * this.wish.weeks * KEYS_A_WEEK;
  }

  /** Sends every request to the PRA; resolves when each was accepted or refused for good. */
  async handInAll(url: string, signal: AbortSignal): Promise<HandedIn> {
    const pra = await certificateIn(this.house.placed('pra').directory);
    return handIn({
      url,
      atOnce: AT_ONCE,
      count: this.vehicles.length,
      bodyOf: async (n) => {
        const now = systemClock.nowMillis();
        const kept = this.sealed[n];
        if (kept !== undefined && kept.madeMillis > now - STALE_MILLIS) return kept.body;
        const request = await signedRequestOf(this.vehicles[n] as BulkVehicle, this.wish, now);
        const body = sealToCertificate(request, pra, { profile: ccsa, random: systemRandom });
        this.sealed[n] = { body, requestHash: sm3(request), madeMillis: now };
        return body;
      },
      onSend: (n) => (this.sentMillis[n] = systemClock.nowMillis()),
      onAccepted: (n) => this.accepted.add(n),
      signal,
    });
  }

  /** What was accepted. */
  sent(): SentRequest[] {
    return [...this.accepted].map((n) => ({
      requestHash: (this.sealed[n] as Sealed).requestHash,
      sentMillis: this.sentMillis[n] as number,
    }));
  }

  /** Writes what the checker is told: keys, lists, and where the PRA answers. Vehicles that were refused stand there too. */
  async tell(praUrl: string): Promise<void> {
    const { trust } = this.house;
    const certificate = (name: string): string => certificatePath(this.house.placed(name).directory);
    await writeFleet(this.folder, {
      ...this.wish,
      ...trust,
      ecaCertificate: certificate('eca'),
      praCertificate: certificate('pra'),
      praUrl,
    });
    const nothing = new Uint8Array(32);
    await addVehicles(
      this.folder,
      this.vehicles.map((vehicle, n) => ({ ...vehicle, requestHash: this.sealed[n]?.requestHash ?? nothing })),
    );
  }
}
