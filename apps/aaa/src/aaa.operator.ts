/** What the operators of an AAA do: register, release and stop devices, and name the manufacturers whose X.509 counts. */
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Random } from '#crypto/random.js';
import type { Log } from '#service/log.js';
import type { DeviceAct, DeviceStanding } from './domain/device-state.js';
import { refuse, type RegistryRefusal } from './domain/refusal.js';
import { judgeRights, type Rights } from './domain/rights.js';
import { isSerial, SECRET_BYTES } from './domain/serial-proof.js';
import { revokedByCrl } from './domain/x509-crl.js';
import { judgeIssuer, verifyX509Path, type PathRules } from './domain/x509-path.js';
import { readDeviceCsv } from './domain/device-csv.js';
import { isProfileName, type Profile } from './domain/profile.js';
import type { BatchOutcome } from './store/batch.store.js';
import type { NewDevice } from './store/device-row.js';
import type { RegistryStore } from './store/registry.store.js';

/** Token of the AaaOperator in the AAA's container. */
export const AAA_OPERATOR = Symbol('AAA_OPERATOR');

export interface AaaOperator {
  /** All or none, not yet released. The 16-byte secrets are told this once. */
  registerDevices(order: {
    serials: readonly string[];
    aids: readonly number[];
    country?: number | undefined;
    rights?: Rights | undefined;
  }): Promise<NewDevice[] | Refused<RegistryRefusal>>;
  /** Makes the profile of a device class, or changes it for devices that are registered from now on. */
  keepProfile(
    name: string,
    profile: Omit<Profile, 'country'> & { country?: number | undefined },
  ): Promise<undefined | Refused<RegistryRefusal>>;
  profile(name: string): Promise<Profile | undefined>;
  /** Registers the devices of a CSV file (UTF-8, `serial,profile`), read as it comes: all or none. The secrets are told this once. */
  registerCsv(file: AsyncIterable<Uint8Array>): Promise<BatchOutcome>;
  device(serial: string): Promise<(DeviceStanding & Profile) | undefined>;
  /** `release` opens the door for one enrolment and ends a suspension. */
  act(serial: string, act: DeviceAct): Promise<DeviceStanding | Refused<RegistryRefusal>>;
  /** The same for a device that proved itself by X.509; DER, its own certificate first. */
  actOnX509(chain: readonly Uint8Array[], act: DeviceAct): Promise<DeviceStanding | Refused<RegistryRefusal>>;
  /**
   * Trusts a manufacturer's self-signed CA (DER, P-256 or SM2); its devices need no release for their first enrolment. With an
   * `ocspUrl` each of them is let in only on a good answer from there; without one by the CRLs that were taken.
   */
  trustIssuer(order: {
    certificate: Uint8Array;
    aids: readonly number[];
    country?: number | undefined;
    ocspUrl?: string | undefined;
  }): Promise<{ issuerId: Uint8Array } | Refused<RegistryRefusal>>;
  /** Takes a manufacturer's CRL (DER); `chain` are the CAs between its signer and a trusted issuer, the signer first. */
  takeCrl(order: {
    crl: Uint8Array;
    chain?: readonly Uint8Array[] | undefined;
  }): Promise<{ revoked: number } | Refused<RegistryRefusal>>;
}

export interface OperatorNeeds {
  readonly store: RegistryStore;
  readonly random: Random;
  readonly nowMillis: () => number;
  readonly log: Log;
  /** ISO 3166-1 numeric, where an order names none. */
  readonly country: number;
}

export function aaaOperator(needs: OperatorNeeds): AaaOperator {
  const { store, log, random, nowMillis, country } = needs;
  return {
    async registerDevices(order) {
      if (!order.serials.every(isSerial)) return refuse('serial-form');
      if (new Set(order.serials).size !== order.serials.length) return refuse('serial-registered');
      const profile = { aids: order.aids, country: order.country ?? country, rights: order.rights };
      const wrong = order.rights && judgeRights(order.rights, profile);
      if (wrong !== undefined) return wrong;
      const fresh = order.serials.map((serial) => ({ serial, secret: random.bytes(SECRET_BYTES) }));
      if (!(await store.register(fresh, profile))) return refuse('serial-registered');
      log.info('devices.registered', { devices: fresh.length });
      return fresh;
    },
    async keepProfile(name, order) {
      if (!isProfileName(name)) return refuse('profile-form');
      const profile = { ...order, country: order.country ?? country };
      const wrong = order.rights && judgeRights(order.rights, profile);
      if (wrong !== undefined) return wrong;
      await store.keepProfile(name, profile);
      log.info('profile.kept');
      return undefined;
    },
    profile: (name) => store.profile(name),
    async registerCsv(file) {
      const outcome = await store.registerBatch(readDeviceCsv(file));
      if (outcome.kind === 'registered') log.info('devices.registered', { devices: outcome.devices.length });
      else log.warn('devices.refused', { problems: outcome.count });
      return outcome;
    },
    device: (serial) => store.standing(serial),
    async act(serial, act) {
      const outcome = await store.act(serial, act);
      if (!isRefused(outcome)) log.info('device.changed', { act });
      return outcome;
    },
    async actOnX509(chain, act) {
      const path = await verifyX509Path(chain, 'device', await pathRules(needs));
      if (isRefused(path)) return path;
      const outcome = await store.actOnSubject(path.leafId, act);
      if (!isRefused(outcome)) log.info('device.changed', { act });
      return outcome;
    },
    async trustIssuer(order) {
      const issuer = judgeIssuer(order.certificate, nowMillis());
      if (isRefused(issuer)) return issuer;
      await store.trust({ ...issuer, ocspUrl: order.ocspUrl }, { aids: order.aids, country: order.country ?? country });
      log.info('x509-issuer.trusted');
      return { issuerId: issuer.issuerId };
    },
    takeCrl: (order) => takeCrl(order, needs),
  };
}

const pathRules = async ({ store, nowMillis }: OperatorNeeds): Promise<PathRules> => ({
  issuers: await store.issuers(),
  nowMillis: nowMillis(),
  isAnyRevoked: (ids) => store.isAnyRevoked(ids),
});

async function takeCrl(
  { crl, chain = [] }: { crl: Uint8Array; chain?: readonly Uint8Array[] | undefined },
  needs: OperatorNeeds,
): Promise<{ revoked: number } | Refused<RegistryRefusal>> {
  const { store, nowMillis, log } = needs;
  const rules = await pathRules(needs);
  const path = chain.length === 0 ? undefined : await verifyX509Path(chain, 'ca', rules);
  if (isRefused(path)) return path;
  const signers = path === undefined ? rules.issuers.map(({ x509 }) => x509) : [path.leaf];
  let answer: Uint8Array[] | Refused<RegistryRefusal> = refuse('crl-issuer-unknown');
  for (const signer of signers) {
    answer = revokedByCrl(crl, signer, nowMillis());
    if (!isRefused(answer) || answer.reason !== 'crl-issuer-unknown') break;
  }
  if (isRefused(answer)) return answer;
  await store.addRevoked(answer);
  log.info('x509-crl.taken', { revoked: answer.length });
  return { revoked: answer.length };
}
