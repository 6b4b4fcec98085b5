/**
 * Fetches every bundle of a vehicle as the vehicle would, opens every answer, and rebuilds every key. What it believes are
 * the lists, its own private keys, and nothing of what the servers say about themselves.
 */
import { encode } from '#coer/codec.js';
import { cocoonPrivateKey, rebuildPrivateKey } from '#crypto/butterfly.js';
import { sm2PublicKeys, sm2Unwrap, sm2VerifierFor, type Sm2Verifier } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { certificateToBytes, verificationKeyOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { signData } from '#credentials/signed-data.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { readBundle } from '#device/bundle.js';
import type { DeviceContext } from '#device/device-context.js';
import { authorityRefused, exchange } from '#device/http.js';
import { openPseudonym, type Pseudonym } from '#device/pseudonym-answer.js';
import { bundleName, DOWNLOAD_HEADER, DOWNLOAD_PATH } from '#edges/ee-pra/provisioning.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import {
  enrolmentSignerOf,
  FLEET_REGION,
  KEYS_A_WEEK,
  permissionsOf,
  type AskedVehicle,
  type FleetWish,
} from './bulk-vehicle.js';
import { fingerprint, FINGERPRINTS } from './fingerprints.js';

const LARGEST_BUNDLE_BYTES = 512 * 1024;

/** A verifier that keeps the tables of the few keys that it meets: those of the authorities. */
export function verifierOfFew(): VerifySignature {
  const known = new Map<string, Sm2Verifier>();
  return (publicKey, id, message, signature) => {
    const name = Buffer.from(publicKey).toString('latin1');
    const verify = known.get(name) ?? sm2VerifierFor(publicKey);
    if (known.size < 64) known.set(name, verify);
    return verify(id, message, signature);
  };
}

export interface Finding {
  readonly i: number;
  readonly j: number;
  /** A word of the device's own refusals, or `key-mismatch`. */
  readonly reason: string;
}

export interface CheckedVehicle {
  /** Certificates that are right. */
  readonly right: number;
  readonly findings: readonly Finding[];
  /** Bytes of its bundles as they were sent. */
  readonly bytes: number;
}

/** The four fingerprints of each certificate go to `prints`, from its `first` certificate on, also of answers that do not open. */
export async function checkVehicle(
  vehicle: AskedVehicle,
  wish: FleetWish,
  context: DeviceContext,
  prints: { into: BigUint64Array; first: number },
): Promise<CheckedVehicle> {
  const findings: Finding[] = [];
  let [right, bytes] = [0, 0];
  for (let week = 0; week < wish.weeks; week++) {
    const i = wish.iMin + week;
    const zip = await fetchBundle(vehicle, i, context);
    const items =
      zip instanceof Uint8Array
        ? readBundle(zip, { i, jMax: KEYS_A_WEEK, requestHash: vehicle.requestHash, profile: ccsa })
        : zip;
    if (zip instanceof Uint8Array) bytes += zip.length;
    if (isRefused(items)) {
      for (let j = 0; j < KEYS_A_WEEK; j++) findings.push({ i, j, reason: items.reason });
      continue;
    }
    const wrong = await checkItems(
      items,
      i,
      { vehicle, wish, context },
      prints.into.subarray(
        FINGERPRINTS.length * (prints.first + week * KEYS_A_WEEK),
        FINGERPRINTS.length * (prints.first + (week + 1) * KEYS_A_WEEK),
      ),
    );
    right += KEYS_A_WEEK - wrong.length;
    findings.push(...wrong);
  }
  return { right, findings, bytes };
}

async function fetchBundle(
  vehicle: AskedVehicle,
  i: number,
  context: DeviceContext,
): Promise<Uint8Array | { kind: 'refused'; reason: string }> {
  const filename = bundleName(vehicle.requestHash.subarray(24), i);
  const value = { generationTime: time32FromMillis(context.clock.nowMillis()), filename };
  const pdu: ScmsPdu = {
    version: ccsa.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'eeRaDownloadRequest', value } },
  };
  const signed = await signData(encode(ScmsPdu, pdu), { psid: ccsa.aid.management }, enrolmentSignerOf(vehicle));
  const { pra } = context.home;
  const header = Buffer.from(sealToCertificate(signed, pra.certificate, context)).toString('base64');
  const url = `${pra.url}${DOWNLOAD_PATH}?filename=${encodeURIComponent(filename)}`;
  const answer = await exchange(context, { url, headers: { [DOWNLOAD_HEADER]: header } }, LARGEST_BUNDLE_BYTES);
  if (isRefused(answer)) return answer;
  return answer.status === 200 ? answer.body : { kind: 'refused', reason: `bundle-${authorityRefused(answer).code}` };
}

async function checkItems(
  items: readonly Uint8Array[],
  i: number,
  { vehicle, wish, context }: { vehicle: AskedVehicle; wish: FleetWish; context: DeviceContext },
  prints: BigUint64Array,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { encryptionKey, encryptionExpansion, signingKey, signingExpansion } = vehicle;
  const cocoonKeys = items.map((_, j) =>
    cocoonPrivateKey(smSuite, encryptionKey, encryptionExpansion, 'encryption', i, j),
  );
  const cocoonPublicKeys = sm2PublicKeys(cocoonKeys);
  const asked = { i, appPermissions: permissionsOf(wish), region: FLEET_REGION };
  const opened: { j: number; pseudonym: Pseudonym; rebuilt: Uint8Array }[] = [];
  for (const [j, bytes] of items.entries()) {
    prints[FINGERPRINTS.length * j] = fingerprint(bytes);
    const key = cocoonKeys[j] as Uint8Array;
    const cocoon = {
      publicKey: cocoonPublicKeys[j] as Uint8Array,
      unwrap: async (wrapped: Parameters<typeof sm2Unwrap>[1]) => sm2Unwrap(key, wrapped),
    };
    const pseudonym = await openPseudonym(bytes, cocoon, asked, context);
    if (isRefused(pseudonym)) {
      findings.push({ i, j, reason: pseudonym.reason });
      continue;
    }
    note(prints.subarray(FINGERPRINTS.length * j), pseudonym, i);
    const b = cocoonPrivateKey(smSuite, signingKey, signingExpansion, 'signing', i, j);
    opened.push({ j, pseudonym, rebuilt: rebuildPrivateKey(smSuite, b, pseudonym.c) });
  }
  const rebuilt = sm2PublicKeys(opened.map((one) => one.rebuilt));
  for (const [n, { j, pseudonym }] of opened.entries()) {
    const certified = verificationKeyOf(pseudonym.certificate) ?? new Uint8Array();
    if (Buffer.compare(rebuilt[n] as Uint8Array, certified) !== 0) findings.push({ i, j, reason: 'key-mismatch' });
  }
  return findings;
}

function note(prints: BigUint64Array, { certificate }: Pseudonym, i: number): void {
  const { id } = certificate.value.toBeSigned.value;
  prints[1] = fingerprint(certificateToBytes(certificate));
  prints[2] = fingerprint(verificationKeyOf(certificate) ?? new Uint8Array());
  if (id.kind === 'linkageData') prints[3] = fingerprint(Uint8Array.of(i >> 8, i & 255), id.value['linkage-value']);
}
