/** PRA → LA: pre-linkage values of a fresh chain, sealed one by one for the PCA; YD/T 3957-2021 LaRaInterfacePdu. */
import { defineEdge } from '#edge/edge.js';
import { LaPraLinkageValueResponse, PraLaLinkageValueRequest } from '#wire/scms-pdu.js';

/** One request asks for one fresh chain, iMin..iMax × jMax values; the answer's linkageChainId is the LA's own handle. */
export const laPra = defineEdge({
  name: 'la-pra',
  caller: 'pra',
  callee: 'la',
  operations: { requestPreLinkageValues: { request: PraLaLinkageValueRequest, response: LaPraLinkageValueResponse } },
});
