import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import {
  readReviewed,
  REVIEW_SIGNING_ID,
  reviewedFile,
  reviewInput,
  type Application,
  type Review,
} from './reviewed-application.js';

const account = () => {
  const privateKey = newSm2PrivateKey(systemRandom);
  const key = hex(sm2PublicKey(privateKey));
  const review = (application: Application): Review => ({
    reviewer: key,
    signature: hex(sm2SignerFor(privateKey)(REVIEW_SIGNING_ID, reviewInput(application))),
  });
  return { key, review };
};
const [company, one, two, stranger] = [account(), account(), account(), account()];
const application: Application = {
  applicationId: '00'.repeat(16),
  applicant: company.key,
  kind: 'root',
  organisation: 'Brand A',
  hostname: 'root.a.example',
  permissions: [111],
  regions: [156],
  request: Buffer.from('a certificate').toString('base64'),
};
const reviewers = [one.key, two.key, company.key];
const read = (file: Uint8Array): Promise<Application> =>
  readReviewed('a.json', reviewers, { read: () => Promise.resolve(file) });
const by = (...reviews: Review[]): Uint8Array => reviewedFile(application, reviews);

describe('a reviewed application', () => {
  it('TL5 is read when two of the reviewers approved it', async () => {
    expect(await read(by(one.review(application), two.review(application)))).toEqual(application);
  });

  it.each<[string, () => Uint8Array]>([
    ['nobody', () => by()],
    ['one', () => by(one.review(application))],
    ['one twice', () => by(one.review(application), one.review(application))],
    ['one and a stranger', () => by(one.review(application), stranger.review(application))],
    ['one and the applicant', () => by(one.review(application), company.review(application))],
    [
      'one, and two with the signature of another',
      () => by(one.review(application), { ...one.review(application), reviewer: two.key }),
    ],
  ])('is refused when it is approved by %s', async (_, file) => {
    await expect(read(file())).rejects.toThrow('and 2 are needed, none of them the applicant');
  });

  it.each<[string, Partial<Application>]>([
    ['number', { applicationId: '01'.repeat(16) }],
    ['applicant', { applicant: stranger.key }],
    ['kind', { kind: 'ica' }],
    ['organisation', { organisation: 'Brand B' }],
    ['host name', { hostname: 'root.b.example' }],
    ['permissions', { permissions: [111, 112] }],
    ['regions', { regions: [156, 344] }],
    ['request', { request: Buffer.from('another').toString('base64') }],
  ])('is refused when its %s was changed after the review', async (_, change) => {
    const reviews = [one.review(application), two.review(application)];
    await expect(read(reviewedFile({ ...application, ...change }, reviews))).rejects.toThrow('approved by 0');
  });

  it.each([
    ['bytes', Uint8Array.of(0x80, 3, 0)],
    ['another JSON', new TextEncoder().encode('{"form":"chrysalis reviewed application 2"}')],
  ])('is not %s', async (_, file) => {
    await expect(read(file)).rejects.toThrow('is no reviewed application');
  });
});
