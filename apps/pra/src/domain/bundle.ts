/**
 * The bundle of one period: a flat zip of `<i>.info` and 20 sealed answers (IEEE 1609.2.1-2022 6.3.5). Made from what is
 * stored and nothing else, so that it is the same bytes each time: a download can be resumed, and the size is that of
 * its class (PV7).
 */
import { zipSync, type Zippable } from 'fflate';
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import type { Profile } from '#credentials/profile.js';
import { unsecured } from '#credentials/signed-data.js';
import { infoName, itemName } from '#edges/ee-pra/provisioning.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';

/** zip knows no time before 1980, and the real one would change the bytes. */
const ZIP_MOMENT = Date.UTC(1980, 0, 2);

export interface BundleContent {
  readonly i: number;
  /** Last 8 bytes of the request hash. */
  readonly requestHash8: Uint8Array;
  /** When the last answer was stored. */
  readonly readyMillis: number;
  readonly nextDownloadMillis: number;
  /** Encoded Signed(Encrypted) V2XSecData of the PCA, at their j. */
  readonly answers: readonly Uint8Array[];
}

export function bundleZip(content: BundleContent, profile: Profile): Uint8Array {
  const files: Zippable = { [infoName(content.i)]: info(content, profile) };
  content.answers.forEach((answer, j) => (files[itemName(content.i, j)] = answer));
  // Sealed bytes do not shrink; level 0 keeps the size a function of the class alone.
  return zipSync(files, { level: 0, mtime: ZIP_MOMENT });
}

/** RaEeCertInfo, unsecured as the standard has it. */
function info({ i, requestHash8, readyMillis, nextDownloadMillis }: BundleContent, profile: Profile): Uint8Array {
  const value = {
    version: profile.scmsVersion,
    generationTime: time32FromMillis(readyMillis),
    currentI: i,
    requestHash: requestHash8,
    nextDlTime: time32FromMillis(nextDownloadMillis),
  };
  const pdu: ScmsPdu = {
    version: profile.scmsVersion,
    content: { kind: 'ee-ra', value: { kind: 'raEeCertInfo', value } },
  };
  return encode(V2XSecData, unsecured(encode(ScmsPdu, pdu)));
}

/** Strong validator of a bundle (RFC 9110 8.8.3). */
export const entityTag = (bytes: Uint8Array): string => `"${hex(sm3(bytes).subarray(0, 16))}"`;
