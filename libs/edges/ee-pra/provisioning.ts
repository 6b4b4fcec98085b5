/** Device and PRA: the REST paths and file names of IEEE 1609.2.1-2022 6.3.5 under the CCSA profile's prefix. */

/** POST: sealed SignedCertificateRequest with EeRaCertRequest → 202, signed RaEeCertAck. */
export const AUTHORIZATION_PATH = '/ydt/v1/authorization-certificate';
/** GET with `?filename=`; the header carries base64 of the sealed, signed EeRaDownloadRequest → zip. */
export const DOWNLOAD_PATH = AUTHORIZATION_PATH;
export const DOWNLOAD_HEADER = 'ieee-1609.2.1-authorization';
/** Refusals: HTTP status and this header with the standard's code, for example `400-43`. */
export const ERROR_HEADER = 'ieee-1609.2.1-error';
/** POST: a misbehaviour report sealed to the MA → 202. The header carries base64 of a sealed, signed EeRaDownloadRequest with the file name REPORT_FILENAME. */
export const REPORT_PATH = '/ydt/v1/mbr-upload-STE';
export const REPORT_FILENAME = 'misbehaviour-report';

/** `<HASHEDID8 of the request>_<i hex>.zip`, upper case. */
export const bundleName = (requestHash8: Uint8Array, i: number): string =>
  `${Buffer.from(requestHash8).toString('hex').toUpperCase()}_${i.toString(16).toUpperCase()}.zip`;

/** The names inside a bundle: `<i>.info` and `<i>_<j>`, hex. */
export const infoName = (i: number): string => `${i.toString(16)}.info`;
export const itemName = (i: number, j: number): string => `${i.toString(16)}_${j.toString(16)}`;

const BUNDLE_NAME = /^([0-9A-F]{16})_([0-9A-F]{1,4})\.zip$/;

export function parseBundleName(name: string): { requestHash8: Uint8Array; i: number } | undefined {
  const match = BUNDLE_NAME.exec(name);
  if (match === null) return undefined;
  return {
    requestHash8: new Uint8Array(Buffer.from(match[1] as string, 'hex')),
    i: Number.parseInt(match[2] as string, 16),
  };
}
