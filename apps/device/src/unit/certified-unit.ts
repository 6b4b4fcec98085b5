/**
 * A roadside unit or a special vehicle: enrolled as every device is, and certified for what it may say and where. It signs with
 * explicit application or identity certificates, not with pseudonyms.
 */
import { join } from 'node:path';
import type { Random } from '#crypto/random.js';
import type { Clock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { signSpdu } from '#credentials/spdu.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import {
  applicationSigner,
  downloadApplicationCertificate,
  requestApplicationCertificate,
  type ApplicationAcknowledged,
  type ApplyRefusal,
  type FetchRefusal,
} from '#device/application.js';
import type { ApplicationWish } from '#device/application-request.js';
import { ownDomain, type DeviceContext, type Home, type ProvisionedAuthority } from '#device/device-context.js';
import { fileDeviceStore } from '#device/device-store.js';
import { enrol, type EnrolmentRefusal, type ProveBirth } from '#device/enrolment.js';
import { storedEnrolment } from '#device/enrolment-records.js';
import { loadLists, refreshLists, type ListsRefreshed } from '#device/lists.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import type { PsidSsp } from '#wire/base-types.js';
import type { Certificate } from '#wire/secured-data.js';

/** What a unit is born with: its ARA, and no PRA. */
export interface UnitHome extends Omit<Home, 'pra'> {
  readonly ara: ProvisionedAuthority;
}

export interface UnitOptions {
  readonly home: UnitHome;
  readonly clock: Clock;
  readonly random: Random;
  readonly proveBirth: ProveBirth;
  readonly verify: VerifySignature;
}

const TIMEOUT_MILLIS = 15_000;

export class CertifiedUnit {
  private constructor(
    private readonly options: UnitOptions,
    private readonly context: DeviceContext,
    private readonly revocation: RevocationStore,
  ) {}

  /** The unit of a directory: `keys/` in software, `store/`. The same directory is the same unit. */
  static async open(directory: string, options: UnitOptions): Promise<CertifiedUnit> {
    const { home, clock, random, verify } = options;
    const trust = new TrustStore(home.trcla, verify);
    const context: DeviceContext = {
      profile: ccsa,
      clock,
      random,
      keys: await openSoftwareDevice({ directory: join(directory, 'keys'), random }),
      store: fileDeviceStore(join(directory, 'store')),
      fetch,
      timeoutMillis: TIMEOUT_MILLIS,
      // It asks for no pseudonyms: what speaks to a PRA is never called.
      home: { ...home, pra: home.ara },
      trust,
      verify,
    };
    const unit = new CertifiedUnit(options, context, new RevocationStore(trust, ccsa, verify));
    await loadLists(context, unit.revocation);
    return unit;
  }

  /** Has an enrolment certificate, then or before. Fetches the trust lists first when it holds none. */
  async enrol(): Promise<Certificate | Refused<EnrolmentRefusal>> {
    const before = await storedEnrolment(this.context);
    if (before !== undefined) return before;
    if (ownDomain(this.context) === undefined) await this.refreshLists();
    return enrol(this.context, this.options.proveBirth);
  }

  /** Asks the ARA for a certificate of a new key; also the way to renew one. */
  request(wish: ApplicationWish): Promise<ApplicationAcknowledged | Refused<ApplyRefusal>> {
    return requestApplicationCertificate(this.context, this.options.home.ara, wish);
  }

  /** Fetches the certificate of the n-th request. */
  download(n: number): Promise<Certificate | Refused<FetchRefusal>> {
    return downloadApplicationCertificate(this.context, this.options.home.ara, n);
  }

  refreshLists = (): Promise<ListsRefreshed> => refreshLists(this.context, this.revocation);

  /** A message under `aid` of this moment, with its certificate; `wants` asks for an SSP. Refuses when that is revoked. */
  async sign(
    payload: Uint8Array,
    aid: number,
    wants?: (permission: PsidSsp) => boolean,
  ): Promise<Uint8Array | Refused<'no-valid-certificate' | 'revoked'>> {
    const signer = await applicationSigner(this.context, aid, wants);
    if (signer === undefined) return refused('no-valid-certificate');
    const generationTimeMillis = this.context.clock.nowMillis();
    if (this.revocation.check(signer.certificate, generationTimeMillis) === 'revoked') return refused('revoked');
    return signSpdu({ payload, aid, generationTimeMillis, signer, named: 'certificate' });
  }

  close = (): Promise<void> => this.context.keys.close();
}
