/** A device that was provisioned with certificates that its authorities have renewed since: what it asks is heard, and what it hears is believed. */
import { encode } from '#coer/codec.js';
import { hashedId3, issuerIdOf } from '#credentials/certificate-facts.js';
import { recertify, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { DOMAIN_MEMBERS, type Member } from '../../../test/support/authority-bench.js';
import type { DeviceContext } from './device-context.js';
import { enrol } from './enrolment.js';
import { anyBirth, DoubleHouse } from './house.fixture.js';
import { download, requestCertificates } from './provisioning.js';
import { periodCertificates } from './pseudonyms.js';

const RENEWED = ['eca', 'pra', 'pca', 'cra'];

describe('a device whose authorities have renewed their certificates', () => {
  let house: DoubleHouse;
  let context: DeviceContext;
  let member: (name: string) => Member;
  const renewed = new Map<string, Member>();

  beforeAll(async () => {
    house = await DoubleHouse.build();
    const home = house.home();
    member = house.member.bind(house);
    for (const name of RENEWED) {
      const former = member(name);
      const { start, duration } = former.certificate.value.toBeSigned.value.validityPeriod;
      const tbs = { validityPeriod: { start: start + 1, duration } };
      const certificate = await recertify(former.certificate, member('ica').signer, { tbs });
      renewed.set(name, { ...former, certificate, signer: { certificate, sign: former.signer.sign } });
    }
    house.member = (name) => renewed.get(name) ?? member(name);
    context = await house.device({ home });
    const now = house.bench.clock.nowMillis();
    const certificates = [...['ica', ...DOMAIN_MEMBERS].map(member), ...renewed.values()].map((one) => one.certificate);
    const list = await signPkiCtlUnlinted(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextPkiCtl: time32FromMillis(now + 86_400_000),
        pkiCertInfoList: [{ certificate: certificates, crlUrl: 'double://cra' }],
      },
      house.bench.root.signer,
    );
    expect(isRefused(context.trust.takeTdcl(encode(PkiCtl, list), now))).toBe(false);
  });

  it('enrols under the new certificate of the ECA', async () => {
    const certificate = await enrol(context, anyBirth);
    if (isRefused(certificate)) throw new Error(certificate.reason);
    expect(certificate.value.issuer).toEqual(issuerIdOf((renewed.get('eca') as Member).certificate));
  });

  it('takes pseudonyms that name the CRA by its new certificate, and such as name it by the former one', async () => {
    const i = periodAt(ccsa.epochMillis, house.bench.clock.nowMillis());
    expect(await requestCertificates(context, 2)).toMatchObject({ kind: 'acknowledged' });
    for (const [week, cra] of [renewed.get('cra'), member('cra')].entries()) {
      const cracaId = hashedId3((cra as Member).certificate);
      house.bend.item = { tbs: (tbs) => ({ ...tbs, cracaId }) };
      expect(await download(context, i + week)).toMatchObject({ keysRebuilt: 20 });
      const held = await periodCertificates(context.store, i + week);
      expect(held[0]?.value.toBeSigned.value.cracaId).toEqual(cracaId);
    }
  });
});
