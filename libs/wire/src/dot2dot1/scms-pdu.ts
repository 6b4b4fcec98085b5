/**
 * Ieee1609Dot2Dot1Protocol: the frame of every message, and the signed requests; IEEE 1609.2.1-2022. Lines that devices
 * do not stand on are NULL there.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { nothing } from '#coer/numbers.js';
import { withBytes } from '#coer/preserved.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { HashAlgorithm, Opaque, Signature, Uint8 } from '../base-types.js';
import { AcaEeInterfacePdu } from '../scms-pdu.js';
import { SignerIdentifier } from '../secured-data.js';
import { IeeeAcaRaInterfacePdu } from './aca-ra.js';
import { IeeeCertManagementPdu } from './cert-management.js';
import { IeeeEcaEeInterfacePdu } from './eca-ee.js';
import { IeeeEeRaInterfacePdu } from './ee-ra.js';

export const IeeeScmsPdu = sequence('IeeeScmsPdu', {
  version: Uint8,
  content: choice(
    'IeeeScmsPduContent',
    {
      'aca-ee': AcaEeInterfacePdu,
      'aca-la': nothing,
      'aca-ma': nothing,
      'aca-ra': IeeeAcaRaInterfacePdu,
      cert: IeeeCertManagementPdu,
      'eca-ee': IeeeEcaEeInterfacePdu,
      'ee-ma': nothing,
      'ee-ra': IeeeEeRaInterfacePdu,
      'la-ma': nothing,
      'la-ra': nothing,
      'ma-ra': nothing,
    },
    {},
  ),
});
export type IeeeScmsPdu = Infer<typeof IeeeScmsPdu>;

/** Carried in `signedCertificateRequest`; the signature is over the bytes of `tbsRequest`. */
export const IeeeSignedCertificateRequest = sequence('IeeeSignedCertificateRequest', {
  hashAlgorithmId: HashAlgorithm,
  tbsRequest: withBytes(IeeeScmsPdu),
  signer: SignerIdentifier,
  signature: Signature,
});
export type IeeeSignedCertificateRequest = Infer<typeof IeeeSignedCertificateRequest>;

/** The signer's X.509 certificate and those above it, each as DER. */
export const X509SignerIdentifier = choice('X509SignerIdentifier', { certificate: sequenceOf(Opaque) }, {});
/** Carried in `signedX509CertificateRequest`: a device that has an X.509 certificate and no enrolment certificate. */
export const SignedX509CertificateRequest = sequence('SignedX509CertificateRequest', {
  hashAlgorithmId: HashAlgorithm,
  tbsRequest: withBytes(IeeeScmsPdu),
  signer: X509SignerIdentifier,
  signature: Signature,
});
export type SignedX509CertificateRequest = Infer<typeof SignedX509CertificateRequest>;
