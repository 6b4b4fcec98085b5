/** Ieee1609Dot2Dot1CamRaInterface: blinded keys for activation codes, from the CAM to the RA; IEEE 1609.2.1-2022. */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { EccP256CurvePoint, HashedId8, IValue, Uint8 } from '../base-types.js';

/** `eeId`: the RA's own name of a device towards the CAM, 5 bytes. */
export const RaCamBatchRequest = sequence(
  'RaCamBatchRequest',
  { version: Uint8, eeId: octets('eeId', 5), periodList: sequenceOf(IValue) },
  {},
);
/** One blinded key (a point) for each period of the request. */
export const CamRaBatchResponse = sequence(
  'CamRaBatchResponse',
  { version: Uint8, requestHash: HashedId8, batch: sequenceOf(EccP256CurvePoint) },
  {},
);
export const CamRaInterfacePdu = choice(
  'CamRaInterfacePdu',
  { raCamBatchRequest: RaCamBatchRequest, camRaBatchResponse: CamRaBatchResponse },
  {},
);
export type CamRaInterfacePdu = Infer<typeof CamRaInterfacePdu>;
