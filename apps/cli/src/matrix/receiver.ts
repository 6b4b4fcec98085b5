/** The car of a tenant as a receiver: the lists and the judgement are those of every device (libs/device, SpduVerifier). */
import { sm2Verify } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { CHINA } from '#credentials/authority-certificate.js';
import type { Clock } from '#credentials/clock.js';
import { RevocationStore } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { SpduVerifier } from '#credentials/spdu.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { DeviceContext } from '#device/device-context.js';
import { memoryDeviceStore } from '#device/device-store.js';
import { refreshLists, type ListsRefreshed } from '#device/lists.js';
import { memoryDevice } from '#keys/software-device.js';
import type { Certificate } from '#wire/secured-data.js';
import type { Publisher } from './publisher.js';
import { TCMF_URL, type Tenant } from './tenants.js';

const TIMEOUT_MILLIS = 10_000;

/** `accepted`, or the reason of the refusal. */
export type Verdict = string;

export class Receiver {
  private readonly context: DeviceContext;
  private readonly crls: RevocationStore;
  private readonly verifier: SpduVerifier;

  constructor({ members }: Tenant, trcla: Certificate, publisher: Publisher, clock: Clock) {
    const trust = new TrustStore(trcla);
    this.crls = new RevocationStore(trust, ccsa);
    this.verifier = new SpduVerifier({ profile: ccsa, trust, revocation: this.crls, aids: [ccsa.aid.bsm] });
    this.context = {
      ...{ profile: ccsa, clock, random: systemRandom, trust, verify: sm2Verify, fetch: publisher.fetch },
      ...{ keys: memoryDevice(systemRandom), store: memoryDeviceStore(), timeoutMillis: TIMEOUT_MILLIS },
      home: {
        trcla,
        eca: { url: 'matrix://eca', certificate: members.eca.certificate },
        pra: { url: 'matrix://pra', certificate: members.pra.certificate },
        tcmfUrl: TCMF_URL,
        aids: [ccsa.aid.bsm],
        country: CHINA,
      },
    };
  }

  refresh(): Promise<ListsRefreshed> {
    return refreshLists(this.context, this.crls);
  }

  hear(message: Uint8Array): Verdict {
    const verdict = this.verifier.verify(message, { nowMillis: this.context.clock.nowMillis() });
    return isRefused(verdict) ? verdict.reason : 'accepted';
  }
}
