/** The face of the TCMF: publishes the trust lists that the offline side signed, and keeps the log of what authorities sign. */
import type { AuthorityFace } from '#service/authority-context.js';
import { LogEntryEntity, LogHeadEntity, LogNodeEntity } from './store/log.entity.js';
import { OnboardingEntity, OnboardingStepEntity } from './store/onboarding.entity.js';
import { PublishedListEntity } from './store/published-list.entity.js';
import { TcmfCaCrl1700000801000 } from './store/migrations/tcmf-ca-crl.migration.js';
import { TcmfLog1700000701000 } from './store/migrations/tcmf-log.migration.js';
import { TcmfOnboarding1700000802000 } from './store/migrations/tcmf-onboarding.migration.js';
import { TcmfTables1700000001000 } from './store/migrations/tcmf-tables.migration.js';
import { TcmfSettings } from './tcmf.config.js';
import { tcmfModule } from './tcmf.module.js';

export { TCMF_OPERATOR, type TcmfOperator } from './tcmf.operator.js';

export const tcmfAuthority: AuthorityFace<TcmfSettings> = {
  role: 'tcmf',
  settings: TcmfSettings,
  entities: [PublishedListEntity, LogEntryEntity, LogNodeEntity, LogHeadEntity, OnboardingEntity, OnboardingStepEntity],
  migrations: [TcmfTables1700000001000, TcmfLog1700000701000, TcmfCaCrl1700000801000, TcmfOnboarding1700000802000],
  module: tcmfModule,
};
