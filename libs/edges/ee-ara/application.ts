/**
 * Device and ARA: application and identity certificates. The request is the standard's SignedCertificateRequest, signed with
 * the enrolment certificate; around it our own envelope carries the proof that the device holds the key to be certified, and
 * all of it is encrypted to the ARA (docs/choices.md). REST paths and file names: IEEE 1609.2.1-2022 6.3.5.
 */
import type { Infer } from '#coer/codec.js';
import { sequence } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { concat } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { Opaque, Uint8 } from '#wire/base-types.js';

/** POST, `application/octet-stream`: sealed ApplicationRequest → 202, signed RaEeCertAck. */
export const APPLICATION_PATH = '/ydt/v1/authorization-certificate';
/** GET with `?filename=`; the header carries base64 of the sealed, signed EeRaDownloadRequest → zip. */
export const APPLICATION_DOWNLOAD_HEADER = 'ieee-1609.2.1-authorization';
/** Refusals: HTTP status and this header with the standard's code, for example `400-43`. */
export const APPLICATION_ERROR_HEADER = 'ieee-1609.2.1-error';

/**
 * `request` is an encoded V2XSecData with the SignedCertificateRequest (EeRaCertRequest, explicit keys, signer the enrolment
 * certificate); `possession` the 64-byte SM2 signature over `possessionInput` by the key that it asks for.
 */
export const ApplicationRequest = sequence('ApplicationRequest', {
  version: Uint8,
  request: Opaque,
  possession: octets('possession', 64),
});
export type ApplicationRequest = Infer<typeof ApplicationRequest>;

const LABEL = new TextEncoder().encode('chrysalis possession 1');

/** What the key to be certified signs, under the default identifier: the label and the SM3 of the request, 54 bytes. */
export const possessionInput = (request: Uint8Array): Uint8Array => possessionInputOfHash(sm3(request));
export const possessionInputOfHash = (requestHash: Uint8Array): Uint8Array => concat(LABEL, requestHash);

/** The name of the one item of a bundle: the HashedId8 of the request, upper case. */
export const applicationItemName = (requestHash8: Uint8Array): string =>
  Buffer.from(requestHash8).toString('hex').toUpperCase();
/** `<HASHEDID8 of the request>.zip`. */
export const applicationBundleName = (requestHash8: Uint8Array): string => `${applicationItemName(requestHash8)}.zip`;

const BUNDLE_NAME = /^([0-9A-F]{16})\.zip$/;

/** The HashedId8 of the request in a bundle's name; `undefined` for any other name. */
export function parseApplicationBundleName(name: string): Uint8Array | undefined {
  const match = BUNDLE_NAME.exec(name);
  return match === null ? undefined : new Uint8Array(Buffer.from(match[1] as string, 'hex'));
}
