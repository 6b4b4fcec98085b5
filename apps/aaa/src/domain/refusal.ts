/** Everything the AAA refuses, and nothing of what was refused. */
import { refused, type Refused } from '#credentials/refusal.js';

export type X509Refusal =
  | 'x509-malformed'
  | 'x509-algorithm'
  | 'x509-constraints'
  | 'x509-validity'
  | 'x509-issuer-unknown'
  | 'x509-signature'
  | 'x509-revoked'
  | 'x509-status-unavailable';

export type TokenRefusal =
  'token-malformed' | 'token-issuer' | 'token-signature' | 'token-audience' | 'token-not-current' | 'token-used';

export type ProofRefusal =
  | 'unknown-device'
  | 'wrong-proof'
  | 'proof-not-offered'
  | 'bsf-unavailable'
  | 'asked-too-often'
  | TokenRefusal
  | X509Refusal;

export type EnrolmentRefusal =
  | ProofRefusal
  | 'not-released'
  | 'not-enrolled'
  | 'already-renewed'
  | 'device-suspended'
  | 'device-retired'
  | 'device-revoked'
  | 'aids-outside-profile'
  | 'already-enrolled'
  | 'key-already-certified';

/** Why a responder's answer is none. */
export type OcspRefusal =
  | 'ocsp-malformed'
  | 'ocsp-unsuccessful'
  | 'ocsp-signer'
  | 'ocsp-signature'
  | 'ocsp-nonce'
  | 'ocsp-other-certificate'
  | 'ocsp-not-current'
  | 'ocsp-unknown';

export type CrlRefusal = 'crl-malformed' | 'crl-issuer-unknown' | 'crl-signature' | 'crl-not-current';

/** What an operator is refused. */
export type RegistryRefusal =
  | 'serial-form'
  | 'serial-registered'
  | 'profile-form'
  | 'rights-outside-profile'
  | 'device-not-registered'
  | 'device-retired'
  | 'device-revoked'
  | X509Refusal
  | CrlRefusal;

export const refuse = <R extends EnrolmentRefusal | RegistryRefusal | OcspRefusal>(reason: R): Refused<R> =>
  refused(reason);
