/**
 * An on-board unit: keys and files of its own, the device side of every protocol, an ear and a voice. Everything it must
 * still know after a restart stands in its store and its crypto device; what it heard on the road does not.
 */
import { join } from 'node:path';
import type { Random } from '#crypto/random.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { periodAt } from '#credentials/period.js';
import { ccsa, type Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Place } from '#credentials/spdu-region.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { NotYet } from '#device/bundle-download.js';
import { ownDomain, type DeviceContext, type Home } from '#device/device-context.js';
import { fileDeviceStore, type DeviceStore } from '#device/device-store.js';
import { enrol, type EnrolmentRefusal, type ProveBirth } from '#device/enrolment.js';
import { storedEnrolment } from '#device/enrolment-records.js';
import { erasePastKeys } from '#device/erasure.js';
import type { Fetch } from '#device/http.js';
import { loadLists, refreshLists, type ListsRefreshed } from '#device/lists.js';
import {
  download,
  requestCertificates,
  type Acknowledged,
  type Downloaded,
  type DownloadRefusal,
  type RequestRefusal,
} from '#device/provisioning.js';
import { heldPeriods, periodCertificates, pseudonymLabel } from '#device/pseudonyms.js';
import { misbehaviourReport, sendReport, type Suspicion } from '#device/reporting.js';
import {
  PseudonymSigner,
  type MessageIdentity,
  type Rotation,
  type SignedMessage,
  type SigningRefusal,
} from '#device/signing.js';
import { keepSupplied, type SupplyPlan, type SupplyRound } from '#device/supply.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { ThreeDLocation } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { encodeBsmFrame } from '#uper/messages/message-frame.js';
import { Receiver, type Received, type ReceptionRefusal } from './receiver.js';
import { Tally, type TallyCounts } from './tally.js';

/** What a vehicle asks certificates for: BSMs, and reports of misbehaviour. */
export const vehicleAids = (profile: Profile = ccsa): number[] => [profile.aid.bsm, profile.aid.misbehaviour];

export interface VehicleOptions {
  /** For people; on no wire. */
  readonly name: string;
  readonly home: Home;
  readonly clock: Clock;
  readonly random: Random;
  readonly proveBirth: ProveBirth;
  readonly fetch?: Fetch;
  readonly timeoutMillis?: number;
  readonly profile?: Profile;
  readonly rotation?: Rotation;
  /** Without it a vehicle that finds itself on a CRL says nothing more; with it, it goes on, as one that does harm would. */
  readonly ignoresOwnRevocation?: true;
  /** Vehicles of one process may share one: tables of multiples of public keys, no verdicts. */
  readonly verify?: VerifySignature;
}

export interface VehicleParts extends VehicleOptions {
  readonly keys: CryptoDevice;
  readonly store: DeviceStore;
}

const TIMEOUT_MILLIS = 15_000;
const MOST_REPORTS = 50;
/** A report that could not be handed in for so long is given up. */
const REPORT_LIFE_MILLIS = 7 * 86_400_000;

export class Vehicle {
  readonly name: string;
  readonly trust: TrustStore;
  readonly revocation: RevocationStore;
  private readonly tally = new Tally();
  private readonly context: DeviceContext;
  private readonly signer: PseudonymSigner;
  private readonly receiver: Receiver;
  private heldPeriod: number | undefined;
  private heldCertificate: Certificate | undefined;
  private place: ThreeDLocation | undefined;
  private reports: Suspicion[] = [];

  private constructor(private readonly parts: VehicleParts) {
    const { name, home, clock, random, keys, store, rotation } = parts;
    const { profile = ccsa, fetch: fetchPort = fetch, timeoutMillis = TIMEOUT_MILLIS } = parts;
    const verify = parts.verify ?? tablingVerifier();
    this.name = name;
    this.trust = new TrustStore(home.trcla, verify);
    this.revocation = new RevocationStore(this.trust, profile, verify);
    const { trust, revocation } = this;
    this.context = { profile, clock, random, keys, store, fetch: fetchPort, timeoutMillis, home, trust, verify };
    this.signer = new PseudonymSigner(keys, random, rotation);
    this.receiver = new Receiver({ profile, trust, revocation, verify });
  }

  /** A vehicle over a crypto device and a store; takes the lists that were kept. */
  static async over(parts: VehicleParts): Promise<Vehicle> {
    const vehicle = new Vehicle(parts);
    await loadLists(vehicle.context, vehicle.revocation);
    return vehicle;
  }

