/** The face of an ACA: application and identity certificates. All that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { CheckRunEntity } from '#service/check-run.entity.js';
import { CheckRun1700000601000 } from '#service/check-run.migration.js';
import { AcaSettings } from './aca.config.js';
import { acaModule } from './aca.module.js';
import { IssuedEntity } from './store/issued.entity.js';
import { AcaTables1700000001000 } from './store/migrations/aca-tables.migration.js';

export const acaAuthority: AuthorityFace<AcaSettings> = {
  role: 'aca',
  settings: AcaSettings,
  entities: [IssuedEntity, CheckRunEntity],
  migrations: [AcaTables1700000001000, CheckRun1700000601000],
  module: acaModule,
};
