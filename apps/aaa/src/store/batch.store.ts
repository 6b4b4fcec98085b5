/** A file of devices, registered as one transaction: all of its lines or none. */
import type { EntityManager } from 'typeorm';
import { hex } from '#crypto/bytes.js';
import type { CsvProblem, CsvRow } from '../domain/device-csv.js';
import type { Profile } from '../domain/profile.js';
import { SECRET_BYTES } from '../domain/serial-proof.js';
import { deviceRow, type NewDevice, type RegistryNeeds } from './device-row.js';
import { DeviceEntity } from './device.entity.js';
import { profileOf } from './profile.store.js';

export interface BatchProblem {
  readonly line: number;
  readonly problem: CsvProblem | 'serial-registered' | 'profile-unknown' | 'empty';
}

export type BatchOutcome =
  | { readonly kind: 'registered'; readonly devices: readonly NewDevice[] }
  /** Nothing was registered. The first thousand problems, in the order of lines, and how many there are. */
  | { readonly kind: 'refused'; readonly problems: readonly BatchProblem[]; readonly count: number };

const ROWS_AT_ONCE = 500;
const PROBLEMS_NAMED = 1000;

/** Ends a transaction that is to leave nothing behind. */
class BatchRefused extends Error {}

export async function registerBatch(needs: RegistryNeeds, rows: AsyncIterable<CsvRow>): Promise<BatchOutcome> {
  const batch = new Batch(needs);
  try {
    await needs.dataSource.transaction(async (manager) => {
      for await (const row of rows) await batch.take(row, manager);
      await batch.end(manager);
      if (batch.problems.length > 0) throw new BatchRefused('a line is refused');
    });
    return { kind: 'registered', devices: batch.devices };
  } catch (error) {
    if (!(error instanceof BatchRefused)) throw error;
    const problems = batch.problems.sort((a, b) => a.line - b.line);
    return { kind: 'refused', problems: problems.slice(0, PROBLEMS_NAMED), count: problems.length };
  }
}

class Batch {
  readonly problems: BatchProblem[] = [];
  readonly devices: NewDevice[] = [];
  private waiting: { line: number; device: NewDevice; profile: Profile }[] = [];
  private readonly profiles = new Map<string, Profile | undefined>();

  constructor(private readonly needs: RegistryNeeds) {}

  async take(row: CsvRow, manager: EntityManager): Promise<void> {
    if ('problem' in row) return void this.problems.push(row);
    const { line, serial } = row;
    if (!this.profiles.has(row.profile)) this.profiles.set(row.profile, await profileOf(manager, row.profile));
    const profile = this.profiles.get(row.profile);
    if (profile === undefined) return void this.problems.push({ line, problem: 'profile-unknown' });
    this.waiting.push({ line, device: { serial, secret: this.needs.random.bytes(SECRET_BYTES) }, profile });
    if (this.waiting.length >= ROWS_AT_ONCE) await this.store(manager);
  }

  async end(manager: EntityManager): Promise<void> {
    await this.store(manager);
    if (this.devices.length === 0 && this.problems.length === 0) this.problems.push({ line: 1, problem: 'empty' });
  }

  /** What stands in the way of a row is a serial that is registered: within a file each stands once. */
  private async store(manager: EntityManager): Promise<void> {
    const part = this.waiting;
    this.waiting = [];
    if (part.length === 0) return;
    const rows = await Promise.all(part.map(({ device, profile }) => deviceRow(this.needs, device, profile)));
    const inserted = await manager
      .createQueryBuilder()
      .insert()
      .into(DeviceEntity)
      .values(rows)
      .orIgnore()
      .returning('serial_index')
      .execute();
    const stored = new Set((inserted.raw as { serial_index: Buffer }[]).map(({ serial_index }) => hex(serial_index)));
    for (const [n, { line, device }] of part.entries()) {
      if (stored.has(hex((rows[n] as DeviceEntity).serialIndex))) this.devices.push(device);
      else this.problems.push({ line, problem: 'serial-registered' });
    }
  }
}
