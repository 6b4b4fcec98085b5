/** What an operator of the ICA can do; not on the network: the token is resolved inside the process. */
import type { OrderedAs } from './domain/authority-order.js';
import type { IcaRefused } from './domain/refusal.js';

export const ICA_OPERATOR = Symbol('ICA_OPERATOR');

export interface IcaOperator {
  /**
   * Certifies an authority of this domain. `request` (an encoded V2XSecData with the self-signed EeEcaCertRequest) supplies
   * keys only; kind, name and life are the operator's word. Answers the bytes of the certificate; the same order again has
   * the same answer.
   */
  certifyAuthority(request: Uint8Array, as: OrderedAs): Promise<Uint8Array | IcaRefused>;
}
