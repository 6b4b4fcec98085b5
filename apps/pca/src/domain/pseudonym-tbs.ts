/** What the PCA is about to sign: the item's wish with the linkage value, the CRL and the blinded key filled in; and its lint. Pure. */
import { spanOf, isWithin } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import type { Refused } from '#credentials/refusal.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import type { Item } from './item.js';
import { refuseItem, type ItemRefusal } from './refusal.js';

/** The CRL on which a pseudonym of this domain would stand. */
export interface CrlPlace {
  /** HashedId3 of the CRA's certificate. */
  readonly cracaId: Uint8Array;
  readonly crlSeries: number;
}

/** `blindedKey` is S = B + cG, 33 bytes. */
export function pseudonymTbs(item: Item, lv: Uint8Array, crl: CrlPlace, blindedKey: Uint8Array): ToBeSignedCertificate {
  return {
    ...item.tbsCert,
    id: { kind: 'linkageData', value: { iCert: item.i, 'linkage-value': lv } },
    cracaId: crl.cracaId,
    crlSeries: crl.crlSeries,
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(blindedKey) },
  };
}

/** Whether our own certificate allows what is about to be signed (PR10). */
export function lintAgainstIssuer(tbs: ToBeSignedCertificate, issuer: Certificate): Refused<ItemRefusal> | undefined {
  const allowed = issuer.value.toBeSigned.value;
  if (!permissionsWithin(tbs, allowed)) return refuseItem('item-permissions');
  if (!regionWithin(tbs.region, allowed.region)) return refuseItem('item-region');
  return isWithin(spanOf(tbs.validityPeriod), spanOf(allowed.validityPeriod)) ? undefined : refuseItem('item-validity');
}
