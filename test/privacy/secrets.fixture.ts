/** Works out every secret of a lived life, from the cars' own devices, the LAs' seeds and the PCA's derivations. */
import { join } from 'node:path';
import { decode } from '#coer/codec.js';
import { certificateHash, certificateToBytes, verificationKeyOf } from '#credentials/certificate-facts.js';
import { expandCocoonKeys, type CaterpillarKeys } from '#crypto/butterfly.js';
import { advanceLinkageSeed, linkageValue, preLinkageValues } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { keptApplications } from '#device/application-record.js';
import { caterpillarLabels } from '#device/provisioning-request.js';
import { fileDeviceStore } from '#device/device-store.js';
import { EnrolmentRecord, ProvisioningRecord } from '#device/records.js';
import { openFileStore } from '#keys/file-store.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { House } from '#apps/all-in-one/src/house/house.js';
import { domainOf, type Fleet } from '#apps/all-in-one/src/life/fleet.js';
import type { Certificate } from '#wire/secured-data.js';
import { hex } from '#crypto/bytes.js';

const EACH_WEEK = Array.from({ length: 20 }, (_, j) => j);

/** A chain of one LA, with its seed in the clear: the LA's own crypto device opened it for the test. */
export interface LaChain {
  readonly instance: string;
  readonly laId: Uint8Array;
  readonly chainId: Uint8Array;
  readonly baseI: number;
  readonly seed: Uint8Array;
}

export async function chainsOf(house: House): Promise<LaChain[]> {
  const chains: LaChain[] = [];
  for (const { instance, app, laId } of house.placed) {
    if (app !== 'la') continue;
    const { device, dataSource } = house.at(instance).context;
    const rows =
      await dataSource.query<{ chain_id: Buffer; base_i: number; sealed_seed: Buffer }[]>('SELECT * FROM chain');
    for (const { chain_id: chainId, base_i: baseI, sealed_seed: sealed } of rows) {
      const seed = await device.open(`seeds-${baseI}`, sealed);
      if (seed === undefined) throw new Error('a seed does not open');
      chains.push({ instance, laId: Uint8Array.of((laId ?? 0) >> 8, (laId ?? 0) & 255), chainId, baseI, seed });
    }
  }
  return chains;
}

export interface Pseudonym {
  readonly i: number;
  readonly j: number;
  readonly certificate: Certificate;
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly lv: Uint8Array;
  /** S, 33 bytes. */
  readonly key: Uint8Array;
  /** B and Q, 33 bytes each. */
  readonly cocoonSigning: Uint8Array;
  readonly cocoonEncryption: Uint8Array;
}

export interface CarSecrets {
  readonly car: number;
  readonly domain: 'a' | 'b';
  readonly enrolment: Certificate;
  readonly caterpillar: CaterpillarKeys;
  readonly pseudonyms: readonly Pseudonym[];
  /** d of every key pair in its crypto device, 32 bytes each. */
  readonly privateKeys: readonly Uint8Array[];
}

/** A roadside unit or special vehicle: its enrolment and the one certificate it was given. */
export interface UnitSecrets {
  readonly domain: 'a' | 'b';
  readonly enrolment: Certificate;
  readonly application: Certificate;
  readonly privateKeys: readonly Uint8Array[];
}

export async function unitSecrets(house: House): Promise<UnitSecrets[]> {
  const units = (['a', 'b'] as const).flatMap((domain) => ['rsu', 'ambulance'].map((name) => ({ domain, name })));
  return Promise.all(
    units.map(async ({ domain, name }) => {
      const folder = join(house.fleetFolder, `${domain}-${name}`);
      const store = fileDeviceStore(join(folder, 'store'));
      const { certificate: enrolment } = decode(EnrolmentRecord, need(await store.read('enrolment'), 'enrolment'));
      const [asked] = await keptApplications(store);
      const application = asked?.record.certificate;
      if (application === undefined) throw new Error(`the ${name} of ${domain} has no certificate`);
      return { domain, enrolment, application, privateKeys: await privateKeysIn(folder) };
    }),
  );
}

export const carFolder = (house: House, car: number): string =>
  join(house.fleetFolder, `car-${String(car).padStart(2, '0')}`);

