import { refused, type Refused } from '#credentials/refusal.js';
import { LineFailure } from '#edge/transport.js';
import type { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import { ERROR_CODES } from '../lines/error-codes.js';
import { askAaa } from './ask-aaa.js';

const asked = {
  requestHash: new Uint8Array(32),
  verificationKey: new Uint8Array(33),
  encryptionKey: new Uint8Array(33),
  aids: [111],
};
const proof = { kind: 'serial', value: { serial: 'A-1', mac: new Uint8Array(32) } } as const;

async function told(
  answer: () => Promise<EnrolmentAllowed | Refused>,
): Promise<{ outcome: unknown; failures: number }> {
  let failures = 0;
  const aaa = {
    authoriseEnrolment: answer,
    authoriseRenewal: () => Promise.reject(new Error('a renewal')),
  };
  const outcome = await askAaa(asked, { proof }, { aaa, aaaFailed: () => failures++ });
  return { outcome, failures };
}

describe('what the AAA says, as a device is told', () => {
  it.each([
    ['unknown-device', '400-21'],
    ['wrong-proof', '400-21'],
    ['not-released', '400-21'],
    ['proof-not-offered', '400-21'],
    ['token-malformed', '400-21'],
    ['token-issuer', '400-21'],
    ['token-signature', '400-21'],
    ['token-audience', '400-21'],
    ['token-not-current', '400-21'],
    ['token-used', '400-21'],
    ['bsf-unavailable', undefined],
    ['asked-too-often', undefined],
    ['x509-signature', '400-21'],
    ['x509-revoked', '400-20'],
    ['x509-status-unavailable', undefined],
    ['device-suspended', '400-20'],
    ['device-retired', '400-20'],
    ['device-revoked', '400-20'],
    ['already-enrolled', '400-71'],
    ['not-enrolled', '400-62'],
    ['already-renewed', '400-62'],
    ['aids-outside-profile', '400-31'],
    ['key-already-certified', '400-64'],
    ['internal', undefined],
    ['a word of tomorrow', undefined],
    ['constructor', undefined],
  ])('makes %s %s', async (reason, code) => {
    const { outcome } = await told(async () => refused(reason));
    expect(ERROR_CODES[(outcome as { reason: keyof typeof ERROR_CODES }).reason]).toBe(code);
  });

  it('takes a silent AAA for a reason to try again, and says so in the log', async () => {
    expect(await told(() => Promise.reject(new LineFailure('no answer')))).toEqual({
      outcome: refused('aaa-unavailable'),
      failures: 1,
    });
  });

  it('lets a failure of our own be one', async () => {
    await expect(told(() => Promise.reject(new TypeError('broken')))).rejects.toThrow('broken');
  });

  it('passes on what is allowed', async () => {
    const allowed = {
      deviceId: new Uint8Array(16),
      allowedAids: [111],
      country: 156,
      validForHours: 1,
      sspRanges: [],
      region: undefined,
    };
    expect(await told(async () => allowed)).toEqual({ outcome: allowed, failures: 0 });
  });
});
