/** The requests for pseudonym certificates that a device made, numbered from 0; sealed, because of the expansion keys. */
import { decode, encode } from '#coer/codec.js';
import type { DeviceContext } from './device-context.js';
import { ProvisioningRecord } from './records.js';

const FOLDER = 'requests';
const SEALING_LABEL = 'provisioning-records';
const nameOf = (n: number): string => `${FOLDER}/${String(n)}`;

export interface NumberedRecord {
  readonly n: number;
  readonly record: ProvisioningRecord;
}

export async function keepRecord({ store, keys }: DeviceContext, { n, record }: NumberedRecord): Promise<void> {
  await store.write(nameOf(n), await keys.seal(SEALING_LABEL, encode(ProvisioningRecord, record)));
}

/** All that were not removed, in the order in which they were made. */
export async function keptRecords({ store, keys }: DeviceContext): Promise<NumberedRecord[]> {
  const names = await store.list(FOLDER);
  const records = names.map(async (name): Promise<NumberedRecord> => {
    const sealed = await store.read(`${FOLDER}/${name}`);
    const opened = sealed && (await keys.open(SEALING_LABEL, sealed));
    if (opened === undefined) throw new Error(`the provisioning record ${name} was not sealed by this device`);
    return { n: Number(name), record: decode(ProvisioningRecord, opened) };
  });
  return (await Promise.all(records)).sort((a, b) => a.n - b.n);
}

export const removeRecord = ({ store }: DeviceContext, n: number): Promise<void> => store.remove(nameOf(n));
