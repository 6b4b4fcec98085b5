import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { periodStartMillis } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { signSpdu } from '#credentials/spdu.js';
import { signData, unsecured } from '#credentials/signed-data.js';
import type { TrustStore } from '#credentials/trust-store.js';
import { decode, encode } from '#coer/codec.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { encodeBsmFrame } from '#uper/messages/message-frame.js';
import { sspOf, VEHICLE_RIGHT } from '#wire/message-applications.js';
import { TemplateAsr, type MisbehaviourReport } from '#wire/misbehaviour-report.js';
import { V2XSecData } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { bsmAt, drive, pseudonym, reportOf, type Pseudonym, type ReportParts } from '../ma.fixture.js';
import { verifyEvidence, type Evidence } from './evidence.js';
import { weighEvidence, type Finding } from './strength.js';

const DAY = 86_400_000;
let bench: Bench;
let trust: TrustStore;
let now: number;
let liar: Pseudonym;
let lies: Uint8Array[];

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  trust = await bench.trust();
  now = bench.clock.nowMillis();
  liar = await pseudonym(bench);
  lies = await drive(liar, now - 60_000);
});

const verify = (report: MisbehaviourReport, at = now) =>
  verifyEvidence(report, { profile: ccsa, trust, verify: sm2Verify, nowMillis: at, reportWindowDays: 7 });
const report = (messages = lies, parts: Partial<ReportParts> = {}) =>
  reportOf(messages, { generationMillis: now, certificate: liar.certificate, ...parts });
const reasonOf = (outcome: object): string | undefined =>
  isRefused(outcome) ? (outcome as { reason: string }).reason : undefined;

async function by(signer: Pseudonym, parts: Partial<Parameters<typeof signSpdu>[0]> = {}): Promise<Uint8Array> {
  const spdu = { payload: Uint8Array.of(1), aid: ccsa.aid.bsm, generationTimeMillis: now, named: 'digest' as const };
  return signSpdu({ ...spdu, signer, ...parts });
}

describe('evidence is refused (RV2)', () => {
  it.each<[string, string, () => MisbehaviourReport | Promise<MisbehaviourReport>]>([
    ['for an application the MA cannot judge', 'evidence-aid', () => report(lies, { aid: 3618 })],
    ['as messages of another form', 'evidence-type', () => report(lies, { type: 1 })],
    ['with a subject that is not there', 'evidence-subject', () => report(lies, { subjectPduIndex: 12 })],
    ['with one message for what compares two', 'evidence-too-few', () => report(lies.slice(0, 1))],
    [
      'with more messages than anybody needs',
      'evidence-too-many',
      () => report(Array.from({ length: 65 }, () => lies[0] as Uint8Array)),
    ],
    ['that is no signed message', 'evidence-malformed', () => report([Uint8Array.of(3, 128, 0), ...lies])],
    [
      'whose payload is hashed away',
      'evidence-malformed',
      async () => {
        const secured = decode(V2XSecData, await by(liar));
        if (secured.content.kind !== 'signedData') throw new Error('unreachable');
        const { tbsData } = secured.content.value;
        const nested = { ...tbsData.value, payload: { data: { ...unsecured(new Uint8Array()), protocolVersion: 2 } } };
        const { preserve } = await import('#coer/preserved.js');
        const { ToBeSignedData } = await import('#wire/secured-data.js');
        secured.content.value.tbsData = preserve(ToBeSignedData, nested);
        return report([...lies, encode(V2XSecData, secured)]);
      },
    ],
    ['without the certificate', 'evidence-without-certificate', () => report(lies, { certificate: undefined })],
    ['of two signers', 'evidence-of-several-signers', async () => report([...lies, await by(await pseudonym(bench))])],
    [
      'of two signers, the other by certificate',
      'evidence-of-several-signers',
      async () => report([...lies, await by(await pseudonym(bench), { named: 'certificate' })]),
    ],
    [
      'with a message without time',
      'evidence-without-time',
      async () => report([...lies, await signData(Uint8Array.of(1), { psid: ccsa.aid.bsm }, liar, 'digest')]),
    ],
    [
      'with a message from the future',
      'evidence-from-the-future',
      async () => report([...lies, await by(liar, { generationTimeMillis: now + 300_001 })]),
    ],
    [
      'with a changed message',
      'evidence-signature',
      () => {
        const bent = lies.map((message) => message.slice());
        const message = bent[3] as Uint8Array;
        message[message.length - 1]! ^= 1;
        return report(bent);
      },
    ],
    [
      'signed by another key than the certificate names',
      'evidence-signature',
      async () => {
        const thief = { ...(await pseudonym(bench)), certificate: liar.certificate };
        return report(await drive(thief, now - 60_000));
      },
    ],
  ])('%s', async (_, reason, make) => {
    expect(reasonOf(verify(await make()))).toBe(reason);
  });

  it('when it is older than the window and a day', async () => {
    const later = now + 9 * DAY;
    expect(reasonOf(verify(report(), later))).toBe('evidence-too-old');
  });

  it.each<[string, string, Parameters<typeof pseudonym>[2]]>([
    ['is no pseudonym', 'accused-not-pseudonym', { tbs: { id: { kind: 'none', value: null } } }],
    ['is given more than its PCA may give', 'accused-chain', { psids: [ccsa.aid.bsm, ccsa.aid.management] }],
  ])('against a certificate that %s', async (_, reason, parts) => {
    const accused = await pseudonym(bench, 'a', parts);
    expect(reasonOf(verify(report(await drive(accused, now), { certificate: accused.certificate })))).toBe(reason);
  });

  it('against a certificate of a CA on no list, or of an authority that is no PCA', async () => {
    const elsewhere = await authorityBench({ domains: ['a'] });
    const foreign = await pseudonym(elsewhere);
    const byEca = await pseudonym(bench, 'a', { issuer: bench.member('a-eca').signer });
    expect(reasonOf(verify(report(await drive(foreign, now), { certificate: foreign.certificate })))).toBe(
      'accused-issuer-not-listed',
    );
    expect(reasonOf(verify(report(await drive(byEca, now), { certificate: byEca.certificate })))).toBe(
      'accused-issuer-not-pca',
    );
  });

  it('when it names a certificate that was forged under a listed PCA', async () => {
    const { certificate } = await pseudonym(bench, 'a', { linkageValue: systemRandom.bytes(9) });
    const signature = liar.certificate.value.signature;
    const { preserve } = await import('#coer/preserved.js');
    const { CertificateBase } = await import('#wire/secured-data.js');
    const forged = preserve(CertificateBase, { ...certificate.value, signature });
    const accused = { ...(await pseudonym(bench)), certificate: forged };
    expect(reasonOf(verify(report(await drive(accused, now), { certificate: forged })))).toBe('accused-chain');
  });
});

