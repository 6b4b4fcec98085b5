import type { Signer } from '#credentials/sm2-binding.js';
import type { ValidityPeriod } from '#wire/base-types.js';
import type { LineIdentity } from './line-identity.js';
import { signerCovering } from './own-signer.js';

const HOUR_SECONDS = 3600;
const period = (startHour: number, hours: number): ValidityPeriod => ({
  start: startHour * HOUR_SECONDS,
  duration: { kind: 'hours', value: hours },
});
/** Nothing of a certificate is asked but its validity. */
const signerOf = (validityPeriod: ValidityPeriod): Signer =>
  ({ certificate: { value: { toBeSigned: { value: { validityPeriod } } } } }) as unknown as Signer;
const unwrap: LineIdentity['unwrap'] = () => Promise.reject(new Error('nothing is opened here'));

describe('the certificate that something is signed under', () => {
  const current = signerOf(period(10, 100));
  const [first, former, next] = [period(0, 500), period(4, 50), period(11, 500)].map(signerOf) as [
    Signer,
    Signer,
    Signer,
  ];
  const beside = [first, former, next].map((signer) => ({ signer, unwrap }));
  const signer = (asked: ValidityPeriod): Signer => signerCovering(asked, { signer: current, unwrap, beside });

  it('is the one that counts when both cover the period', () => {
    expect(signer(period(20, 10))).toBe(current);
  });

  it('is the latest former one that covers it, for what begins before the one that counts', () => {
    expect(signer(period(5, 10))).toBe(former);
    expect(signer(period(5, 200))).toBe(first);
  });

  it('is never the one that comes next', () => {
    expect(signer(period(20, 485))).toBe(current);
  });

  it('is the one that counts when none covers the period', () => {
    expect(signer(period(5, 1000))).toBe(current);
  });
});
