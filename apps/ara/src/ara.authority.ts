/** The face of an ARA: takes devices' requests for application and identity certificates. All that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { AraSettings } from './ara.config.js';
import { araModule } from './ara.module.js';
import { BlacklistEntity } from './store/blacklist.entity.js';
import { AraTables1700000001000 } from './store/migrations/ara-tables.migration.js';
import { RequestEntity } from './store/request.entity.js';

export { ARA_OPERATOR, type AraOperator } from './ara.operator.js';

export const araAuthority: AuthorityFace<AraSettings> = {
  role: 'ara',
  settings: AraSettings,
  entities: [RequestEntity, BlacklistEntity],
  migrations: [AraTables1700000001000],
  module: araModule,
};
