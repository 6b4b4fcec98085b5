/** EN11 of the requirements, the device's side: the successor of an enrolment certificate, and coming back after a stop. */
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import { spanOf } from '#credentials/period.js';
import { isRefused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { memoryDevice } from '#keys/software-device.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DeviceContext } from './device-context.js';
import { enrol, enrolAnew, isRenewalDue, renewEnrolment } from './enrolment.js';
import { enrolmentSigner, enrolmentThatSigned, storedEnrolment } from './enrolment-records.js';
import { enrolmentLabels } from './enrolment-request.js';
import { anyBirth, DoubleHouse } from './house.fixture.js';
import { download, requestCertificates } from './provisioning.js';

let house: DoubleHouse;
let context: DeviceContext;
let first: Certificate;

const good = (outcome: Certificate | { reason: string }): Certificate => {
  if ('reason' in outcome) throw new Error(outcome.reason);
  return outcome;
};
const idOf = (certificate: Certificate | undefined): string =>
  certificate === undefined ? 'none' : Buffer.from(certificateHash(certificate)).toString('hex');

beforeAll(async () => {
  house = await DoubleHouse.build();
});
beforeEach(async () => {
  house.bend = { enrolment: {}, ack: {}, item: {}, bundle: {} };
  house.enrolments.length = 0;
  house.downloaders.length = 0;
  context = await house.device();
  first = good(await enrol(context, anyBirth));
});

const DAY_MILLIS = 86_400_000;

describe('a successor', () => {
  it('is asked for with the present certificate, for new keys, and takes its place', async () => {
    const second = good(await renewEnrolment(context));
    expect(idOf(house.enrolments.at(-1)?.signedBy)).toBe(idOf(first));
    expect(verificationKeyOf(second)).toEqual(await context.keys.publicKey(enrolmentLabels(2).verification));
    expect(verificationKeyOf(second)).not.toEqual(verificationKeyOf(first));
    expect(idOf(await storedEnrolment(context))).toBe(idOf(second));
    const third = good(await renewEnrolment(context));
    expect(idOf(house.enrolments.at(-1)?.signedBy)).toBe(idOf(second));
    expect(idOf(await storedEnrolment(context))).toBe(idOf(third));
    // Of the certificate before the former nothing is needed any more.
    const labels = await context.keys.labels();
    expect(labels).not.toContain(enrolmentLabels(1).verification);
    expect(labels).toEqual(expect.arrayContaining(Object.values(enrolmentLabels(2))));
  });

  it.each([
    ['the ECA refuses', { status: { status: 400, code: '400-20' } }, 'authority-refused'],
    ['the ECA is silent', { silent: true }, 'no-answer'],
    ['another ECA signs the answer', 'b-eca', 'answer-signer'],
    [
      'the answer is to another request',
      { response: (right: object) => ({ ...right, requestHash: new Uint8Array(8) }) },
      'answer-for-another-request',
    ],
  ] as const)('changes nothing when %s', async (_, bend, reason) => {
    house.bend.enrolment = (bend === 'b-eca' ? { signer: house.bench.member('b-eca').signer } : bend) as never;
    expect(await renewEnrolment(context)).toMatchObject({ reason });
    expect(idOf(await storedEnrolment(context))).toBe(idOf(first));
    house.bend.enrolment = {};
    expect(isRefused(await renewEnrolment(context))).toBe(false);
  });

  it('is asked for again with the same bytes after a silence, however long, and after a restart', async () => {
    house.bend.enrolment = { body: () => Uint8Array.of(0) };
    await renewEnrolment(context);
    house.bench.clock.advance(DAY_MILLIS);
    house.bend.enrolment = {};
    await renewEnrolment(context);
    house.bench.clock.advance(-DAY_MILLIS);
    const [, one, other] = house.enrolments;
    expect(Buffer.compare(one?.request as Uint8Array, other?.request as Uint8Array)).toBe(0);
  });

  it('is nothing to a device that is not enrolled', async () => {
    expect(await renewEnrolment(await house.device())).toMatchObject({ reason: 'not-enrolled' });
  });

  it('leaves what was asked for before with the certificate that asked', async () => {
    const asked = await requestCertificates(context, 2);
    if (isRefused(asked)) throw new Error(asked.reason);
    const second = good(await renewEnrolment(context));
    await download(context, asked.iMin);
    expect(house.downloaders.map(idOf)).toEqual([idOf(first)]);
    const next = await requestCertificates(context, 1);
    if (isRefused(next)) throw new Error(next.reason);
    await download(context, next.iMin);
    expect(house.downloaders.map(idOf)).toEqual([idOf(first), idOf(second)]);
  });

  it('is due near the end, never in the first half', () => {
    const { startMillis, endMillis } = spanOf(first.value.toBeSigned.value.validityPeriod);
    const half = (startMillis + endMillis) / 2;
    expect(isRenewalDue(first, endMillis - 60 * DAY_MILLIS - 1, 60 * DAY_MILLIS)).toBe(false);
    expect(isRenewalDue(first, endMillis - 60 * DAY_MILLIS, 60 * DAY_MILLIS)).toBe(true);
    expect([isRenewalDue(first, half - 1, 9000 * DAY_MILLIS), isRenewalDue(first, half, 9000 * DAY_MILLIS)]).toEqual([
      false,
      true,
    ]);
  });
});

describe('a device that was stopped and released', () => {
  it('enrols anew with a proof of birth and keys it never showed', async () => {
    house.bend.enrolment = { status: { status: 400, code: '400-20' } };
    await renewEnrolment(context);
    expect(await enrolAnew(context, anyBirth)).toMatchObject({ code: '400-20' });
    expect(idOf(await storedEnrolment(context))).toBe(idOf(first));
    house.bend.enrolment = {};
    const anew = good(await enrolAnew(context, anyBirth));
    expect(house.enrolments.at(-1)?.signedBy).toBeUndefined();
    expect(verificationKeyOf(anew)).toEqual(await context.keys.publicKey(enrolmentLabels(3).verification));
    expect(idOf(await storedEnrolment(context))).toBe(idOf(anew));
  });

  it('takes other keys once the ECA says that these will not be certified', async () => {
    house.bend.enrolment = { status: { status: 400, code: '400-64' } };
    await enrolAnew(context, anyBirth);
    house.bend.enrolment = {};
    const anew = good(await enrolAnew(context, anyBirth));
    expect(verificationKeyOf(anew)).toEqual(await context.keys.publicKey(enrolmentLabels(3).verification));
  });
});

describe('the certificate that signed a request', () => {
  it('is the present one for what neither signed, and none where there is none', async () => {
    expect(idOf(await enrolmentThatSigned(context, Uint8Array.of(1)))).toBe(idOf(first));
    expect(await enrolmentThatSigned(await house.device(), Uint8Array.of(1))).toBeUndefined();
  });

  it('signs by its own key, and no other certificate does', async () => {
    const foreign = house.member('pra').certificate;
    await expect(enrolmentSigner(context, foreign).sign(new Uint8Array(32), new Uint8Array(1))).rejects.toThrow(
      'does not hold',
    );
    const other = { ...context, keys: memoryDevice(systemRandom) };
    await expect(enrolmentSigner(other, first).sign(new Uint8Array(32), new Uint8Array(1))).rejects.toThrow();
  });
});
