/**
 * Devices for the tests of death: each with an enrolment certificate that the domain's ECA might have given it, and from
 * there on the device side as it is (libs/device): it asks, downloads, checks every certificate and rebuilds every key.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { issueCertificate } from '#credentials/issue-certificate.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { DeviceContext, Home } from '#device/device-context.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { enrolmentKeys } from '#device/enrolment-request.js';
import { download, requestCertificates } from '#device/provisioning.js';
import { EnrolmentRecord, ProvisioningRecord } from '#device/records.js';
import { memoryDevice, openSoftwareDevice } from '#keys/software-device.js';
import { certificatePath, signerOf } from '#service/identity.js';
import type { Certificate } from '#wire/secured-data.js';
import { enrolmentTbs } from '../../../apps/pra/src/device.fixture.js';
import type { KillHouse } from './house.fixture.js';

const POLL_MILLIS = 100;
/** By so much everybody's clock moves with each look: what was put off after a failure is due soon. */
const ADVANCE_MILLIS = 3_000;
const TIMEOUT_MILLIS = 30_000;
const AIDS = [111, ccsa.aid.misbehaviour];

export interface Asker {
  readonly context: DeviceContext;
  readonly firstI: number;
  readonly weeks: number;
  /** It asks for no more after that: the next request would be for further weeks. */
  isAcknowledged: boolean;
  /** What was downloaded, by period. */
  readonly certificates: Map<number, readonly Certificate[]>;
}

/** Makes devices of a house. */
export class Factory {
  private constructor(
    private readonly house: KillHouse,
    private readonly home: Home,
    private readonly lists: { readonly trcl: Uint8Array; readonly tdcl: Uint8Array },
    private readonly eca: Signer,
  ) {}

  static async open(house: KillHouse): Promise<Factory> {
    const { trust } = house.house;
    const bytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(path));
    const certificateOf = async (name: string): Promise<Certificate> =>
      certificateFromBytes(await bytes(certificatePath(house.house.placed(name).directory)));
    const eca = await certificateOf('eca');
    const keys = await openSoftwareDevice({
      directory: `${house.house.placed('eca').directory}/keys`,
      random: systemRandom,
    });
    const home: Home = {
      trcla: certificateFromBytes(await bytes(trust.trclaCertificate)),
      eca: { url: 'http://127.0.0.1:9', certificate: eca },
      pra: { url: house.praUrl, certificate: await certificateOf('pra') },
      tcmfUrl: 'http://127.0.0.1:9',
      aids: AIDS,
      country: CHINA,
    };
    const lists = { trcl: await bytes(trust.trcl), tdcl: await bytes(trust.tdcl) };
    return new Factory(house, home, lists, signerOf(eca, keys));
  }

  async device(weeks = 1): Promise<Asker> {
    const { clock } = this.house;
    const context: DeviceContext = {
      profile: ccsa,
      clock,
      random: systemRandom,
      keys: memoryDevice(systemRandom),
      store: memoryDeviceStore(),
      fetch,
      timeoutMillis: TIMEOUT_MILLIS,
      home: this.home,
      trust: this.trust(),
      verify: sm2Verify,
    };
    const { verificationKey } = await enrolmentKeys(context);
    const certificate = await issueCertificate(enrolmentTbs(verificationKey, clock.nowMillis()), this.eca);
    await context.store.write(
      'enrolment',
      encode(EnrolmentRecord, { certificate, eca: this.home.eca.certificate, generation: 1 }),
    );
    return {
      context,
      weeks,
      firstI: periodAt(ccsa.epochMillis, clock.nowMillis()),
      certificates: new Map(),
      isAcknowledged: false,
    };
  }

  devices(count: number, weeks = 1): Promise<Asker[]> {
    return Promise.all(Array.from({ length: count }, () => this.device(weeks)));
  }

  private trust(): TrustStore {
    const trust = new TrustStore(this.home.trcla);
    const now = this.house.clock.nowMillis();
    for (const taken of [trust.takeTrcl(this.lists.trcl, now), trust.takeTdcl(this.lists.tdcl, now)])
      if (isRefused(taken)) throw new Error(`a list is refused: ${taken.reason}`);
    return trust;
  }
}

/** Once: whether the PRA has acknowledged the request, now or before. */
export async function askOnce(asker: Asker): Promise<boolean> {
  if (asker.isAcknowledged) return true;
  const outcome = await requestCertificates(asker.context, asker.weeks);
  asker.isAcknowledged = outcome.kind === 'acknowledged';
  if (outcome.kind === 'refused' && outcome.reason !== 'no-answer' && !isPassing(outcome))
    throw new Error(`a request was refused: ${JSON.stringify(outcome)}`);
  return asker.isAcknowledged;
}

/** The door fails while its database is away, and says so. */
const isPassing = (outcome: object): boolean => 'code' in outcome && /^5\d\d$/.test(String(outcome.code));

/** Asks until the PRA has acknowledged: the same request again and again. */
export async function ask(asker: Asker): Promise<void> {
  while (!(await askOnce(asker))) await sleep(POLL_MILLIS);
}

/** Once: whether the certificates of a period are there. Whatever comes and is not right fails the test. */
export async function downloadOnce(asker: Asker, i: number): Promise<boolean> {
  const outcome = await download(asker.context, i);
  if (outcome.kind === 'downloaded') {
    if (!asker.certificates.has(i)) asker.certificates.set(i, outcome.certificates);
    return true;
  }
  if (outcome.reason === 'no-answer' || outcome.reason === 'not-yet' || isPassing(outcome)) return false;
  if ('code' in outcome && LATER.has(String(outcome.code))) return false;
  throw new Error(`a bundle is not as it must be: ${JSON.stringify(outcome)}`);
}

/** Nothing of this name yet; too soon after the last copy, which broke off (IEEE 1609.2.1-2022 table 8). */
const LATER: ReadonlySet<string> = new Set(['404', '400-76']);

/** Comes again and again until every week of every device is there; the test's own time limit ends the wait. */
export async function downloadAll(house: KillHouse, askers: readonly Asker[]): Promise<void> {
  for (const asker of askers) {
    for (let i = asker.firstI; i < asker.firstI + asker.weeks; i++) {
      while (!(await downloadOnce(asker, i))) {
        await sleep(POLL_MILLIS);
        house.advance(ADVANCE_MILLIS);
      }
    }
  }
}

/** SM3 of each request that the device has made, as the PRA names it. */
export async function requestHashes({ context: { store, keys } }: Asker): Promise<Uint8Array[]> {
  const names = await store.list('requests');
  return Promise.all(
    names.map(async (name) => {
      const sealed = await store.read(`requests/${name}`);
      const opened = sealed && (await keys.open('provisioning-records', sealed));
      if (opened === undefined) throw new Error('a device does not open its own record');
      return decode(ProvisioningRecord, opened).requestHash;
    }),
  );
}
