/** PRA → LA: pre-linkage values of chains, sealed one by one for the PCA; YD/T 3957-2021 LaRaInterfacePdu. */
import type { Infer } from '#coer/codec.js';
import { withBytes } from '#coer/preserved.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { defineEdge } from '#edge/edge.js';
import { IValue, Uint8 } from '#wire/base-types.js';
import {
  EncryptedIndividualLV,
  GroupLVResponseLinkageChain,
  LaPraLinkageValueResponse,
  LinkageChainId,
  PraLaLinkageValueRequest,
} from '#wire/scms-pdu.js';

/** One request asks for fresh or continued chains, iMin..iMax × jMax values each; a linkageChainId is the LA's own handle. */
export const laPra = defineEdge({
  name: 'la-pra',
  caller: 'pra',
  callee: 'la',
  operations: { requestPreLinkageValues: { request: PraLaLinkageValueRequest, response: LaPraLinkageValueResponse } },
});

/** LaPraLinkageValueResponse, whose sealed parts keep the bytes they came in. */
export const KeptLinkageValues = sequence('LaPraLinkageValueResponse', {
  iMin: IValue,
  iMax: IValue,
  individualLVs: sequenceOf(
    sequence('IndividualLVResponseLinkageChain', {
      jMax: Uint8,
      values: sequenceOf(sequenceOf(withBytes(EncryptedIndividualLV))),
      linkageChainId: withBytes(LinkageChainId),
    }),
  ),
  groupLVs: sequenceOf(GroupLVResponseLinkageChain),
});
export type KeptLinkageValues = Infer<typeof KeptLinkageValues>;

/** The same line for a caller that passes the values on unopened, some thousands in one answer: none is encoded again. */
export const laPraUnopened = defineEdge({
  name: laPra.name,
  caller: laPra.caller,
  callee: laPra.callee,
  operations: { requestPreLinkageValues: { request: PraLaLinkageValueRequest, response: KeptLinkageValues } },
});
