/** What the check reads of the certificates: pages in the order of the items' hashes. */
import { MoreThan, type DataSource } from 'typeorm';
import type { RowIntent } from '#credentials/stored-certificate.js';
import type { CheckedRow } from '#service/check-walk.js';
import type { ApplicationKind } from '../domain/application-kind.js';
import { IssuedEntity } from './issued.entity.js';

export interface CheckedApplication extends CheckedRow, RowIntent {
  readonly kind: ApplicationKind;
  /** Answers are erased when their certificate has ended. */
  readonly hasResponse: boolean;
}

const PAGE = 500;

export async function issuedAfter(dataSource: DataSource, after: Uint8Array): Promise<CheckedApplication[]> {
  const rows = await dataSource.getRepository(IssuedEntity).find({
    where: { itemHash: MoreThan(Buffer.from(after)) },
    order: { itemHash: 'ASC' },
    take: PAGE,
  });
  return rows.map(({ itemHash, keyHash, kind, tbs, certificate, certificateHash, response, ...dates }) => ({
    rowHash: itemHash,
    keyHash,
    kind,
    tbs,
    certificate: certificate ?? undefined,
    certificateHash: certificateHash ?? undefined,
    hasResponse: response !== null,
    createdMillis: Number(dates.createdMillis),
    expiresMillis: Number(dates.expiresMillis),
  }));
}
