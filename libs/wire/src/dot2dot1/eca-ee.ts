/**
 * Ieee1609Dot2Dot1EcaEeInterface: enrolment; IEEE 1609.2.1-2022. The request is the same as in YD/T 3957-2021, the
 * answer is not. A type that the two standards form differently under one name has `Ieee` in front of it here and in
 * `asn1/`.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { HashedId8, Time32, Uint8 } from '../base-types.js';
import { EeEcaCertRequest } from '../scms-pdu.js';
import { Certificate } from '../secured-data.js';

/** `generationTime` came with the 2022 edition; an answer of the 2020 edition has the bytes of YD/T 3957. */
export const IeeeEcaEeCertResponse = sequence(
  'IeeeEcaEeCertResponse',
  {
    version: Uint8,
    generationTime: Time32,
    requestHash: HashedId8,
    ecaCertChain: sequenceOf(Certificate),
    certificate: Certificate,
    privateKeyInfo: optional(octets('privateKeyInfo', 32)),
  },
  {},
);
export type IeeeEcaEeCertResponse = Infer<typeof IeeeEcaEeCertResponse>;

export const IeeeEcaEeInterfacePdu = choice(
  'IeeeEcaEeInterfacePdu',
  { eeEcaCertRequest: EeEcaCertRequest, ecaEeCertResponse: IeeeEcaEeCertResponse },
  {},
);
