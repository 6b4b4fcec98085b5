/** What the PCA is about to sign: the item's wish with the linkage value, the CRL and the blinded key filled in; and its lint. Pure. */
import { decode } from '#coer/codec.js';
import { lay, layPoint, placeOf, placeOfPoint, type Place } from '#credentials/alike.js';
import { spanOf, isWithin } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import type { Refused } from '#credentials/refusal.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import type { CommonFields, Item } from './item.js';
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
    ...item.common,
    id: { kind: 'linkageData', value: { iCert: item.i, 'linkage-value': lv } },
    cracaId: crl.cracaId,
    crlSeries: crl.crlSeries,
    verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(blindedKey) },
  };
}

/** The encoded bytes of each: in full for the first that says the same, of the others the linkage value and the key. */
export function tbsWriter(crl: CrlPlace): (item: Item, lv: Uint8Array, blindedKey: Uint8Array) => Uint8Array {
  const forms = new Map<CommonFields, { bytes: Uint8Array; lv: Place; key: Place }>();
  return (item, lv, blindedKey) => {
    const form = forms.get(item.common);
    if (form === undefined) {
      const bytes = toBeSignedBytes(pseudonymTbs(item, lv, crl, blindedKey));
      forms.set(item.common, { bytes, ...placesIn(bytes, decode(ToBeSignedCertificate, bytes)) });
      return bytes;
    }
    const bytes = form.bytes.slice();
    lay(bytes, form.lv, lv);
    layPoint(bytes, form.key, blindedKey);
    return bytes;
  };
}

/** Where linkage value and key stand in the bytes from which `tbs` was decoded. Throws for what is no pseudonym. */
export function placesIn(bytes: Uint8Array, tbs: ToBeSignedCertificate): { lv: Place; key: Place } {
  const { id, verifyKeyIndicator: indicator } = tbs;
  const point =
    indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2' ? indicator.value.value : undefined;
  if (id.kind !== 'linkageData' || (point?.kind !== 'compressed-y-0' && point?.kind !== 'compressed-y-1'))
    throw new TypeError('tbs: no pseudonym with a compressed SM2 key');
  return { lv: placeOf(bytes, id.value['linkage-value']), key: placeOfPoint(bytes, point.value) };
}

/** Whether our own certificate allows what is about to be signed (PR10). */
export function lintAgainstIssuer(tbs: ToBeSignedCertificate, issuer: Certificate): Refused<ItemRefusal> | undefined {
  const allowed = issuer.value.toBeSigned.value;
  if (!permissionsWithin(tbs, allowed)) return refuseItem('item-permissions');
  if (!regionWithin(tbs.region, allowed.region)) return refuseItem('item-region');
  return isWithin(spanOf(tbs.validityPeriod), spanOf(allowed.validityPeriod)) ? undefined : refuseItem('item-validity');
}
