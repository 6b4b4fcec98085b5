import { refused } from '#credentials/refusal.js';
import { judgeRenewal } from './judge-renewal.js';
import type { DeviceRecord, PastEnrolment } from './judge-enrolment.js';

const device: DeviceRecord = {
  deviceId: new Uint8Array(16).fill(7),
  state: 'enrolled',
  releases: 1,
  allowedAids: [111, 112],
  country: 156,
  rights: undefined,
};
const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const ecaId = new Uint8Array(8).fill(3);
const rules = { validForHours: 100 };
const allowed = {
  deviceId: device.deviceId,
  allowedAids: [111],
  country: 156,
  validForHours: 50,
  sspRanges: [],
  region: undefined,
};
const past = (release: number, renewal: number, byte: number): PastEnrolment => ({
  release,
  renewal,
  isStopped: false,
  requestHash: hash(byte),
  keyHash: hash(100 + byte),
  ecaId,
  allowed,
});
const request = { requestHash: hash(9), keyHash: hash(99), ecaId, requestedAids: [112], presentKeyHash: hash(101) };

describe('the decision about a renewal', () => {
  it('EN11 grants the successor of the newest certificate, with what the profile holds now', () => {
    const grant = { ...allowed, allowedAids: [111, 112], validForHours: 100 };
    expect(judgeRenewal(device, [past(1, 0, 1)], request, rules)).toEqual({
      kind: 'granted',
      release: 1,
      renewal: 1,
      allowed: grant,
    });
    const second = { ...request, presentKeyHash: hash(102) };
    expect(judgeRenewal(device, [past(1, 0, 1), past(1, 1, 2)], second, rules)).toMatchObject({
      release: 1,
      renewal: 2,
    });
  });

  it.each([
    ['suspended', 'device-suspended'],
    ['retired', 'device-retired'],
    ['revoked', 'device-revoked'],
    ['registered', 'not-enrolled'],
  ] as const)('RV6 refuses a device that is %s, also a repeat', (state, reason) => {
    expect(judgeRenewal({ ...device, state }, [past(1, 0, 1)], request, rules)).toEqual(refused(reason));
    expect(judgeRenewal({ ...device, state }, [past(1, 0, 1), past(1, 1, 9)], request, rules)).toEqual(refused(reason));
  });

  it('EN12 refuses a certificate that has a successor, by renewal or by another release', () => {
    for (const newer of [past(1, 1, 2), past(2, 0, 2)]) {
      expect(judgeRenewal(device, [past(1, 0, 1), newer], request, rules)).toEqual(refused('already-renewed'));
    }
  });

  it('refuses a key that was never granted to this device', () => {
    expect(judgeRenewal(device, [past(1, 0, 2)], request, rules)).toEqual(refused('not-enrolled'));
  });

  it('RV6 refuses a certificate with which the device was stopped, though it enrolled anew meanwhile', () => {
    const stopped = { ...past(1, 0, 1), isStopped: true };
    expect(judgeRenewal({ ...device, releases: 2 }, [stopped], request, rules)).toEqual(refused('not-enrolled'));
  });

  it('EN10 refuses an AID that the profile does not hold', () => {
    const more = { ...request, requestedAids: [112, 113] };
    expect(judgeRenewal(device, [past(1, 0, 1)], more, rules)).toEqual(refused('aids-outside-profile'));
  });

  it('gives the same request, and another one for the same new key, the first answer', () => {
    const before = [past(1, 0, 1), past(1, 1, 9)];
    const repeated = { kind: 'repeated', allowed };
    expect(judgeRenewal(device, before, { ...request, keyHash: hash(109) }, rules)).toEqual(repeated);
    const anew = { ...request, requestHash: hash(10), keyHash: hash(109) };
    expect(judgeRenewal(device, before, anew, rules)).toEqual(repeated);
  });
});
