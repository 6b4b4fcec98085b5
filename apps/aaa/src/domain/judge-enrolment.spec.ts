import { refused } from '#credentials/refusal.js';
import { judgeEnrolment, type DeviceRecord, type PastEnrolment } from './judge-enrolment.js';

const device: DeviceRecord = {
  deviceId: new Uint8Array(16).fill(7),
  state: 'registered',
  releases: 1,
  allowedAids: [111, 3629],
  country: 156,
  rights: undefined,
};
const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const ecaId = new Uint8Array(8).fill(3);
const request = { requestHash: hash(1), keyHash: hash(101), ecaId, requestedAids: [111] };
const rules = { validForHours: 100 };
const allowed = {
  deviceId: device.deviceId,
  allowedAids: [111, 3629],
  country: 156,
  validForHours: 100,
  sspRanges: [],
  region: undefined,
};
const past = (release: number, byte: number): PastEnrolment => ({
  release,
  renewal: 0,
  isStopped: false,
  requestHash: hash(byte),
  keyHash: hash(100 + byte),
  ecaId,
  allowed: { ...allowed, validForHours: 50 },
});

describe('the decision about an enrolment', () => {
  it.each([
    ['suspended', 'device-suspended'],
    ['retired', 'device-retired'],
    ['revoked', 'device-revoked'],
  ] as const)('EN1 refuses a device that is %s, also a repeat', (state, reason) => {
    expect(judgeEnrolment({ ...device, state }, [], request, rules)).toEqual(refused(reason));
    expect(judgeEnrolment({ ...device, state }, [past(1, 1)], request, rules)).toEqual(refused(reason));
  });

  it('EN1 refuses a device that was never released', () => {
    expect(judgeEnrolment({ ...device, releases: 0 }, [], request, rules)).toEqual(refused('not-released'));
  });

  it('refuses a second key in one release', () => {
    expect(judgeEnrolment(device, [past(1, 2)], request, rules)).toEqual(refused('already-enrolled'));
  });

  it('EN7 refuses the same request and the same key at a second ECA', () => {
    const elsewhere = { ...request, ecaId: new Uint8Array(8) };
    expect(judgeEnrolment(device, [past(1, 1)], elsewhere, rules)).toEqual(refused('already-enrolled'));
    const anew = { ...elsewhere, requestHash: hash(9) };
    expect(judgeEnrolment(device, [past(1, 1)], anew, rules)).toEqual(refused('already-enrolled'));
  });

  it('EN7 refuses request and key of a device that was stopped with them, also after another release', () => {
    const stopped = { ...past(1, 1), isStopped: true };
    const released = { ...device, releases: 2 };
    expect(judgeEnrolment(released, [stopped], request, rules)).toEqual(refused('key-already-certified'));
    const fresh = { ...request, requestHash: hash(9), keyHash: hash(99) };
    expect(judgeEnrolment(released, [stopped], fresh, rules)).toMatchObject({ kind: 'granted', release: 2 });
  });

  it('gives another request for the same key the first answer: the first may have grown too old on its way', () => {
    const outcome = judgeEnrolment(device, [past(1, 1)], { ...request, requestHash: hash(9) }, rules);
    expect(outcome).toEqual({ kind: 'repeated', allowed: past(1, 1).allowed });
  });

  it('EN10 refuses one AID beyond the profile', () => {
    const greedy = { ...request, requestedAids: [111, 112] };
    expect(judgeEnrolment(device, [], greedy, rules)).toEqual(refused('aids-outside-profile'));
  });

  it('gives the same request its first answer, whatever was released since', () => {
    const outcome = judgeEnrolment({ ...device, releases: 2 }, [past(1, 1), past(2, 2)], request, rules);
    expect(outcome).toEqual({ kind: 'repeated', allowed: past(1, 1).allowed });
  });

  it('grants the latest release once, with the profile', () => {
    expect(judgeEnrolment(device, [], request, rules)).toEqual({ kind: 'granted', release: 1, renewal: 0, allowed });
    expect(judgeEnrolment({ ...device, state: 'enrolled', releases: 3 }, [past(1, 2)], request, rules)).toEqual({
      kind: 'granted',
      release: 3,
      renewal: 0,
      allowed,
    });
  });
});