  /** The vehicle of a directory: `keys/` in software, `store/`. The same directory is the same vehicle. */
  static async open(directory: string, options: VehicleOptions): Promise<Vehicle> {
    const keys = await openSoftwareDevice({ directory: join(directory, 'keys'), random: options.random });
    return Vehicle.over({ ...options, keys, store: fileDeviceStore(join(directory, 'store')) });
  }

  get counts(): TallyCounts {
    return this.tally.snapshot();
  }

  /** Has an enrolment certificate, then or before. Fetches the trust lists first when it holds none. */
  async enrol(): Promise<Certificate | Refused<EnrolmentRefusal>> {
    const before = await storedEnrolment(this.context);
    if (before !== undefined) return before;
    if (ownDomain(this.context) === undefined) await this.refreshLists();
    const outcome = await enrol(this.context, this.parts.proveBirth);
    if (!isRefused(outcome)) this.tally.add('enrolled');
    return outcome;
  }

  isEnrolled = async (): Promise<boolean> => (await storedEnrolment(this.context)) !== undefined;

  async requestCertificates(weeks: number): Promise<Acknowledged | Refused<RequestRefusal>> {
    const outcome = await requestCertificates(this.context, weeks);
    if (!isRefused(outcome)) this.tally.add('requested', outcome.certificates);
    return outcome;
  }

  /** Downloads period i and rebuilds its keys; `keysRebuilt` is 0 when they were here already. Destroys the keys of past periods. */
  async download(i: number): Promise<Downloaded | NotYet | Refused<DownloadRefusal>> {
    const outcome = await download(this.context, i);
    if (isRefused(outcome)) return outcome;
    this.took(i, outcome);
    await erasePastKeys(this.context);
    return outcome;
  }

  private took(i: number, { keysRebuilt, certificates }: Downloaded): void {
    this.tally.add('keysRebuilt', keysRebuilt);
    if (keysRebuilt > 0) this.tally.add('downloaded', certificates.length);
    if (i === this.heldPeriod) this.heldPeriod = undefined;
  }

  /** Asks, fetches and erases what is due by its plan (libs/device, supply.ts). */
  async keepSupplied(plan: SupplyPlan): Promise<SupplyRound> {
    const round = await keepSupplied(this.context, plan);
    if (round.asked?.kind === 'acknowledged') this.tally.add('requested', round.asked.certificates);
    for (const [i, outcome] of round.fetched) if (!isRefused(outcome)) this.took(i, outcome);
    return round;
  }

  refreshLists = (): Promise<ListsRefreshed> => refreshLists(this.context, this.revocation);

  /** Every pseudonym certificate it holds, by period. */
  async storedCertificates(): Promise<ReadonlyMap<number, readonly Certificate[]>> {
    const { store } = this.context;
    const periods = await heldPeriods(store);
    return new Map(await Promise.all(periods.map(async (i) => [i, await periodCertificates(store, i)] as const)));
  }

  /** Takes another pseudonym with the next message. */
  changePseudonym(): void {
    this.signer.change();
  }

  /** The pseudonym certificate of the last message. */
  get currentCertificate(): Certificate | undefined {
    return this.signer.currentCertificate;
  }

  /**
   * Signs a BSM at `nowMillis`; its id and msgCnt are the pseudonym's, whatever the argument says. `drivenMetres` is the
   * odometer, for a rotation that minds it. Asks for the certificates of those who could not be checked. Refuses when its own
   * are revoked: nobody would take what it says.
   */
  async sign(
    bsm: BasicSafetyMessage,
    nowMillis: number,
    drivenMetres?: number,
  ): Promise<SignedMessage | Refused<SigningRefusal | 'revoked'>> {
    await this.holdPeriodOf(nowMillis);
    if (this.isRevoked(nowMillis)) return refused('revoked');
    const { lat, long, elevation } = bsm.pos;
    // ThreeDLocation counts 0.1 m from −409.6 m, the BSM from the ellipsoid.
    this.place = { latitude: lat, longitude: long, elevation: (elevation ?? -4096) + 4096 };
    const signed = await this.signer.sign({
      make: (identity) => encodeBsmFrame(underIdentity(bsm, identity)),
      aid: this.context.profile.aid.bsm,
      nowMillis,
      event: bsm.safetyExt?.events?.includes(true) ?? false,
      drivenMetres,
      asks: this.receiver.learning.asks(nowMillis),
    });
    if (signed.kind === 'signed') this.tally.add('signed');
    return signed;
  }

