import type { Infer } from '#coer/codec.js';
import type { PraLaLinkageValueRequest } from '#wire/scms-pdu.js';
import { judgeLinkageRequest } from './linkage-request.js';

const rules = { praHostname: 'pra.a', pcaHostname: 'pca.a', currentI: 350 };
const header = { iMin: 350, iMax: 352, praId: 'pra.a', pcaId: 'pca.a' };
const individual = (change: object = {}, headerChange: object = {}) =>
  ({
    kind: 'individualLVRequest',
    value: { header: { ...header, ...headerChange }, jMax: 20, numberOfFreshInd: 1, ...change },
  }) as Infer<typeof PraLaLinkageValueRequest>;

describe('a request for linkage values', () => {
  it('is refused with not-supported for a group', () => {
    const value = { header, jMax: 20, groupIdentifier: new Uint8Array(4) };
    expect(judgeLinkageRequest({ kind: 'groupLVRequest', value }, rules)).toMatchObject({ reason: 'not-supported' });
  });

  it.each([
    ['wrong-pra', {}, { praId: 'pra.b' }],
    ['pca-unknown', {}, { pcaId: 'pca.b' }],
    ['period-order', {}, { iMin: 353 }],
    ['period-past', {}, { iMin: 349 }],
    ['period-too-far', { jMax: 1 }, { iMax: 610 }],
    ['index-count', { jMax: 0 }, {}],
    ['index-count', { jMax: 65 }, {}],
    ['chain-count', { numberOfFreshInd: undefined }, {}],
    ['chain-count', { numberOfFreshInd: 0, continuationsInd: [] }, {}],
    ['too-many-values', { numberOfFreshInd: 1093 }, {}],
    ['too-many-values', { numberOfFreshInd: 0xffffffff }, {}],
  ])('is refused with %s: %j %j', (reason, change, headerChange) => {
    expect(judgeLinkageRequest(individual(change, headerChange), rules)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    [{}, {}],
    [{ numberOfFreshInd: 1092 }, {}],
    [{ jMax: 64 }, { iMax: 609 }],
  ])('is taken: %j %j', (change, headerChange) => {
    const order = judgeLinkageRequest(individual(change, headerChange), rules);
    expect(order).toMatchObject({ iMin: 350, continued: [] });
  });
});