describe('evidence is taken', () => {
  const taken = (outcome: object): Evidence => {
    if (isRefused(outcome)) throw new Error(`refused: ${reasonOf(outcome)}`);
    return outcome as Evidence;
  };

  it('of one pseudonym, its certificate beside the messages or in one of them', async () => {
    const { accused, messages } = taken(verify(report()));
    expect(accused).toMatchObject({ iCert: liar.iCert, linkageValue: liar.linkageValue });
    expect(messages).toHaveLength(12);
    const [first] = await drive(liar, now, { count: 1, named: 'certificate' });
    expect(taken(verify(report([first as Uint8Array, ...lies], { certificate: undefined }))).messages).toHaveLength(13);
  });

  it('each message once, however often it stands in the report', () => {
    expect(taken(verify(report([...lies, ...lies]))).messages).toHaveLength(12);
  });

  it('in one message, for what one message shows', async () => {
    const outcome = verify(report(lies.slice(0, 1), { observations: [[4, 3]] }));
    expect(taken(outcome).messages).toHaveLength(1);
  });

  it('as of the moment it was signed, when its certificate is over by now', () => {
    const later = periodStartMillis(ccsa.epochMillis, liar.iCert + 1) + 3_600_000;
    expect(later - now).toBeLessThan(8 * DAY);
    expect(taken(verify(report(), later)).messages).toHaveLength(12);
  });

  it('and nothing of what the reporter himself saw is kept', () => {
    const seen = report();
    seen.report.content.nonV2xPduEvidence.push({ id: 1, evidence: Uint8Array.of(1, 2, 3) });
    expect(decode(TemplateAsr, taken(verify(seen)).content).nonV2xPduEvidence).toEqual([]);
  });
});