  /** All of a period stand on a list, or none. */
  private isRevoked(nowMillis: number): boolean {
    if (this.heldCertificate === undefined || this.parts.ignoresOwnRevocation === true) return false;
    return this.revocation.check(this.heldCertificate, nowMillis) === 'revoked';
  }

  private async holdPeriodOf(nowMillis: number): Promise<void> {
    const i = periodAt(this.context.profile.epochMillis, nowMillis);
    if (i === this.heldPeriod) return;
    const certificates = await periodCertificates(this.context.store, i);
    this.signer.hold(certificates.map((certificate, j) => ({ certificate, label: pseudonymLabel(certificate, i, j) })));
    this.heldPeriod = certificates.length > 0 ? i : undefined;
    [this.heldCertificate] = certificates;
  }

  /** Judges what comes from the air, and remembers whom to report. */
  receive(bytes: Uint8Array, nowMillis: number): Received | Refused<ReceptionRefusal> {
    const outcome = this.receiver.receive(bytes, nowMillis, this.here());
    if (outcome.kind === 'refused') {
      this.tally.refused(outcome.reason);
      return outcome;
    }
    this.tally.add('accepted');
    this.answer(outcome, nowMillis);
    if (this.isOfOwnDomain(outcome)) this.tally.add('acceptedOfOwnDomain');
    if (outcome.suspicion !== undefined) this.suspect(outcome.suspicion, nowMillis);
    return outcome;
  }

  private answer({ spdu }: Received, nowMillis: number): void {
    const own = this.signer.currentCertificate;
    if (own === undefined) return;
    if (this.receiver.learning.mustAnswer(spdu.asks, hashedId8(own), nowMillis)) this.signer.nameInFull();
  }

  private here(): Place | undefined {
    return this.place && { ...this.place, country: this.context.home.country };
  }

  private isOfOwnDomain({ spdu }: Received): boolean {
    const own = ownDomain(this.context);
    return own !== undefined && this.trust.sameDomain(spdu.issuer, own);
  }

  private suspect(suspicion: NonNullable<Received['suspicion']>, nowMillis: number): void {
    this.tally.add('suspicions');
    const observationLocation = this.place ?? { latitude: 900_000_001, longitude: 1_800_000_001, elevation: 0 };
    this.reports.push({ ...suspicion, observationLocation, observedMillis: nowMillis });
    this.reports = this.reports.slice(-MOST_REPORTS);
  }

  /** Reports that wait to be handed in. */
  get reportsDue(): number {
    return this.reports.length;
  }

  /** Hands in what waits; what finds nobody is kept for another time. How many were taken. */
  async sendReports(): Promise<number> {
    const nowMillis = this.context.clock.nowMillis();
    await this.holdPeriodOf(nowMillis);
    // Taken one by one, so that what is suspected meanwhile finds its place behind them.
    let taken = 0;
    for (let left = this.reports.length; left > 0; left--) {
      const suspicion = this.reports.shift();
      if (suspicion === undefined || nowMillis - suspicion.observedMillis > REPORT_LIFE_MILLIS) continue;
      const outcome = await this.handIn(suspicion, nowMillis);
      if (outcome === 'taken') taken++;
      else if (outcome === 'later') this.reports.push(suspicion);
    }
    return taken;
  }

  private async handIn(suspicion: Suspicion, nowMillis: number): Promise<'taken' | 'later' | 'refused'> {
    const by = this.signer.signer(nowMillis);
    if (isRefused(by)) return 'later';
    const outcome = await sendReport(misbehaviourReport(suspicion), by, this.context);
    if (outcome.kind === 'handed-in') {
      this.tally.add('reportsHandedIn');
      return 'taken';
    }
    if (outcome.reason === 'no-answer' || outcome.reason === 'no-ma') return 'later';
    this.tally.add('reportsRefused');
    return 'refused';
  }

  close = (): Promise<void> => this.parts.keys.close();
}

/** The BSM under the pseudonym's identity. The first one after a change carries no path that was driven under another (VM5). */
function underIdentity(bsm: BasicSafetyMessage, { temporaryId, msgCnt, isFirst }: MessageIdentity): BasicSafetyMessage {
  const own = { ...bsm, id: temporaryId, msgCnt };
  if (!isFirst || bsm.safetyExt?.pathHistory === undefined) return own;
  const { pathHistory: _driven, ...safetyExt } = bsm.safetyExt;
  return { ...own, safetyExt };
}