export async function carSecrets(house: House, fleet: Fleet): Promise<CarSecrets[]> {
  return Promise.all(
    fleet.cars.map(async ({ index: car, brand, vehicle }) => {
      const folder = carFolder(house, car);
      const store = fileDeviceStore(join(folder, 'store'));
      const enrolment = decode(EnrolmentRecord, need(await store.read('enrolment'), 'enrolment')).certificate;
      const caterpillar = await caterpillarOf(folder, store);
      const stored = await vehicle.storedCertificates();
      const pseudonyms = [...stored].flatMap(([i, certificates]) => pseudonymsOf(i, certificates, caterpillar));
      return {
        car,
        domain: domainOf(brand),
        enrolment,
        caterpillar,
        pseudonyms,
        privateKeys: await privateKeysIn(folder),
      };
    }),
  );
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

async function caterpillarOf(folder: string, store: ReturnType<typeof fileDeviceStore>): Promise<CaterpillarKeys> {
  const keys = await openSoftwareDevice({ directory: join(folder, 'keys'), random: systemRandom });
  const [name] = await store.list('requests');
  const sealed = need(await store.read(`requests/${need(name, 'request')}`), 'request');
  const record = decode(ProvisioningRecord, need(await keys.open('provisioning-records', sealed), 'record'));
  const labels = caterpillarLabels(Number(name));
  const caterpillar = {
    signingKey: need(await keys.publicKey(labels.signing), 'caterpillar key'),
    signingExpansion: record.signingExpansion,
    encryptionKey: need(await keys.publicKey(labels.encryption), 'caterpillar key'),
    encryptionExpansion: record.encryptionExpansion,
  };
  await keys.close();
  return caterpillar;
}

function pseudonymsOf(i: number, certificates: readonly Certificate[], caterpillar: CaterpillarKeys): Pseudonym[] {
  const cocoons = expandCocoonKeys(smSuite, caterpillar, i, certificates.length);
  return certificates.map((certificate, j) => {
    const { id } = certificate.value.toBeSigned.value;
    if (id.kind !== 'linkageData') throw new Error('a pseudonym without linkage data');
    const cocoon = need(cocoons[j], 'cocoon key');
    return {
      i,
      j,
      certificate,
      bytes: certificateToBytes(certificate),
      hash: certificateHash(certificate),
      lv: id.value['linkage-value'],
      key: need(verificationKeyOf(certificate), 'key'),
      cocoonSigning: cocoon.signingKey,
      cocoonEncryption: cocoon.encryptionKey,
    };
  });
}

/** d of every key pair in `<folder>/keys`. */
export async function privateKeysIn(folder: string): Promise<Uint8Array[]> {
  const store = await openFileStore(join(folder, 'keys'), systemRandom);
  const keys: Uint8Array[] = [];
  for (const label of await store.labels()) {
    const payload = await store.read(label, 'key');
    if (payload !== undefined) keys.push(payload.slice(0, 32));
  }
  await store.close();
  return keys;
}

/** The two chains behind a car's certificates, with all their values: told by the certificates, which nobody else holds. */
export interface CarChains {
  readonly car: number;
  readonly domain: 'a' | 'b';
  readonly first: LaChain;
  readonly second: LaChain;
}

export function chainsByCar(cars: readonly CarSecrets[], chains: readonly LaChain[]): CarChains[] {
  const carOf = new Map(cars.flatMap(({ car, pseudonyms }) => pseudonyms.map(({ lv }) => [hex(lv), car] as const)));
  const found: CarChains[] = [];
  for (const domain of ['a', 'b'] as const)
    for (const first of chains.filter(({ instance }) => instance === `${domain}-la1`))
      for (const second of chains.filter(({ instance }) => instance === `${domain}-la2`)) {
        const [one, other] = [valuesOf(first, first.baseI), valuesOf(second, first.baseI)];
        const car = carOf.get(hex(linkageValue(need(one[0], 'value'), need(other[0], 'value'))));
        if (car !== undefined) found.push({ car, domain, first, second });
      }
  return found;
}

export const seedOf = ({ laId, seed, baseI }: LaChain, i: number): Uint8Array =>
  advanceLinkageSeed(smSuite, laId, seed, i - baseI);

/** The twenty pre-linkage values of a period, 9 bytes each. */
export const valuesOf = (chain: LaChain, i: number): Uint8Array[] =>
  preLinkageValues(smSuite, chain.laId, seedOf(chain, i), EACH_WEEK);

/** c of every item that a PCA answered, 32 bytes each: derived anew by its own crypto device. */
export async function blindingsOf(house: House, instance: string): Promise<Uint8Array[]> {
  const { device, dataSource } = house.at(instance).context;
  const rows = await dataSource.query<{ item_hash: Buffer }[]>('SELECT item_hash FROM issued');
  return Promise.all(rows.map(({ item_hash }) => device.derive('blinding', item_hash)));
}

/** The keys between LAs and a PCA, 16 bytes each. */
export async function periodKeysOf(house: House, instance: string): Promise<Uint8Array[]> {
  const { device, dataSource } = house.at(instance).context;
  const rows = await dataSource.query<{ sealed_key: Buffer }[]>('SELECT sealed_key FROM period_key');
  return Promise.all(rows.map(async ({ sealed_key }) => need(await device.open('period-keys', sealed_key), 'key')));
}