describe('what evidence shows', () => {
  const weigh = (messages: Evidence['messages'], by: Pseudonym = liar) => weighEvidence(messages, by.certificate, ccsa);
  const messagesOf = async (parts: Parameters<typeof drive>[2]) => {
    const outcome = verify(report(await drive(liar, now - 60_000, parts)));
    if (isRefused(outcome)) throw new Error('refused');
    return (outcome as Evidence).messages;
  };

  it('is nothing in messages that are no BSM', () => {
    const unreadable = [
      {
        payload: Uint8Array.of(0xff, 1, 2),
        generationTimeMillis: now,
        headerAid: ccsa.aid.bsm,
        headerPlace: undefined,
      },
    ];
    expect(weigh(unreadable)).toEqual({ kind: 'refused', reason: 'evidence-unreadable' });
  });

  it('is not confirmed for a car that drives as cars do, whatever the reporter claims (RV2)', async () => {
    expect(weigh(await messagesOf({ lie: false }))).toMatchObject({
      isConfirmed: false,
      strength: 0,
      factor: 1,
    });
  });

  it('is confirmed for a car that is in two places', async () => {
    const finding = weigh(await messagesOf({}));
    expect(finding).toMatchObject({ isConfirmed: true, observations: expect.arrayContaining(['3/4']) });
    expect('strength' in finding && finding.strength).toBeGreaterThan(0.55);
    expect('strength' in finding && finding.strength).toBeLessThan(1);
  });

  it('is where and when the messages were signed, and which way the places jumped', async () => {
    const finding = weigh(await messagesOf({}));
    expect(finding).toMatchObject({ kind: 'motion', area: '798:2327', atMillis: now - 60_000 + 1100 });
    const { bearingDegrees } = finding as Finding;
    expect(
      Math.min(Math.abs((bearingDegrees as number) - 90), Math.abs((bearingDegrees as number) - 270)),
    ).toBeLessThan(5);
  });

  it('is a broken sensor when a speed no car has stands at places a car drives through', async () => {
    const at = (speed: (step: number) => number, east: (step: number) => number) =>
      Promise.all(
        Array.from({ length: 14 }, (_, step) => {
          const generationTimeMillis = now - 60_000 + 100 * step;
          const bsm = bsmAt(generationTimeMillis, now - 60_000, east(step));
          const payload = encodeBsmFrame({ ...bsm, speed: speed(step) });
          return by(liar, { payload, generationTimeMillis });
        }),
      );
    const kindOf = async (messages: Uint8Array[]) => {
      const outcome = weigh((verify(report(messages)) as Evidence).messages);
      return isRefused(outcome) ? 'refused' : (outcome as Finding).kind;
    };
    const broken = (step: number): number => (step > 5 ? 6_500 : 500);
    const jumps = (step: number): number => (step > 5 ? (step % 2 === 0 ? 80 : -60) : 0);
    expect(await kindOf(await at(broken, () => 0))).toBe('value');
    expect(await kindOf(await at(broken, jumps))).toBe('motion');
    expect(
      await kindOf(
        await at(
          () => 2_000,
          () => 0,
        ),
      ),
    ).toBe('motion');
  });

  it('of an honest drive is nothing, however often and in whatever order it is sent again (replay)', async () => {
    const drive = await messagesOf({ lie: false });
    const replayed = [...drive, ...[...drive].reverse(), ...drive];
    expect(weigh(replayed)).toMatchObject({ isConfirmed: false, strength: 0 });
  });
});

describe('one signed message proves', () => {
  const shown = async (
    by: Pseudonym,
    parts: Partial<Parameters<typeof signSpdu>[0]> & { change?: (bsm: BasicSafetyMessage) => BasicSafetyMessage } = {},
  ) => {
    const { change = (bsm) => bsm, ...spdu } = parts;
    const at = spdu.generationTimeMillis ?? now;
    const payload = encodeBsmFrame(change(bsmAt(at, at, 0)));
    const message = await signSpdu({
      ...{ payload, aid: ccsa.aid.bsm, generationTimeMillis: now, named: 'digest', signer: by },
      ...spdu,
    });
    const outcome = verify(report([message], { certificate: by.certificate, observations: [[2, 3]] }));
    if (isRefused(outcome)) throw new Error(`refused: ${reasonOf(outcome)}`);
    return weighEvidence((outcome as Evidence).messages, by.certificate, ccsa);
  };
  const circle = { center: { latitude: 399_000_000, longitude: 1_164_000_000 }, radius: 1000 };

  it('nothing when it keeps to its certificate', async () => {
    const within = await pseudonym(bench, 'a', { tbs: { region: { kind: 'circularRegion', value: circle } } });
    for (const by of [liar, within])
      expect(await shown(by)).toMatchObject({ isConfirmed: false, observations: [], strength: 0 });
  });

  it('an application that the certificate does not give', async () => {
    const finding = await shown(liar, { aid: 3619 });
    // The header is of another application than the content, too.
    expect(finding).toMatchObject({ isConfirmed: true, kind: 'rights', observations: ['2/1', '2/3'], factor: 0 });
    expect(await shown(liar, { aid: 112 })).toMatchObject({ observations: ['2/3'], strength: expect.closeTo(0.95) });
  });

  it('a content that is not of its application', async () => {
    const roadside = await pseudonym(bench, 'a', { psids: [ccsa.aid.bsm, 3619] });
    expect(await shown(roadside, { aid: 3619 })).toMatchObject({ kind: 'rights', observations: ['2/1'] });
  });

  it('a right that the SSP does not give, and none where it does', async () => {
    const change = (bsm: BasicSafetyMessage): BasicSafetyMessage => ({
      ...bsm,
      vehicleClass: { ...bsm.vehicleClass, classification: 66 },
    });
    expect(await shown(liar, { change })).toMatchObject({ kind: 'rights', observations: ['2/4'] });
    const police = await pseudonym(bench, 'a', {
      tbs: { appPermissions: [{ psid: ccsa.aid.bsm, ssp: sspOf(VEHICLE_RIGHT, ['police']) }] },
    });
    expect(await shown(police, { change })).toMatchObject({ isConfirmed: false });
  });

  it('a time outside the life of the certificate, which is no missing right', async () => {
    const finding = await shown(liar, { generationTimeMillis: now - 4 * DAY });
    expect(finding).toMatchObject({ isConfirmed: true, kind: 'bounds', observations: ['2/5'] });
  });

  it('a place outside the region of the certificate', async () => {
    const far = { ...circle, center: { latitude: 399_500_000, longitude: 1_164_000_000 } };
    const by = await pseudonym(bench, 'a', { tbs: { region: { kind: 'circularRegion', value: far } } });
    expect(await shown(by)).toMatchObject({ isConfirmed: true, kind: 'bounds', observations: ['2/6'] });
  });
});
