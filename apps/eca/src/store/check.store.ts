/** What the check reads of the enrolments: pages in the order of the requests' hashes. */
import { MoreThan, type DataSource } from 'typeorm';
import type { RowIntent } from '#credentials/stored-certificate.js';
import type { CheckedRow } from '#service/check-walk.js';
import { EnrolmentEntity } from './enrolment.entity.js';

export type CheckedEnrolment = CheckedRow & RowIntent;

const PAGE = 500;

export async function enrolmentsAfter(dataSource: DataSource, after: Uint8Array): Promise<CheckedEnrolment[]> {
  const rows = await dataSource.getRepository(EnrolmentEntity).find({
    where: { requestHash: MoreThan(Buffer.from(after)) },
    order: { requestHash: 'ASC' },
    take: PAGE,
  });
  return rows.map(({ requestHash, keyHash, tbs, certificate, certificateHash, createdMillis, expiresMillis }) => ({
    rowHash: requestHash,
    keyHash,
    tbs,
    certificate: certificate ?? undefined,
    certificateHash: certificateHash ?? undefined,
    createdMillis: Number(createdMillis),
    expiresMillis: Number(expiresMillis),
  }));
}
