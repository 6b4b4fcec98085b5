/**
 * EeRaDownloadRequest: signed with the enrolment certificate and encrypted to the PRA, it stands in a header and opens
 * one file. The same form, with a file name of its own, introduces a misbehaviour report.
 */
import { tryDecode } from '#coer/codec.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { SignedData } from '#wire/secured-data.js';
import { knownDevice, type KnownDevice, type StandsUnder } from './enrolment-certificate.js';
import { notFresh } from './freshness.js';
import type { DeviceRefusal } from './refusal.js';

export interface ReadDownload {
  readonly device: KnownDevice;
  readonly filename: string;
  readonly generationTime: number;
  readonly signed: SignedData;
}

/** Sealed and signed, a request is about 500 bytes; a header of more is none. */
const LONGEST_HEADER = 4096;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The bytes of the authorization header. */
export function headerBytes(header: string | undefined): Uint8Array | Refused<'malformed'> {
  if (header === undefined || header.length > LONGEST_HEADER || !BASE64.test(header)) return refused('malformed');
  return new Uint8Array(Buffer.from(header, 'base64'));
}

/** The request in an opened header and the device it names. */
export function readDownload(
  opened: Uint8Array,
  identity: LineIdentity,
  stands?: StandsUnder,
): ReadDownload | Refused<'malformed' | 'ec-chain' | 'ec-validity'> {
  const signed = asSignedData(opened);
  const certificate = signed && onlyCertificate(signed.signer);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || certificate === undefined || payload === undefined) return refused('malformed');
  const content = downloadContent(payload, identity.profile.scmsVersion);
  if (content === undefined || signed.tbsData.value.headerInfo.psid !== identity.profile.aid.management)
    return refused('malformed');
  const device = knownDevice(certificate, identity, stands);
  return isRefused(device) ? device : { device, ...content, signed };
}

function downloadContent(
  payload: Uint8Array,
  scmsVersion: number,
): { filename: string; generationTime: number } | undefined {
  const pdu = tryDecode(ScmsPdu, payload);
  if (!pdu.ok || pdu.value.version !== scmsVersion || pdu.value.content.kind !== 'ee-ra') return undefined;
  const { value } = pdu.value.content;
  return value.kind === 'eeRaDownloadRequest' ? value.value : undefined;
}

/** Refuses a foreign signature, a stale request, and a file other than the one named in the address. */
export function notAuthorised(
  request: ReadDownload,
  filename: string,
  nowMillis: number,
): Refused<DeviceRefusal> | undefined {
  if (!isSignedWith(request.signed, request.device.certificate)) return refused('signature');
  const late = notFresh(request.generationTime, nowMillis);
  if (late !== undefined) return late;
  return request.filename === filename ? undefined : refused('filename');
}
