/** The check of what an ECA stored: every enrolment certificate, with the intent in its row (`main.js --check`, libs/service). */
import { judgeRowIntent, judgeStoredCertificate } from '#credentials/stored-certificate.js';
import type { CheckedRole } from '#service/check-main.js';
import { checkRows } from '#service/check-walk.js';
import { ecaAuthority } from './eca.authority.js';
import { enrolmentsAfter, type CheckedEnrolment } from './store/check.store.js';

/** A certificate begins when the AAA has answered, in whole seconds; the intent is dated from before it was asked. */
const NEAR = { beforeMillis: 1_000, afterMillis: 5 * 60_000 };

export const checkedEca: CheckedRole = {
  face: ecaAuthority,
  hasPeriods: false,
  walk: (dataSource, needs, counts) =>
    checkRows<CheckedEnrolment>(
      {
        rowsAfter: (after) => enrolmentsAfter(dataSource, after),
        judge(row) {
          const as = { ...needs, kind: 'ec' } as const;
          const { faults, certificate } = judgeStoredCertificate(row.certificate, row.certificateHash, as);
          return certificate === undefined ? faults : [...faults, ...judgeRowIntent(certificate, row, NEAR)];
        },
      },
      needs,
      counts,
    ),
};
