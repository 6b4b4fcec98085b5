/** What stands in the folder of a measured fleet: who it trusts, what it asks for, and a line for each vehicle. */
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vehicleLine, type AskedVehicle, type FleetWish } from './bulk-vehicle.js';

export interface FleetFile extends FleetWish {
  /** Paths of certificates and lists. */
  readonly trclaCertificate: string;
  readonly trcl: string;
  readonly tdcl: string;
  readonly ecaCertificate: string;
  readonly praCertificate: string;
  readonly praUrl: string;
}

const FLEET = 'fleet.json';
const VEHICLES = 'vehicles.txt';

export async function writeFleet(folder: string, fleet: FleetFile): Promise<void> {
  await writeFile(join(folder, FLEET), `${JSON.stringify(fleet, null, 2)}\n`, { mode: 0o600 });
}

export async function addVehicles(folder: string, vehicles: readonly AskedVehicle[]): Promise<void> {
  await appendFile(join(folder, VEHICLES), vehicles.map((vehicle) => `${vehicleLine(vehicle)}\n`).join(''), {
    mode: 0o600,
  });
}

export const readFleet = async (folder: string): Promise<FleetFile> =>
  JSON.parse(await readFile(join(folder, FLEET), 'utf8')) as FleetFile;

/** The lines; `vehicleFromLine` reads one. */
export async function readVehicleLines(folder: string): Promise<string[]> {
  return (await readFile(join(folder, VEHICLES), 'utf8')).split('\n').filter((line) => line !== '');
}
