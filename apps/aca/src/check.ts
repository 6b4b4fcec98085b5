/** The check of what an ACA stored: every certificate, with the intent in its row (`main.js --check`, libs/service). */
import { judgeRowIntent, judgeStoredCertificate } from '#credentials/stored-certificate.js';
import type { CheckedRole } from '#service/check-main.js';
import { checkRows } from '#service/check-walk.js';
import { acaAuthority } from './aca.authority.js';
import { applicationKindOf } from './domain/application-kind.js';
import { lintKind } from './domain/issue-application.js';
import { OLDEST_MILLIS } from './domain/judge-item.js';
import { issuedAfter, type CheckedApplication } from './store/check.store.js';

/** A certificate begins when its item was made: a day before the intent at most. */
const NEAR = { beforeMillis: OLDEST_MILLIS + 1_000, afterMillis: 10_000 };

export const checkedAca: CheckedRole = {
  face: acaAuthority,
  hasPeriods: false,
  walk: (dataSource, needs, counts) =>
    checkRows<CheckedApplication>(
      {
        rowsAfter: (after) => issuedAfter(dataSource, after),
        judge(row) {
          const as = { ...needs, kind: lintKind(row.kind) };
          const { faults, certificate } = judgeStoredCertificate(row.certificate, row.certificateHash, as);
          if (certificate === undefined) return faults;
          const { appPermissions = [] } = certificate.value.toBeSigned.value;
          const isAnswered = row.hasResponse || row.expiresMillis < needs.nowMillis;
          return [
            ...faults,
            ...judgeRowIntent(certificate, row, NEAR),
            ...(applicationKindOf(appPermissions) === row.kind ? [] : [{ kind: 'kind-differs' }]),
            ...(isAnswered ? [] : [{ kind: 'answer-missing' }]),
          ];
        },
      },
      needs,
      counts,
    ),
};
