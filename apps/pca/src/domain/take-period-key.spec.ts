import { sharedKeyId } from '#credentials/sealing.js';
import { takePeriodKey, type TakeKeyNeeds } from './take-period-key.js';

const laId = Uint8Array.of(0, 1);
const key = new Uint8Array(16).fill(5);
const needs: TakeKeyNeeds = { callerLaId: laId, currentI: 350, keep: async (_la, _i, given) => given };
const ask = (request: object = {}, change: Partial<TakeKeyNeeds> = {}) =>
  takePeriodKey({ laId, iValue: 350, key, ...request }, { ...needs, ...change });

describe('a period key', () => {
  it.each([
    ['wrong-la', { laId: Uint8Array.of(0, 2) }, {}],
    ['wrong-la', {}, { callerLaId: undefined }],
    ['period-past', { iValue: 349 }, {}],
    ['period-too-far', { iValue: 610 }, {}],
    ['another-key-taken', {}, { keep: async () => new Uint8Array(16) }],
  ])('is refused with %s', async (reason, request, change) => {
    expect(await ask(request, change)).toEqual({ kind: 'refused', reason });
  });

  it('is not kept when it is refused', async () => {
    const keep = async (): Promise<never> => {
      throw new Error('kept');
    };
    expect(await ask({ iValue: 1 }, { keep })).toMatchObject({ reason: 'period-past' });
  });

  it.each([350, 609])('is taken for period %d, and its id answered', async (iValue) => {
    expect(await ask({ iValue })).toEqual({ keyId: sharedKeyId(key) });
  });
});
