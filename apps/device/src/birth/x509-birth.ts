/** Proof of birth by X.509: the manufacturer's CA, the device certificate it puts into a car, and the car's proof. */
import type { Random } from '#crypto/random.js';
import { proofInput, type BirthProof } from '#edges/ee-eca/enrolment.js';
import { KEY_USAGE_BITS, makeX509, rawSignature, type X509Identity, type X509Scheme } from './x509-certificate.js';

export type { X509Identity } from './x509-certificate.js';

export interface X509Life {
  readonly name: string;
  readonly notBeforeMillis: number;
  readonly notAfterMillis: number;
  /** Of the key; `p256` when absent. */
  readonly scheme?: X509Scheme;
}

/** A manufacturer's root: signs device certificates and its CRL. */
export function makeIssuer({ name, ...life }: X509Life, random: Random): X509Identity {
  const keyUsage = KEY_USAGE_BITS.keyCertSign | KEY_USAGE_BITS.cRLSign;
  return makeX509({ commonName: name, ...life, isCa: true, keyUsage }, 'self', random);
}

/** What leaves the factory in a car: a certificate of its own and the key that never leaves it. */
export function makeDeviceCertificate(issuer: X509Identity, { name, ...life }: X509Life, random: Random): X509Identity {
  const keyUsage = KEY_USAGE_BITS.digitalSignature;
  return makeX509({ commonName: name, ...life, isCa: false, keyUsage }, issuer, random);
}

/** The device key's 64-byte signature r‖s over an encoded request. */
export const x509Proof = (device: Pick<X509Identity, 'scheme' | 'privateKey'>, request: Uint8Array): Uint8Array =>
  rawSignature(device, proofInput(request));

/** What an enrolling device calls with its request; `chain` are the DER certificates above the device's, the nearest first. */
export function provesByX509(
  device: X509Identity,
  chain: readonly Uint8Array[] = [],
): (request: Uint8Array) => Promise<BirthProof> {
  return async (request) => ({
    kind: 'x509',
    value: { chain: [device.certificate, ...chain], signature: x509Proof(device, request) },
  });
}
