import { emergencyRange } from '#credentials/special-vehicle.js';
import { refused } from '#credentials/refusal.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { judgeEnrolment } from './judge-enrolment.js';
import { judgeRights } from './rights.js';

const profile = { aids: [111, 112], country: 156 };
const circle = (latitude: number): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude, longitude: 1_164_000_000 }, radius: 500 },
});

describe('the rights of a device beyond its AIDs', () => {
  it('are taken inside its profile and country', () => {
    expect(judgeRights({ sspRanges: [], region: undefined }, profile)).toBeUndefined();
    expect(judgeRights({ sspRanges: [emergencyRange(111)], region: circle(399_000_000) }, profile)).toBeUndefined();
  });

  it.each([
    ['under an AID that the profile does not hold', { sspRanges: [emergencyRange(113)], region: undefined }],
    ['twice under one AID', { sspRanges: [emergencyRange(111), emergencyRange(111)], region: undefined }],
    ['in an area that is not known to lie in the country', { sspRanges: [], region: circle(100_000_000) }],
  ])('are refused %s', (_, rights) => expect(judgeRights(rights, profile)).toEqual(refused('rights-outside-profile')));

  it('are what the ECA is told', () => {
    const rights = { sspRanges: [emergencyRange(111)], region: circle(399_000_000) };
    const device = { deviceId: new Uint8Array(16), state: 'registered', releases: 1, allowedAids: [111] } as const;
    const hash = new Uint8Array(32);
    const request = { requestHash: hash, keyHash: hash, ecaId: new Uint8Array(8), requestedAids: [111] };
    expect(judgeEnrolment({ ...device, country: 156, rights }, [], request, { validForHours: 1 })).toMatchObject({
      allowed: rights,
    });
  });
});
