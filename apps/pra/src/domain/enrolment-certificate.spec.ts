import { certificateHash } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { Certificate } from '#wire/secured-data.js';
import { authorityBench, BENCH_START, type Bench } from '../../../../test/support/authority-bench.js';
import { newDevice } from '../device.fixture.js';
import { knownDevice, rememberingStandsUnder, standsUnder } from './enrolment-certificate.js';

let bench: Bench;
let pra: AuthorityContext;
let certificate: Certificate;
let eca: Certificate;

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  certificate = (await newDevice(bench)).certificate;
  eca = bench.member('a-eca').certificate;
});
beforeEach(async () => {
  bench.clock.set(BENCH_START);
  pra = await bench.contextFor('a-pra');
});

const DAY_MILLIS = 86_400_000;
const verdict = (one: Certificate, stands = standsUnder): string => {
  const device = knownDevice(one, pra.identity, stands);
  return isRefused(device) ? device.reason : 'known';
};

describe('a remembered verdict on an enrolment certificate', () => {
  it('is the one that was not remembered', async () => {
    const stands = rememberingStandsUnder();
    const foreign = (await newDevice(bench, { issuer: bench.member('b-eca').signer })).certificate;
    const { signer } = bench.member('a-eca');
    const forged = await newDevice(bench, { issuer: { ...signer, sign: bench.member('a-pca').signer.sign } });
    for (const one of [certificate, foreign, forged.certificate])
      for (let times = 0; times < 12; times++) expect(verdict(one, stands)).toBe(verdict(one));
    expect([verdict(certificate), verdict(foreign), verdict(forged.certificate)]).toEqual([
      'known',
      'ec-chain',
      'ec-chain',
    ]);
  });

  it('RV11 does not outlive the ECA on the lists', async () => {
    const stands = rememberingStandsUnder();
    expect(verdict(certificate, stands)).toBe('known');
    bench.clock.advance(1000);
    pra.trust.takeTdcl(await bench.tdcl(['b']), bench.clock.nowMillis());
    expect(verdict(certificate, stands)).toBe('ec-chain');
  });

  it('PR1 does not outlive the certificate', () => {
    const stands = rememberingStandsUnder();
    expect(verdict(certificate, stands)).toBe('known');
    bench.clock.advance(-2 * 3_600_000);
    expect(verdict(certificate, stands)).toBe('ec-validity');
    bench.clock.set(BENCH_START + 3 * 366 * DAY_MILLIS);
    expect(verdict(certificate, stands)).not.toBe('known');
  });

  it('is of these two certificates and no others: bytes of a known one with another end are judged anew', () => {
    const stands = rememberingStandsUnder();
    expect(stands(certificate, eca)).toBe(true);
    expect(stands(certificate, bench.member('b-eca').certificate)).toBe(false);
    const { value } = certificate;
    const bytes = certificate.bytes.slice();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    const bent = { value: { ...value, signature: undefined }, bytes } as Certificate;
    expect(certificateHash(bent)).not.toEqual(certificateHash(certificate));
    expect(stands(bent, eca)).toBe(false);
  });

  it('PR16 is not pushed out by forgeries, and the memory is bounded', async () => {
    const stands = rememberingStandsUnder(1);
    const other = (await newDevice(bench)).certificate;
    const { signer } = bench.member('a-eca');
    const forged = (await newDevice(bench, { issuer: { ...signer, sign: bench.member('a-pca').signer.sign } }))
      .certificate;
    // A certificate that was judged is asked for its parts no more: the parts of a copy whose hash is known may be gone.
    const hollow = (one: Certificate): Certificate =>
      ({ bytes: one.bytes, value: undefined }) as unknown as Certificate;
    expect(stands(certificate, eca)).toBe(true);
    expect(stands(forged, eca)).toBe(false);
    expect(stands(hollow(certificate), eca)).toBe(true);
    expect(stands(other, eca)).toBe(true);
    expect(() => stands(hollow(certificate), eca)).toThrow(TypeError);
  });
});
