/** EeRaDownloadRequest: signed with the enrolment certificate and encrypted to the ARA, it stands in a header and opens one file. */
import { tryDecode } from '#coer/codec.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import type { LineIdentity } from '#edge/line-identity.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { knownDevice, notFresh, type KnownDevice } from './device-message.js';
import type { DeviceRefusal } from './refusal.js';

/** Sealed and signed, a request is about 500 bytes; a header of more is none. */
const LONGEST_HEADER = 4096;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The bytes of the authorization header. */
export function headerBytes(header: string | undefined): Uint8Array | Refused<'malformed'> {
  if (header === undefined || header.length > LONGEST_HEADER || !BASE64.test(header)) return refused('malformed');
  return new Uint8Array(Buffer.from(header, 'base64'));
}

/** The device that may fetch `filename` now, by an opened header. Says nothing of the blacklist. */
export function authorisedDevice(
  opened: Uint8Array,
  filename: string,
  identity: LineIdentity,
): KnownDevice | Refused<DeviceRefusal> {
  const { profile, clock } = identity;
  const signed = asSignedData(opened);
  const certificate = signed && onlyCertificate(signed.signer);
  const payload = signed && signedPayload(signed);
  if (signed === undefined || certificate === undefined || payload === undefined) return refused('malformed');
  const asked = downloadContent(payload, profile.scmsVersion);
  if (asked === undefined || signed.tbsData.value.headerInfo.psid !== profile.aid.management)
    return refused('malformed');
  const device = knownDevice(certificate, identity);
  if (isRefused(device)) return device;
  if (!isSignedWith(signed, device.certificate)) return refused('signature');
  const late = notFresh(asked.generationTime, clock.nowMillis());
  if (late !== undefined) return late;
  return asked.filename === filename ? device : refused('filename');
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
