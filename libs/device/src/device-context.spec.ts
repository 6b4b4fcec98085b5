/** Which certificate of its authorities a device seals for, and whose word it takes, while their certificates are renewed. */
import { encode } from '#coer/codec.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import { recertify, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { ScmsSsp } from '#wire/scms-ssp.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import {
  certificateNow,
  isCertificateOf,
  ownAuthorities,
  ownDomain,
  type DeviceContext,
  type ProvisionedAuthority,
} from './device-context.js';

const NAMES = ['ica', 'eca', 'pra', 'ara', 'pca', 'cra'];
const OTHER_ROLE = { eca: 'pca', pra: 'pca', ara: 'eca' } as const;

let bench: Bench;
let context: DeviceContext;
let issued: number;

const of = (name: string): Certificate => bench.member(name).certificate;
/** An authority's certificate again from `ica`, beginning some seconds later. */
const again = async (name: string, ica: string, seconds: number): Promise<Certificate> => {
  const { start, duration } = of(name).value.toBeSigned.value.validityPeriod;
  const validityPeriod = { start: start + seconds, duration };
  return recertify(of(name), bench.member(ica).signer, { tbs: { validityPeriod } });
};
async function list(a: readonly Certificate[], b: readonly Certificate[] = []): Promise<void> {
  bench.clock.advance(1000);
  const now = bench.clock.nowMillis();
  const entry = (certificate: readonly Certificate[]) => ({
    certificate: [...certificate],
    crlUrl: 'http://cra.example',
  });
  const signed = await signPkiCtlUnlinted(
    {
      series: 1,
      issueDate: time32FromMillis(now) + issued++,
      nextPkiCtl: time32FromMillis(now + 86_400_000),
      pkiCertInfoList: [entry(a), entry([...NAMES.map((name) => of(`b-${name}`)), ...b])],
    },
    bench.root.signer,
  );
  expect(isRefused(context.trust.takeTdcl(encode(PkiCtl, signed), now))).toBe(false);
}
const listedOfA = (): Certificate[] => NAMES.map((name) => of(`a-${name}`));

beforeEach(async () => {
  issued = 0;
  bench = await authorityBench({ domains: ['a', 'b'] });
  const home = { eca: { url: '', certificate: of('a-eca') } };
  // Nothing else of a device is asked here.
  context = { profile: ccsa, clock: bench.clock, trust: await bench.trust(), home } as unknown as DeviceContext;
});

describe.each<['eca' | 'pra' | 'ara', ScmsSsp['kind']]>([
  ['eca', 'eca'],
  ['pra', 'ra'],
  ['ara', 'ra'],
])('the %s that a device was provisioned with', (name, role) => {
  let provisioned: ProvisionedAuthority;
  let renewed: Certificate;
  let namesake: Certificate;
  const now = (): string => idKey(hashedId8(certificateNow(provisioned, role, context)));
  const isIts = (certificate: Certificate): boolean => isCertificateOf(provisioned, role, certificate, context);

  beforeEach(async () => {
    provisioned = { url: '', certificate: of(`a-${name}`) };
    [renewed, namesake] = [await again(`a-${name}`, 'a-ica', 1), await again(`a-${name}`, 'b-ica', 2)];
  });

  it('is the one it was born with while no list has another', () => {
    expect(now()).toBe(idKey(hashedId8(provisioned.certificate)));
    expect([isIts(provisioned.certificate), isIts(renewed)]).toEqual([true, false]);
  });

  it('is the newest of its name in its own domain, and the former one is still believed', async () => {
    await list([...listedOfA(), renewed], [namesake]);
    expect(now()).toBe(idKey(hashedId8(renewed)));
    expect([isIts(renewed), isIts(provisioned.certificate)]).toEqual([true, true]);
  });

  it('is no authority of another domain, of another name or of another role', async () => {
    const asAnother = await recertify(of(`a-${OTHER_ROLE[name]}`), bench.member('a-ica').signer, {
      tbs: { id: provisioned.certificate.value.toBeSigned.value.id },
    });
    await list([...listedOfA(), renewed, asAnother], [namesake]);
    for (const other of [namesake, asAnother, ...['b-pra', 'b-eca', 'a-pca'].map(of)]) expect(isIts(other)).toBe(false);
  });
});

describe('the domain of a device', () => {
  it('is that of its ECA, and of the ICA that certified the ECA when that is listed no more', async () => {
    const renewed = await again('a-eca', 'a-ica', 1);
    await list([...listedOfA().filter((one) => one !== of('a-eca')), renewed]);
    const found = ownDomain(context);
    expect(found && idKey(hashedId8(found.certificate))).toBe(idKey(hashedId8(of('a-ica'))));
    expect(idKey(hashedId8(certificateNow(context.home.eca, 'eca', context)))).toBe(idKey(hashedId8(renewed)));
  });

  it('is none when neither is listed, whoever has the name of the ECA', async () => {
    await list([], [await again('a-eca', 'b-ica', 1)]);
    expect(ownDomain(context)).toBeUndefined();
    expect(ownAuthorities(context, 'eca')).toEqual([]);
  });

  it('has two CRAs while one is renewed, the newer one first', async () => {
    const renewed = await again('a-cra', 'a-ica', 1);
    await list([...listedOfA(), renewed]);
    const found = ownAuthorities(context, 'cra').map(({ certificate }) => idKey(hashedId8(certificate)));
    expect(found).toEqual([renewed, of('a-cra')].map((one) => idKey(hashedId8(one))));
  });
});
