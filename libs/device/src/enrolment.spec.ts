/** EN8, EN9, EN10 of the requirements: what a device takes from an ECA, and what not. */
import { encode } from '#coer/codec.js';
import { memoryDevice } from '#keys/software-device.js';
import { systemRandom } from '#crypto/random.js';
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { ScmsSsp } from '#wire/scms-ssp.js';
import { enrol } from './enrolment.js';
import { storedEnrolment } from './enrolment-records.js';
import { enrolmentLabels } from './enrolment-request.js';
import type { DeviceContext } from './device-context.js';
import { anyBirth, DoubleHouse, type Bends } from './house.fixture.js';

let house: DoubleHouse;
beforeAll(async () => {
  house = await DoubleHouse.build();
});
beforeEach(() => {
  house.bend = { enrolment: {}, ack: {}, item: {}, bundle: {} };
});

async function refusalOf(context: DeviceContext): Promise<string> {
  const outcome = await enrol(context, anyBirth);
  expect(await storedEnrolment(context)).toBeUndefined();
  return isRefused(outcome) ? outcome.reason : 'enrolled';
}
const rootSsp = { kind: 'opaque', value: encode(ScmsSsp, { kind: 'root', value: { version: 1 } }) } as const;

describe('an answer is refused, and the device stays un-enrolled', () => {
  const cases: [string, string, () => Bends['enrolment']][] = [
    ['a valid answer of another ECA', 'answer-signer', () => ({ signer: house.bench.member('b-eca').signer })],
    [
      'one that another key signed in our ECA’s name',
      'answer-signature',
      () => ({ signer: { ...house.member('eca').signer, sign: house.bench.member('b-eca').signer.sign } }),
    ],
    [
      'an answer to another request',
      'answer-for-another-request',
      () => ({ response: (right) => ({ ...right, requestHash: new Uint8Array(8) }) }),
    ],
    [
      'a flipped bit',
      'answer-not-for-us',
      () => ({
        body: (body) => {
          const bent = body.slice();
          bent[bent.length - 1] = (bent.at(-1) as number) ^ 1;
          return bent;
        },
      }),
    ],
    ['bytes that are no answer', 'answer-not-for-us', () => ({ body: () => Uint8Array.of(3, 0x80, 0) })],
    ['another version', 'answer-malformed', () => ({ response: (right) => ({ ...right, version: 2 }) })],
    ['no chain', 'eca-chain', () => ({ response: (right) => ({ ...right, ecaCertChain: [] }) })],
    [
      'another ECA’s chain',
      'eca-chain',
      () => ({ response: (right) => ({ ...right, ecaCertChain: [house.bench.member('b-eca').certificate] }) }),
    ],
    [
      'a certificate for a foreign key',
      'foreign-key',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          verifyKeyIndicator: house.member('ma').certificate.value.toBeSigned.value.verifyKeyIndicator,
        }),
      }),
    ],
    [
      'a foreign encryption key',
      'foreign-key',
      () => ({
        tbs: (tbs) => ({ ...tbs, encryptionKey: house.member('ma').certificate.value.toBeSigned.value.encryptionKey }),
      }),
    ],
    [
      'one AID more than asked for',
      'foreign-permissions',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          certRequestPermissions: tbs.certRequestPermissions?.map((group) => ({
            ...group,
            subjectPermissions: { kind: 'explicit', value: [{ psid: 111 }, { psid: 112 }] },
          })),
        }),
      }),
    ],
    [
      'permission to let others enrol',
      'foreign-permissions',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          certRequestPermissions: tbs.certRequestPermissions?.map((group) => ({
            ...group,
            eeType: new Set(['enroll'] as const),
          })),
        }),
      }),
    ],
    [
      'the role of a root',
      'foreign-permissions',
      () => ({ tbs: (tbs) => ({ ...tbs, appPermissions: [{ psid: 3627, ssp: rootSsp }] }) }),
    ],
    [
      'no permission at all',
      'foreign-permissions',
      () => ({ tbs: (tbs) => ({ ...tbs, certRequestPermissions: undefined }) }),
    ],
    [
      'another country',
      'foreign-region',
      () => ({
        tbs: (tbs) => ({ ...tbs, region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } }),
      }),
    ],
    [
      'a certificate of next year',
      'not-valid-now',
      () => ({
        tbs: (tbs) => ({
          ...tbs,
          validityPeriod: { ...tbs.validityPeriod, start: tbs.validityPeriod.start + 40_000_000 },
        }),
      }),
    ],
    [
      'a certificate that another ECA issued',
      'certificate-issuer',
      () => ({ issuer: house.bench.member('b-eca').signer }),
    ],
    [
      'a certificate that somebody signed in the ECA’s name',
      'certificate-signature',
      () => ({ issuer: { ...house.member('eca').signer, sign: house.bench.member('b-eca').signer.sign } }),
    ],
    ['the ECA’s own refusal', 'authority-refused', () => ({ status: { status: 400, code: '400-21' } })],
    ['silence', 'no-answer', () => ({ silent: true })],
  ];

  it.each(cases)('%s (%s)', async (_, reason, bend) => {
    house.bend.enrolment = bend();
    expect(await refusalOf(await house.device())).toBe(reason);
  });

  it('names the ECA’s code', async () => {
    house.bend.enrolment = { status: { status: 400, code: '400-21' } };
    expect(await enrol(await house.device(), anyBirth)).toMatchObject({ code: '400-21' });
  });

  it('an ECA that is on no list the device holds', async () => {
    expect(await refusalOf(await house.device({ trust: house.emptyTrust() }))).toBe('no-trust-list');
    const trust = house.emptyTrust();
    trust.takeTrcl(house.bench.trcl, house.bench.clock.nowMillis());
    trust.takeTdcl(await house.bench.tdcl(['b']), house.bench.clock.nowMillis());
    expect(await refusalOf(await house.device({ trust }))).toBe('issuer-not-listed');
  });

  it('an authority that is listed and is no ECA', async () => {
    const home = { ...house.home(), eca: { url: 'double://eca', certificate: house.member('ma').certificate } };
    const asMa = await DoubleHouse.build({ bench: house.bench });
    const open = asMa.member.bind(asMa);
    asMa.member = (name) => open(name === 'eca' ? 'ma' : name);
    expect(await refusalOf(await house.device({ home, fetch: asMa.fetch }))).toBe('eca-role');
  });

  it('an answer sealed to another device', async () => {
    let captured: Uint8Array = new Uint8Array();
    house.bend.enrolment = { body: (body) => (captured = body) };
    await enrol(await house.device(), anyBirth);
    house.bend.enrolment = { body: () => captured };
    expect(await refusalOf(await house.device())).toBe('answer-not-for-us');
  });
});

