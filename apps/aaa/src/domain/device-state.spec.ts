import { refused } from '#credentials/refusal.js';
import { DEVICE_STATES, standingAfter } from './device-state.js';

describe('the state of a device', () => {
  it('never leaves revoked', () => {
    for (const act of ['release', 'suspend', 'retire'] as const)
      expect(standingAfter({ state: 'revoked', releases: 1 }, act)).toEqual(refused('device-revoked'));
  });

  it('leaves retired for revoked alone', () => {
    for (const act of ['release', 'suspend'] as const)
      expect(standingAfter({ state: 'retired', releases: 1 }, act)).toEqual(refused('device-retired'));
    expect(standingAfter({ state: 'retired', releases: 1 }, 'revoke')).toEqual({ state: 'revoked', releases: 1 });
  });

  it('may be revoked from everywhere', () => {
    for (const state of DEVICE_STATES)
      expect(standingAfter({ state, releases: 2 }, 'revoke')).toEqual({ state: 'revoked', releases: 2 });
  });

  it('counts releases, and a release ends a suspension', () => {
    expect(standingAfter({ state: 'registered', releases: 0 }, 'release')).toEqual({
      state: 'registered',
      releases: 1,
    });
    expect(standingAfter({ state: 'enrolled', releases: 1 }, 'release')).toEqual({ state: 'enrolled', releases: 2 });
    expect(standingAfter({ state: 'suspended', releases: 1 }, 'release')).toEqual({ state: 'registered', releases: 2 });
  });

  it('is suspended and retired without a new release', () => {
    expect(standingAfter({ state: 'enrolled', releases: 1 }, 'suspend')).toEqual({ state: 'suspended', releases: 1 });
    expect(standingAfter({ state: 'suspended', releases: 1 }, 'retire')).toEqual({ state: 'retired', releases: 1 });
  });
});
