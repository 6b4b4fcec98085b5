/** What samples of messages carry: a BSM of the profile, one car driving slowly through a city. */
import type { Profile } from '#credentials/profile.js';
import { encodeBsmFrame } from '#uper/messages/message-frame.js';
import { PASSENGER_CAR } from '#uper/messages/vehicle.js';

interface Place {
  /** 1/10 microdegrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** 0.1 m. */
  readonly height: number;
}
/** Beijing, and Washington. */
const PLACES: Readonly<Record<Profile['name'], Place>> = {
  ccsa: { latitude: 399_088_230, longitude: 1_163_974_700, height: 440 },
  ieee: { latitude: 388_977_000, longitude: -770_365_000, height: 180 },
};
export const placeOf = (profile: Profile): Place => PLACES[profile.name];

/** 0.02 m/s, 0.0125 degrees, 0.01 m/s²: 10 m/s to the east. */
const SPEED = 500;
const HEADING = 7200;

/** A MessageFrame with a BSM, in unaligned PER; `id` has 8 bytes, `second` is the millisecond in its minute. */
export const bsmOf = (profile: Profile, id: Uint8Array, second: number): Uint8Array =>
  profile.name === 'ccsa' ? chineseBsm(id, second) : americanBsm(id.subarray(0, 4), second);

/** T/CSAE 53-2020. */
function chineseBsm(id: Uint8Array, secMark: number): Uint8Array {
  const { latitude, longitude, height } = PLACES.ccsa;
  return encodeBsmFrame({
    msgCnt: 1,
    id,
    secMark,
    pos: { lat: latitude, long: longitude, elevation: height },
    transmission: 'forwardGears',
    speed: SPEED,
    heading: HEADING,
    accelSet: { long: 0, lat: 0, vert: 0, yaw: 0 },
    brakes: { brakePadel: 'off' },
    size: { width: 180, length: 480 },
    vehicleClass: { classification: PASSENGER_CAR },
  });
}

/** SAE J2735: the core of a BSM alone, every field of which has a fixed size, so that no codec is needed. */
function americanBsm(id: Uint8Array, secMark: number): Uint8Array {
  const { latitude, longitude, height } = PLACES.ieee;
  const idValue = id.reduce((sum, byte) => sum * 256 + byte, 0);
  const fields: [value: number, bits: number][] = [
    [0, 3], // no extension, no part II, no regional part
    [1, 7], // msgCnt
    [idValue, 32],
    [secMark, 16],
    [latitude + 900_000_000, 31],
    [longitude + 1_799_999_999, 32],
    [height + 4096, 16],
    [255, 8], // accuracy: semi-major axis, semi-minor axis, orientation, none of them available
    [255, 8],
    [65_535, 16],
    [2, 3], // transmission: forward gears
    [SPEED, 13],
    [HEADING, 15],
    [126 + 127, 8], // steering wheel: not available
    [2000, 12], // accelerations and yaw rate: none
    [2000, 12],
    [127, 8],
    [32_767, 16],
    [0, 15], // brakes: none applied, states not available
    [180, 10], // size
    [480, 12],
  ];
  const length = fields.reduce((sum, [, bits]) => sum + bits, 0);
  const size = Math.ceil(length / 8);
  const joined = fields.reduce((sum, [value, bits]) => (sum << BigInt(bits)) | BigInt(value), 0n);
  const content = (joined << BigInt(size * 8 - length)).toString(16).padStart(size * 2, '0');
  // MessageFrame: messageId 20 (basicSafetyMessage), and the open type with its length.
  return new Uint8Array([0x00, 0x14, size, ...Buffer.from(content, 'hex')]);
}
