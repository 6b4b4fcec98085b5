/** The enrolment certificates a device holds: the present one, and the one before, under which older requests still stand. */
import { decode, encode } from '#coer/codec.js';
import { certificateHash } from '#credentials/certificate-facts.js';
import { asSignedRequest, onlyCertificate } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DeviceContext } from './device-context.js';
import { enrolmentLabels } from './enrolment-request.js';
import { EnrolmentRecord } from './records.js';

const RECORD = 'enrolment';
const FORMER = 'enrolment-former';

async function recordAt({ store }: DeviceContext, name: string): Promise<EnrolmentRecord | undefined> {
  const bytes = await store.read(name);
  return bytes && decode(EnrolmentRecord, bytes);
}

export const presentEnrolment = (context: DeviceContext): Promise<EnrolmentRecord | undefined> =>
  recordAt(context, RECORD);

/** The enrolment certificate, or `undefined` for a device that is not enrolled. */
export async function storedEnrolment(context: DeviceContext): Promise<Certificate | undefined> {
  return (await presentEnrolment(context))?.certificate;
}

/** Keeps a new certificate; the present one becomes the former, and the keys of the one before that are destroyed. */
export async function keepEnrolment(context: DeviceContext, record: EnrolmentRecord): Promise<void> {
  const [present, former] = [await presentEnrolment(context), await recordAt(context, FORMER)];
  if (present !== undefined) await context.store.write(FORMER, encode(EnrolmentRecord, present));
  await context.store.write(RECORD, encode(EnrolmentRecord, record));
  if (present === undefined || former === undefined || former.generation === present.generation) return;
  for (const label of Object.values(enrolmentLabels(former.generation))) await context.keys.destroy(label);
}

/**
 * The certificate under which a request (encoded V2XSecData) was signed: the authority that took it answers nobody else. The
 * present one when it was signed by neither that this device holds.
 */
export async function enrolmentThatSigned(
  context: DeviceContext,
  request: Uint8Array,
): Promise<Certificate | undefined> {
  const signer = asSignedRequest(request)?.signer;
  const signed = signer && onlyCertificate(signer);
  const former = await recordAt(context, FORMER);
  return signed !== undefined && former !== undefined && isOf(former, signed)
    ? former.certificate
    : storedEnrolment(context);
}

const isOf = ({ certificate }: EnrolmentRecord, other: Certificate): boolean =>
  Buffer.compare(certificateHash(certificate), certificateHash(other)) === 0;

/** Signs by the key of an enrolment certificate that this device holds. Throws for another one. */
export const enrolmentSigner = (context: DeviceContext, certificate: Certificate): Signer => ({
  certificate,
  async sign(id, message) {
    const held = [await presentEnrolment(context), await recordAt(context, FORMER)];
    const record = held.find((one) => one !== undefined && isOf(one, certificate));
    if (record === undefined) throw new Error('an enrolment certificate that this device does not hold');
    return context.keys.sign(enrolmentLabels(record.generation).verification, id, message);
  },
});
