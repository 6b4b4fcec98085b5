/** The face of the ECA: enrolment certificates. All that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { CheckRunEntity } from '#service/check-run.entity.js';
import { CheckRun1700000601000 } from '#service/check-run.migration.js';
import { EcaSettings } from './eca.config.js';
import { ecaModule } from './eca.module.js';
import { EnrolmentEntity } from './store/enrolment.entity.js';
import { EcaStops1700000001001 } from './store/migrations/eca-stops.migration.js';
import { EcaTables1700000001000 } from './store/migrations/eca-tables.migration.js';
import { SuspensionEntity } from './store/suspension.entity.js';

export const ecaAuthority: AuthorityFace<EcaSettings> = {
  role: 'eca',
  settings: EcaSettings,
  entities: [EnrolmentEntity, SuspensionEntity, CheckRunEntity],
  migrations: [EcaTables1700000001000, EcaStops1700000001001, CheckRun1700000601000],
  module: ecaModule,
};