describe('enrolment', () => {
  it('ends with a certificate for the device’s own key, kept across a restart', async () => {
    const context = await house.device();
    const certificate = await enrol(context, anyBirth);
    if (isRefused(certificate)) throw new Error(certificate.reason);
    expect(verificationKeyOf(certificate)).toEqual(await context.keys.publicKey(enrolmentLabels(1).verification));
    const again = await storedEnrolment({ ...context, keys: memoryDevice(systemRandom) });
    expect(again && certificateHash(again)).toEqual(certificateHash(certificate));
  });

  it('asks nobody once it has a certificate', async () => {
    const context = await house.device();
    await enrol(context, anyBirth);
    const calls = house.calls.length;
    await enrol(context, anyBirth);
    expect(house.calls.length).toBe(calls);
  });

  async function requestsSent(code: string): Promise<string[]> {
    const context = await house.device();
    const seen: string[] = [];
    const proof = (request: Uint8Array): ReturnType<typeof anyBirth> => {
      seen.push(Buffer.from(request).toString('hex'));
      if (seen.length === 4) house.bend.enrolment = {};
      return anyBirth();
    };
    house.bend.enrolment = { silent: true };
    await enrol(context, proof);
    house.bench.clock.advance(30 * 86_400_000);
    await enrol(context, proof);
    house.bend.enrolment = { status: { status: 400, code } };
    await enrol(context, proof);
    house.bench.clock.advance(-30 * 86_400_000);
    return seen;
  }

  it('sends the same request again however long the silence was: the ECA may have answered it', async () => {
    const seen = await requestsSent('400-21');
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(1);
  });

  it.each(['400-70', '400-50'])('makes a new request, at once, when the ECA took none (%s)', async (code) => {
    const [first, second, third, fourth] = await requestsSent(code);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).toBeDefined();
    expect(fourth).not.toBe(first);
  });

  it('takes fewer AIDs than asked for', async () => {
    house.bend.enrolment = {
      tbs: (tbs) => ({
        ...tbs,
        certRequestPermissions: tbs.certRequestPermissions?.map((group) => ({
          ...group,
          subjectPermissions: { kind: 'explicit', value: [{ psid: 111 }] },
        })),
      }),
    };
    expect(isRefused(await enrol(await house.device(), anyBirth))).toBe(false);
  });
});
