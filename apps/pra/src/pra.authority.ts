/** The PRA's face: the one file that others may import. */
import type { AuthorityFace } from '#service/authority-context.js';
import { PraSettings } from './pra.config.js';
import { praModule } from './pra.module.js';
import { praEntities } from './store/entities.js';
import { PraTables1700000300000 } from './store/migrations/1700000300000-pra-tables.js';

export const praAuthority: AuthorityFace<PraSettings> = {
  role: 'pra',
  settings: PraSettings,
  entities: praEntities,
  migrations: [PraTables1700000300000],
  module: praModule,
};
