/** The pseudonym certificates a device holds, by period. Their private keys are in the crypto device under `pseudonymLabel`. */
import { decode, encode } from '#coer/codec.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import type { Certificate } from '#wire/secured-data.js';
import type { DeviceStore } from './device-store.js';
import { PeriodRecord } from './records.js';

const FOLDER = 'periods';
const nameOf = (i: number): string => `${FOLDER}/${String(i)}`;

/** The certificate is part of the label: a key that turned out wrong is destroyed and its label never wanted again. */
export const pseudonymLabel = (certificate: Certificate, i: number, j: number): string =>
  `pseudonym-${String(i)}-${String(j)}-${idKey(hashedId8(certificate))}`;

/** The period of a pseudonym's label; undefined for any other label. */
export function periodOfLabel(label: string): number | undefined {
  const match = /^pseudonym-(\d+)-\d+-/.exec(label);
  return match === null ? undefined : Number(match[1]);
}

export async function keepPeriod(store: DeviceStore, record: PeriodRecord): Promise<void> {
  await store.write(nameOf(record.i), encode(PeriodRecord, record));
}

/** The certificates of period i at their j; none when they were not downloaded. */
export async function periodCertificates(store: DeviceStore, i: number): Promise<readonly Certificate[]> {
  const bytes = await store.read(nameOf(i));
  return bytes === undefined ? [] : decode(PeriodRecord, bytes).certificates;
}

/** The periods of which certificates are held, rising. */
export async function heldPeriods(store: DeviceStore): Promise<number[]> {
  return (await store.list(FOLDER)).map(Number).sort((a, b) => a - b);
}
