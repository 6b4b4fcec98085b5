/** One thread's share of a fleet: every `of`-th vehicle is fetched and checked, a few at once. */
import { readFile } from 'node:fs/promises';
import { systemRandom } from '#crypto/random.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { systemClock } from '#credentials/clock.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { DeviceContext } from '#device/device-context.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { memoryDevice } from '#keys/software-device.js';
import type { Certificate } from '#wire/secured-data.js';
import { KEYS_A_WEEK, vehicleFromLine } from './bulk-vehicle.js';
import { checkVehicle, verifierOfFew, type Finding } from './check-vehicle.js';
import { FINGERPRINTS } from './fingerprints.js';
import { readFleet, readVehicleLines, type FleetFile } from './fleet-file.js';

const AT_ONCE = 4;
/** Findings that are told in full; the others are counted. */
const TOLD = 20;
const TIMEOUT_MILLIS = 60_000;

export interface Share {
  /** Which of the shares, from 0. */
  readonly share: number;
  readonly of: number;
}

export interface CheckedShare {
  readonly requested: number;
  readonly right: number;
  readonly wrong: number;
  /** `vehicle 7, week 371, j 3: item-not-for-this-key`, some of them. */
  readonly told: readonly string[];
  /** Bytes of all bundles as they were sent. */
  readonly bytes: number;
  /** Of this share's certificates in the order of vehicles, weeks and j. */
  readonly prints: BigUint64Array<ArrayBuffer>;
}

/** Checks the share; `onProgress` hears how many certificates were looked at since it heard last. */
export async function checkShare(
  folder: string,
  { share, of }: Share,
  onProgress: (certificates: number) => void,
): Promise<CheckedShare> {
  const fleet = await readFleet(folder);
  const context = await deviceContext(fleet);
  const lines = await readVehicleLines(folder);
  const mine = lines.map((line, n) => ({ line, n })).filter(({ n }) => n % of === share);
  const each = fleet.weeks * KEYS_A_WEEK;
  const prints = new BigUint64Array(FINGERPRINTS.length * each * mine.length);
  const counts = { right: 0, wrong: 0, bytes: 0 };
  const told: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < mine.length; at = next++) {
      const { line, n } = mine[at] as (typeof mine)[number];
      const checked = await checkVehicle(vehicleFromLine(line), fleet, context, { into: prints, first: at * each });
      counts.right += checked.right;
      counts.wrong += checked.findings.length;
      counts.bytes += checked.bytes;
      if (told.length < TOLD) told.push(...inWords(n, checked.findings));
      onProgress(each);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { requested: each * mine.length, ...counts, told, prints };
}

/** A sentence for each week and reason. */
function inWords(n: number, findings: readonly Finding[]): string[] {
  const places = new Map<string, number[]>();
  for (const { i, j, reason } of findings) {
    const name = `${String(i)} ${reason}`;
    places.set(name, [...(places.get(name) ?? []), j]);
  }
  return [...places].map(([name, js]) => {
    const [i, reason] = name.split(' ');
    return `vehicle ${String(n)}, week ${String(i)}, j ${js.join(' ')}: ${String(reason)}`;
  });
}

/** What any vehicle of the fleet stands on, but for its keys, which are in its line. */
async function deviceContext(fleet: FleetFile): Promise<DeviceContext> {
  const verify = verifierOfFew();
  const now = systemClock.nowMillis();
  const trcla = await certificate(fleet.trclaCertificate);
  const trust = new TrustStore(trcla, verify);
  for (const taken of [trust.takeTrcl(await bytes(fleet.trcl), now), trust.takeTdcl(await bytes(fleet.tdcl), now)])
    if (isRefused(taken)) throw new Error(`a list of the fleet is refused: ${taken.reason}`);
  const nobody = 'http://127.0.0.1:9';
  return {
    profile: ccsa,
    clock: systemClock,
    random: systemRandom,
    keys: memoryDevice(systemRandom),
    store: memoryDeviceStore(),
    fetch: (url, init) => fetch(url, init),
    timeoutMillis: TIMEOUT_MILLIS,
    home: {
      trcla,
      eca: { url: nobody, certificate: await certificate(fleet.ecaCertificate) },
      pra: { url: fleet.praUrl, certificate: await certificate(fleet.praCertificate) },
      tcmfUrl: nobody,
      aids: fleet.aids,
      country: CHINA,
    },
    trust,
    verify,
  };
}

const bytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(path));
const certificate = async (path: string): Promise<Certificate> => certificateFromBytes(await bytes(path));
