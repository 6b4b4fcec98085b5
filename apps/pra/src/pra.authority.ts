/** The PRA's face: the one file that others may import. */
import type { AuthorityFace } from '#service/authority-context.js';
import { PraSettings } from './pra.config.js';
import { praModule } from './pra.module.js';
import { praEntities } from './store/entities.js';
import { PraTables1700000300000 } from './store/migrations/1700000300000-pra-tables.js';
import { PraPool1700000400000 } from './store/migrations/1700000400000-pra-pool.js';
import { PraTopUp1700000500000 } from './store/migrations/1700000500000-pra-top-up.js';
import { PraOneLa1700000900000 } from './store/migrations/1700000900000-pra-one-la.js';
import { PraStops1700000800000 } from './store/migrations/1700000800000-pra-stops.js';
import { PraDoor1700000600000 } from './store/migrations/1700000600000-pra-door.js';

export const praAuthority: AuthorityFace<PraSettings> = {
  role: 'pra',
  settings: PraSettings,
  entities: praEntities,
  migrations: [
    PraTables1700000300000,
    PraPool1700000400000,
    PraTopUp1700000500000,
    PraDoor1700000600000,
    PraStops1700000800000,
    PraOneLa1700000900000,
  ],
  module: praModule,
};
