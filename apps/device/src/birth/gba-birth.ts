/** Proof of birth by GBA: what a device derives after it has bootstrapped with its operator's BSF (3GPP TS 33.220). */
import { concat } from '#crypto/bytes.js';
import { hmacSha256 } from '#crypto/p256.js';
import { hmacSm3 } from '#crypto/sm3.js';
import { nafIdOf, proofInput, type BirthProof } from '#edges/ee-eca/enrolment.js';

const text = new TextEncoder();

/** What both sides have after bootstrapping: Ks = CK ‖ IK (32 bytes), the challenge, and the subscriber's private name. */
export interface Bootstrapped {
  readonly ks: Uint8Array;
  readonly rand: Uint8Array;
  readonly impi: string;
  readonly btid: string;
}

/** Ks_NAF (32 bytes) = KDF(Ks, "gba-me", RAND, IMPI, NAF_Id), 3GPP TS 33.220 annex B.3. */
export function gbaKey({ ks, rand, impi }: Omit<Bootstrapped, 'btid'>, nafId: Uint8Array): Uint8Array {
  const parameters = [text.encode('gba-me'), rand, text.encode(impi), nafId];
  return hmacSha256(ks, Uint8Array.of(0x01), ...parameters.map(withLength));
}

/** Each parameter before its length in two bytes. */
const withLength = (bytes: Uint8Array): Uint8Array =>
  concat(bytes, Uint8Array.of(bytes.length >> 8, bytes.length & 0xff));

/** What an enrolling device calls with its request; `aaa` is the host name of the AAA. */
export function provesByGba(device: Bootstrapped, aaa: string): (request: Uint8Array) => Promise<BirthProof> {
  const key = gbaKey(device, nafIdOf(aaa));
  return async (request) => ({ kind: 'gba', value: { btid: device.btid, mac: hmacSm3(key, proofInput(request)) } });
}
