/** The face of a PCA: issues pseudonym certificates without knowing for whom. */
import type { AuthorityFace } from '#service/authority-context.js';
import { PcaSettings } from './pca.config.js';
import { pcaModule } from './pca.module.js';
import { ApprovalUseEntity } from '#service/approval-use.entity.js';
import { CheckRunEntity } from '#service/check-run.entity.js';
import { IssuedAnswersEntity, IssuedCertificatesEntity } from './store/issued-batch.entity.js';
import { IssuedVoidEntity } from './store/issued-void.entity.js';
import { IssuedEntity } from './store/issued.entity.js';
import { IssuedByPeriod1700000401000 } from './store/migrations/issued-by-period.migration.js';
import { IssuedOfOneLa1700000701000 } from './store/migrations/issued-of-one-la.migration.js';
import { PcaTables1700000001000 } from './store/migrations/pca-tables.migration.js';
import { PeriodKeyEntity } from './store/period-key.entity.js';

export const pcaAuthority: AuthorityFace<PcaSettings> = {
  role: 'pca',
  settings: PcaSettings,
  entities: [
    IssuedEntity,
    IssuedCertificatesEntity,
    IssuedAnswersEntity,
    IssuedVoidEntity,
    CheckRunEntity,
    PeriodKeyEntity,
    ApprovalUseEntity,
  ],
  migrations: [PcaTables1700000001000, IssuedByPeriod1700000401000, IssuedOfOneLa1700000701000],
  module: pcaModule,
};
