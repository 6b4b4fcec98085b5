/** Reports that came in, and evidence owed to others, in PostgreSQL. */
import { LessThan, LessThanOrEqual, type DataSource, type EntityManager } from 'typeorm';
import type { Peer } from '#edge/call-line.js';
import { EvidenceToPassEntity } from './evidence-to-pass.entity.js';
import { ReceivedReportEntity } from './received-report.entity.js';
import { SeenContentEntity } from './seen-content.entity.js';

export interface ReceivedReport {
  readonly receipt: Uint8Array;
  readonly origin: 'own' | 'passed';
  readonly handle: Uint8Array;
  readonly week: number;
  readonly bucket: string;
  readonly sealed: Uint8Array;
}

export interface EvidenceToPass {
  readonly hash: Uint8Array;
  readonly peer: Peer;
  readonly sealed: Uint8Array;
}

export type ReportEnd =
  | { readonly state: 'counted' | 'unconfirmed' | 'passed-on' }
  | { readonly state: 'refused' | 'failed'; readonly reason: string };

export interface ReportStore {
  /** Takes a report that is owed a look; one that is there already stays as it is. */
  take(report: ReceivedReport, nowMillis: number): Promise<void>;
  owed(nowMillis: number, limit: number): Promise<ReceivedReport[]>;
  /** Looks again not before `retryMillis`; `failed` counts a failure of ours and tells how many there were. */
  putOff(receipt: Uint8Array, retryMillis: number, failed: boolean): Promise<number>;
  /** Ends a report by itself. */
  end(receipt: Uint8Array, end: ReportEnd): Promise<void>;
  /** Ends a report and owes its evidence to another MA, in one step. */
  owePassing(receipt: Uint8Array, content: SeenContent, passing: EvidenceToPass): Promise<'done' | 'duplicate'>;
  owedPassing(nowMillis: number, limit: number): Promise<EvidenceToPass[]>;
  putOffPassing(hash: Uint8Array, retryMillis: number): Promise<void>;
  passed(hash: Uint8Array): Promise<void>;
  /** Reports by how they ended: `counted`, `refused: evidence-signature`, … */
  counts(): Promise<Record<string, number>>;
  /** Erases what is too old to come again. */
  erase(receivedBeforeMillis: number, nowMillis: number): Promise<void>;
}

export interface SeenContent {
  readonly hash: Uint8Array;
  readonly eraseMillis: number;
}

export const asNumber = (millis: number): string => String(Math.floor(millis));

export function reportStore(dataSource: DataSource): ReportStore {
  const reports = dataSource.getRepository(ReceivedReportEntity);
  const passing = dataSource.getRepository(EvidenceToPassEntity);
  return {
    async take({ receipt, origin, handle, week, bucket, sealed }, nowMillis) {
      const row = { receipt: Buffer.from(receipt), origin, handle: Buffer.from(handle), week, bucket };
      const times = { retryMillis: asNumber(nowMillis), receivedMillis: asNumber(nowMillis) };
      const values = {
        ...row,
        ...times,
        sealed: Buffer.from(sealed),
        state: 'owed',
        reason: null,
        failures: 0,
      } as const;
      await reports.createQueryBuilder().insert().values(values).orIgnore().execute();
    },
    async owed(nowMillis, limit) {
      const rows = await reports.find({
        where: { state: 'owed', retryMillis: LessThanOrEqual(asNumber(nowMillis)) },
        order: { retryMillis: 'ASC' },
        take: limit,
      });
      return rows.flatMap(owedReport);
    },
    async putOff(receipt, retryMillis, failed) {
      const row = await reports.findOneByOrFail({ receipt: Buffer.from(receipt) });
      const failures = row.failures + (failed ? 1 : 0);
      await reports.update({ receipt: Buffer.from(receipt) }, { retryMillis: asNumber(retryMillis), failures });
      return failures;
    },
    end: async (receipt, end) => void (await endReport(dataSource.manager, receipt, end)),
    owePassing: (receipt, content, { hash, peer, sealed }) =>
      dataSource.transaction(async (manager) => {
        if (!(await noteContent(manager, content))) return 'duplicate';
        if (!(await endReport(manager, receipt, { state: 'passed-on' }))) return 'done';
        const row = { hash: Buffer.from(hash), ...peer, sealed: Buffer.from(sealed), retryMillis: '0' };
        await manager.createQueryBuilder().insert().into(EvidenceToPassEntity).values(row).orIgnore().execute();
        return 'done';
      }),
    async owedPassing(nowMillis, limit) {
      const where = { retryMillis: LessThanOrEqual(asNumber(nowMillis)) };
      const rows = await passing.find({ where, order: { hash: 'ASC' }, take: limit });
      return rows.map(({ hash, address, hostname, sealed }) => ({
        hash: new Uint8Array(hash),
        peer: { address, hostname },
        sealed: new Uint8Array(sealed),
      }));
    },
    async putOffPassing(hash, retryMillis) {
      await passing.update({ hash: Buffer.from(hash) }, { retryMillis: asNumber(retryMillis) });
    },
    passed: async (hash) => void (await passing.delete({ hash: Buffer.from(hash) })),
    async counts() {
      const rows = await reports
        .createQueryBuilder('report')
        .select(['report.state AS state', 'report.reason AS reason', 'count(*)::int AS reports'])
        .groupBy('report.state, report.reason')
        .getRawMany<{ state: string; reason: string | null; reports: number }>();
      const named = rows.map((row) => [row.reason === null ? row.state : `${row.state}: ${row.reason}`, row.reports]);
      return Object.fromEntries(named) as Record<string, number>;
    },
    async erase(receivedBeforeMillis, nowMillis) {
      await reports.delete({ receivedMillis: LessThan(asNumber(receivedBeforeMillis)) });
      await dataSource.getRepository(SeenContentEntity).delete({ eraseMillis: LessThan(asNumber(nowMillis)) });
    },
  };
}

function owedReport(row: ReceivedReportEntity): ReceivedReport[] {
  const { receipt, origin, handle, week, bucket, sealed } = row;
  if (handle === null || bucket === null || sealed === null) return [];
  return [
    {
      receipt: new Uint8Array(receipt),
      origin,
      handle: new Uint8Array(handle),
      week,
      bucket,
      sealed: new Uint8Array(sealed),
    },
  ];
}

/** Ends a report that is still owed, and erases what it held; false when another worker was first. */
export async function endReport(manager: EntityManager, receipt: Uint8Array, end: ReportEnd): Promise<boolean> {
  const reason = 'reason' in end ? end.reason : null;
  const ended = await manager.update(
    ReceivedReportEntity,
    { receipt: Buffer.from(receipt), state: 'owed' },
    { state: end.state, reason, handle: null, bucket: null, sealed: null },
  );
  return ended.affected === 1;
}

/** False when a report with this content was looked at before. */
export async function noteContent(manager: EntityManager, { hash, eraseMillis }: SeenContent): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(SeenContentEntity)
    .values({ hash: Buffer.from(hash), eraseMillis: asNumber(eraseMillis) })
    .orIgnore()
    .returning('hash')
    .execute();
  return (inserted.raw as unknown[]).length === 1;
}
