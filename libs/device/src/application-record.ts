/** The application and identity certificates a device asked for and holds, by number; their private keys are in the crypto device. */
import { decode, encode } from '#coer/codec.js';
import type { Infer } from '#coer/codec.js';
import { optional, sequence, sequenceOf } from '#coer/sequence.js';
import { octets } from '#coer/strings.js';
import { GeographicRegion, Opaque, PsidSsp, Time32 } from '#wire/base-types.js';
import { Certificate } from '#wire/secured-data.js';
import type { DeviceStore } from './device-store.js';

/** One request; no secret is in it. */
export const ApplicationRecord = sequence('ApplicationRecord', {
  requestHash: octets('requestHash', 32),
  /** The V2XSecData, and the 64-byte proof beside it; sent again as they are until they are acknowledged. */
  request: Opaque,
  possession: octets('possession', 64),
  appPermissions: sequenceOf(PsidSsp, 1, 32),
  region: GeographicRegion,
  /** Present once the ARA has acknowledged. */
  nextDlTime: optional(Time32),
  certificate: optional(Certificate),
});
export type ApplicationRecord = Infer<typeof ApplicationRecord>;

export interface NumberedApplication {
  readonly n: number;
  readonly record: ApplicationRecord;
}

const FOLDER = 'applications';

/** Labels of the key pairs of the n-th request, counted from 0: to be certified, and for the answer. */
export const applicationLabels = (n: number): { signing: string; answer: string } => ({
  signing: `application-signing-${String(n)}`,
  answer: `application-answer-${String(n)}`,
});

export const keepApplication = (store: DeviceStore, { n, record }: NumberedApplication): Promise<void> =>
  store.write(`${FOLDER}/${String(n)}`, encode(ApplicationRecord, record));

/** All there are, in the order in which they were asked for. */
export async function keptApplications(store: DeviceStore): Promise<NumberedApplication[]> {
  const names = await store.list(FOLDER);
  const records = names.map(async (name): Promise<NumberedApplication> => {
    const bytes = await store.read(`${FOLDER}/${name}`);
    if (bytes === undefined) throw new Error(`the application record ${name} is gone`);
    return { n: Number(name), record: decode(ApplicationRecord, bytes) };
  });
  return (await Promise.all(records)).sort((a, b) => a.n - b.n);
}
