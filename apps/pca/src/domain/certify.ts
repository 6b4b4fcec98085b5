/** Signs what was prepared, and compares what came of it with what was meant before anybody sees it. */
import { alikeOutside, lay, placeOf, type Place } from '#credentials/alike.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { assembleCertificate } from '#credentials/issue-certificate.js';
import { isRefused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { decode } from '#coer/codec.js';
import type { BatchArithmetic } from '#keys/batch-arithmetic.js';
import { ToBeSignedCertificate, type Certificate } from '#wire/secured-data.js';
import type { Issuer } from './issuer.js';
import type { CommonFields } from './item.js';
import type { Prepared } from './prepare.js';

export interface CertifyNeeds {
  readonly issuer: Issuer;
  readonly arithmetic: BatchArithmetic;
}

const SIGNATURE_BYTES = 64;

/** The encoded certificate of each, in their order. Throws when one is not what was meant, by its bytes or its signature. */
export async function certifyAll(
  prepared: readonly Prepared[],
  { issuer, arithmetic }: CertifyNeeds,
): Promise<Uint8Array[]> {
  const signatures = await issuer.signAll(prepared.map(({ tbsBytes }) => tbsBytes));
  const write = certificateWriter(issuer.certificate);
  const certificates = prepared.map((one, n) => write(one, signatures[n] as Uint8Array));
  const read = certificateReader(issuer.certificate);
  const signed = certificates.map((bytes, n) => read(prepared[n] as Prepared, bytes));
  const verdicts = await arithmetic.verifyBatch(issuer.publicKey, issuer.id, signed);
  if (signed.length !== certificates.length || verdicts.length !== certificates.length || verdicts.includes(false))
    throw new Error('the certificate just made does not verify: certificate-signature');
  return certificates;
}

interface CertificatePlaces {
  readonly tbs: Place;
  readonly r: Place;
  readonly s: Place;
}

/** In full for the first of those that say the same, of the others what is signed and the signature. */
function certificateWriter(issuer: Certificate): (one: Prepared, signature: Uint8Array) => Uint8Array {
  const forms = new Map<CommonFields, CertificatePlaces & { bytes: Uint8Array }>();
  return ({ item: { common }, tbsBytes }, signature) => {
    if (signature.length !== SIGNATURE_BYTES) throw new Error('a signature that has not 64 bytes');
    let form = forms.get(common);
    if (form === undefined) {
      const { bytes } = assembleCertificate(decode(ToBeSignedCertificate, tbsBytes), issuer, signature);
      form = { bytes, ...placesIn(certificateFromBytes(bytes)) };
      forms.set(common, form);
    }
    const bytes = form.bytes.slice();
    lay(bytes, form.tbs, tbsBytes);
    lay(bytes, form.r, signature.subarray(0, 32));
    lay(bytes, form.s, signature.subarray(32));
    return bytes;
  };
}

function placesIn({ bytes, value: { toBeSigned, signature } }: Certificate): CertificatePlaces {
  if (signature?.kind !== 'sm2Signature') throw new Error('a certificate without an SM2 signature');
  const { rSig, sSig } = signature.value;
  return { tbs: placeOf(bytes, toBeSigned.bytes), r: placeOf(bytes, rSig), s: placeOf(bytes, sSig) };
}

/**
 * Reads the certificate as others will read it, and gives its signature with the bytes signed. The first of those that say the
 * same is decoded and judged under our own; the others must be alike to it but in what is signed, and that must be what was
 * meant for them. Signatures are left to the caller.
 */
function certificateReader(issuer: Certificate): (one: Prepared, bytes: Uint8Array) => SignedBytes {
  const forms = new Map<
    CommonFields,
    CertificatePlaces & { bytes: Uint8Array; isAlike: ReturnType<typeof alikeOutside> }
  >();
  return ({ item: { common }, tbsBytes }, bytes) => {
    let form = forms.get(common);
    if (form === undefined) {
      const read = certificateFromBytes(bytes);
      const verdict = verifyCertificate(read, issuer, () => true);
      if (isRefused(verdict)) throw new Error(`the certificate just made does not verify: ${verdict.reason}`);
      const places = placesIn(read);
      form = { bytes, ...places, isAlike: alikeOutside(Object.values(places)) };
      forms.set(common, form);
    }
    const part = ({ at, length }: Place): Uint8Array => bytes.subarray(at, at + length);
    const message = part(form.tbs);
    if (!form.isAlike(bytes, form.bytes) || Buffer.compare(message, tbsBytes) !== 0)
      throw new Error('the certificate does not say what was to be signed');
    const signature = new Uint8Array(SIGNATURE_BYTES);
    signature.set(part(form.r));
    signature.set(part(form.s), 32);
    return { message, signature };
  };
}

interface SignedBytes {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}
