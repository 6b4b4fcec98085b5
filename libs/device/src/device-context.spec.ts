/** Which certificate of its PRA a device seals for, and whose word it takes, while the PRA's certificate is renewed. */
import { encode } from '#coer/codec.js';
import { recertify, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import { isOfPra, praCertificate, type DeviceContext } from './device-context.js';

describe('the PRA of a device', () => {
  let bench: Bench;
  let context: DeviceContext;
  let renewed: Certificate;
  let namesake: Certificate;

  /** The PRA's certificate again from `ica`, beginning some seconds later. */
  const again = async (ica: string, seconds: number): Promise<Certificate> => {
    const { certificate } = bench.member('a-pra');
    const { start, duration } = certificate.value.toBeSigned.value.validityPeriod;
    const validityPeriod = { start: start + seconds, duration };
    return recertify(certificate, bench.member(ica).signer, { tbs: { validityPeriod } });
  };
  async function list(): Promise<void> {
    const now = bench.clock.nowMillis();
    const of = (domain: string, more: Certificate) => ({
      certificate: [...['ica', 'eca', 'pra', 'pca'].map((name) => bench.member(`${domain}-${name}`).certificate), more],
      crlUrl: 'http://cra.example',
    });
    const signed = await signPkiCtlUnlinted(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextPkiCtl: time32FromMillis(now + 86_400_000),
        pkiCertInfoList: [of('a', renewed), of('b', namesake)],
      },
      bench.root.signer,
    );
    expect(isRefused(context.trust.takeTdcl(encode(PkiCtl, signed), now))).toBe(false);
  }

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    [renewed, namesake] = [await again('a-ica', 1), await again('b-ica', 2)];
    const provisioned = (name: string) => ({ url: '', certificate: bench.member(name).certificate });
    const home = { eca: provisioned('a-eca'), pra: provisioned('a-pra') };
    // Nothing else of a device is asked here.
    context = { profile: ccsa, clock: bench.clock, trust: await bench.trust(), home } as unknown as DeviceContext;
  });

  it('is the one it was born with while no list has another', () => {
    const born = bench.member('a-pra').certificate;
    expect(praCertificate(context).bytes).toEqual(born.bytes);
    expect([isOfPra(born, context), isOfPra(renewed, context)]).toEqual([true, false]);
  });

  it('is the newest of its name in its own domain, and the former one is still believed', async () => {
    await list();
    expect(praCertificate(context).bytes).toEqual(renewed.bytes);
    expect(isOfPra(renewed, context)).toBe(true);
    expect(isOfPra(bench.member('a-pra').certificate, context)).toBe(true);
  });

  it('is no authority of another domain, of another name or of another role', async () => {
    await list();
    for (const other of [namesake, ...['b-pra', 'a-pca'].map((name) => bench.member(name).certificate)]) {
      expect(isOfPra(other, context)).toBe(false);
    }
  });
});
