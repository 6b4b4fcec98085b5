/** Reports from a device's upload to the MA: who may send one more, what was taken, what is owed. */
import { MoreThan, type DataSource, type EntityManager } from 'typeorm';
import { refused, type Refused } from '#credentials/refusal.js';
import { mixedUntilMillis, type Mixing } from '../domain/report-mixing.js';
import { fullAllowance, spendAllowance } from '../domain/reporter.js';
import { ReportAllowanceEntity, ReportOutboxEntity, ReportReceiptEntity } from './report.entity.js';
import { allOrNothing, lockDevice } from './transaction.js';

export interface NewReport {
  readonly reportId: Uint8Array;
  readonly handle: Uint8Array;
  readonly week: number;
  readonly bucket: ReportOutboxEntity['bucket'];
  readonly report: Uint8Array;
}

export interface Upload {
  readonly ecHash: Uint8Array;
  readonly headerHash: Uint8Array;
  readonly bodyHash: Uint8Array;
  readonly expiresMillis: number;
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

export class ReportStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Takes a report once; the same upload again is `repeated`. Refuses a header used for another, and one too many. */
  take(
    upload: Upload,
    report: NewReport,
    mixing: Mixing,
    nowMillis: number,
  ): Promise<'taken' | 'repeated' | Refused<'replayed' | 'too-many-reports'>> {
    return allOrNothing<'taken' | 'repeated' | Refused<'replayed' | 'too-many-reports'>>(
      this.dataSource,
      async (manager) => {
        await lockDevice(manager, upload.ecHash);
        if (!(await noteHeader(manager, upload))) return isRepeat(manager, upload);
        if (!(await spend(manager, upload.ecHash, nowMillis))) return refused('too-many-reports');
        await manager.insert(ReportOutboxEntity, {
          reportId: buffer(report.reportId),
          handle: buffer(report.handle),
          week: report.week,
          bucket: report.bucket,
          report: buffer(report.report),
          attempts: 0,
          dueMillis: String(Math.floor(mixedUntilMillis(nowMillis, mixing))),
        });
        await releaseWhenMany(manager, mixing, nowMillis);
        return 'taken';
      },
    );
  }

  /** What is owed and due, in the order of random names. */
  owed(nowMillis: number, limit: number): Promise<ReportOutboxEntity[]> {
    return this.dataSource
      .getRepository(ReportOutboxEntity)
      .createQueryBuilder('report')
      .where('report.due_millis <= :now', { now: Math.floor(nowMillis) })
      .orderBy('report.report_id')
      .limit(limit)
      .getMany();
  }

  async forwarded(reportId: Buffer): Promise<void> {
    await this.dataSource.getRepository(ReportOutboxEntity).delete({ reportId });
  }

  async postpone(report: ReportOutboxEntity, dueMillis: number): Promise<void> {
    await this.dataSource
      .getRepository(ReportOutboxEntity)
      .update(
        { reportId: report.reportId },
        { attempts: report.attempts + 1, dueMillis: String(Math.floor(dueMillis)) },
      );
  }

  count(): Promise<number> {
    return this.dataSource.getRepository(ReportOutboxEntity).count();
  }
}

/** What has not been tried yet goes at once when so many wait. */
async function releaseWhenMany(manager: EntityManager, { mixReports }: Mixing, nowMillis: number): Promise<void> {
  const waiting = { attempts: 0, dueMillis: MoreThan(String(Math.floor(nowMillis))) };
  if ((await manager.countBy(ReportOutboxEntity, waiting)) < mixReports) return;
  await manager.update(ReportOutboxEntity, waiting, { dueMillis: String(Math.floor(nowMillis)) });
}

async function noteHeader(manager: EntityManager, upload: Upload): Promise<boolean> {
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(ReportReceiptEntity)
    .values({
      headerHash: buffer(upload.headerHash),
      bodyHash: buffer(upload.bodyHash),
      expiresMillis: String(Math.ceil(upload.expiresMillis)),
    })
    .orIgnore()
    .returning('header_hash')
    .execute();
  return (inserted.raw as unknown[]).length === 1;
}

async function isRepeat(manager: EntityManager, upload: Upload): Promise<'repeated' | Refused<'replayed'>> {
  const seen = await manager.findOneByOrFail(ReportReceiptEntity, { headerHash: buffer(upload.headerHash) });
  return Buffer.compare(seen.bodyHash, upload.bodyHash) === 0 ? 'repeated' : refused('replayed');
}

async function spend(manager: EntityManager, ecHash: Uint8Array, nowMillis: number): Promise<boolean> {
  const row = await manager.findOneBy(ReportAllowanceEntity, { ecHash: buffer(ecHash) });
  const before =
    row === null ? fullAllowance(nowMillis) : { tokens: row.tokens, updatedMillis: Number(row.updatedMillis) };
  const left = spendAllowance(before, nowMillis);
  if (left === undefined) return false;
  await manager.save(ReportAllowanceEntity, {
    ecHash: buffer(ecHash),
    tokens: left.tokens,
    updatedMillis: String(Math.floor(left.updatedMillis)),
  });
  return true;
}
