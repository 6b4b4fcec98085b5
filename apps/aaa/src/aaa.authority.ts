/** The face of the AAA: proves devices and says which permissions they may ask for. All that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { AaaSettings } from './aaa.config.js';
import { aaaEntities, aaaModule } from './aaa.module.js';
import { AaaEnrolmentEca1700000001001 } from './store/migrations/aaa-enrolment-eca.migration.js';
import { AaaOcsp1700000001004 } from './store/migrations/aaa-ocsp.migration.js';
import { AaaProfiles1700000001005 } from './store/migrations/aaa-profiles.migration.js';
import { AaaRenewal1700000001003 } from './store/migrations/aaa-renewal.migration.js';
import { AaaRights1700000001002 } from './store/migrations/aaa-rights.migration.js';
import { AaaTokens1700000001006 } from './store/migrations/aaa-tokens.migration.js';
import { AaaTables1700000001000 } from './store/migrations/aaa-tables.migration.js';

export { AAA_OPERATOR, type AaaOperator } from './aaa.operator.js';

export const aaaAuthority: AuthorityFace<AaaSettings> = {
  role: 'aaa',
  settings: AaaSettings,
  entities: aaaEntities,
  migrations: [
    AaaTables1700000001000,
    AaaEnrolmentEca1700000001001,
    AaaRights1700000001002,
    AaaRenewal1700000001003,
    AaaOcsp1700000001004,
    AaaProfiles1700000001005,
    AaaTokens1700000001006,
  ],
  module: aaaModule,
};
