import { refused, type Refused } from '#credentials/refusal.js';
import { LineFailure } from '#edge/transport.js';
import type { AuthoriseEnrolment, EnrolmentAllowed, EnrolmentDecisions } from '#edges/aaa-eca/authorise.js';
import { gatheredAaa } from './aaa-eca.js';

const allowedTo = (n: number): EnrolmentAllowed => ({
  deviceId: new Uint8Array(16).fill(n),
  allowedAids: [111],
  country: 156,
  validForHours: 1,
  sspRanges: [],
  region: undefined,
});
const requestOf = (n: number, proof: AuthoriseEnrolment['proof'] = bySerial): AuthoriseEnrolment => ({
  requestHash: new Uint8Array(32).fill(n),
  verificationKey: new Uint8Array(33),
  requestedAids: [111],
  proof,
});
const bySerial = { kind: 'serial', value: { serial: 'A-1', mac: new Uint8Array(32) } } as const;
const byGba = { kind: 'gba', value: { btid: 'b@bsf', mac: new Uint8Array(32) } } as const;

/** An AAA that refuses odd devices, unless it is told to answer otherwise. */
function line(answer?: () => Promise<EnrolmentDecisions | Refused>) {
  const groups: number[] = [];
  let alone = 0;
  const decide = ({ requestHash: [n = 0] }: AuthoriseEnrolment): EnrolmentDecisions['decisions'][number] =>
    n % 2 === 1 ? { kind: 'refused', value: 'unknown-device' } : { kind: 'allowed', value: allowedTo(n) };
  const aaa = gatheredAaa({
    authoriseEnrolments: async ({ requests }) => {
      groups.push(requests.length);
      return answer === undefined ? { decisions: requests.map(decide) } : answer();
    },
    authoriseEnrolment: async ({ requestHash: [n = 0] }) => {
      alone++;
      return allowedTo(n);
    },
    authoriseRenewal: async () => refused('already-renewed'),
  });
  return { aaa, groups, alone: () => alone };
}

describe('the AAA, asked for several at once', () => {
  it('gets one message, and each device hears what was decided on it', async () => {
    const { aaa, groups } = line();
    const outcomes = await Promise.all([0, 1, 2].map((n) => aaa.authoriseEnrolment(requestOf(n))));
    expect(outcomes).toEqual([allowedTo(0), refused('unknown-device'), allowedTo(2)]);
    expect(groups).toEqual([3]);
  });

  it('is asked alone for a proof that others are asked about', async () => {
    const { aaa, groups, alone } = line();
    expect(await aaa.authoriseEnrolment(requestOf(4, byGba))).toEqual(allowedTo(4));
    expect([groups, alone()]).toEqual([[], 1]);
  });

  it('refuses all of a message that it refuses as a whole', async () => {
    const { aaa } = line(async () => refused('internal'));
    const outcomes = await Promise.all([0, 1].map((n) => aaa.authoriseEnrolment(requestOf(n))));
    expect(outcomes).toEqual([refused('internal'), refused('internal')]);
  });

  it('is not believed when it decides on fewer than it was asked', async () => {
    const { aaa } = line(async () => ({ decisions: [{ kind: 'allowed', value: allowedTo(0) }] }));
    const outcomes = await Promise.allSettled([0, 1].map((n) => aaa.authoriseEnrolment(requestOf(n))));
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(LineFailure) as unknown });
  });

  it('is asked once when it is silent, for all of them', async () => {
    const { aaa, groups } = line(() => Promise.reject(new LineFailure('away')));
    const outcomes = await Promise.allSettled([0, 1].map((n) => aaa.authoriseEnrolment(requestOf(n))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(groups).toEqual([2]);
  });
});
