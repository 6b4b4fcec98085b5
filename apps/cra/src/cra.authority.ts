/** The face of the CRA: all that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { CraSettings } from './cra.config.js';
import { craEntities, craModule } from './cra.module.js';
import { CraCopies1700000501000 } from './store/migrations/cra-copies.migration.js';
import { CraChainsOfOneLa1700000701000 } from './store/migrations/cra-chains-of-one-la.migration.js';
import { CraDeltas1700000801000 } from './store/migrations/cra-deltas.migration.js';
import { CraTables1700000001000 } from './store/migrations/cra-tables.migration.js';

export const craAuthority: AuthorityFace<CraSettings> = {
  role: 'cra',
  settings: CraSettings,
  entities: craEntities,
  migrations: [CraTables1700000001000, CraCopies1700000501000, CraChainsOfOneLa1700000701000, CraDeltas1700000801000],
  module: craModule,
};
