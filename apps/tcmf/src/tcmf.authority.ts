/** The face of the TCMF: publishes the trust lists that the offline side signed. */
import type { AuthorityFace } from '#service/authority-context.js';
import { PublishedListEntity } from './store/published-list.entity.js';
import { TcmfTables1700000001000 } from './store/migrations/tcmf-tables.migration.js';
import { TcmfSettings } from './tcmf.config.js';
import { tcmfModule } from './tcmf.module.js';

export { TCMF_OPERATOR, type TcmfOperator } from './tcmf.operator.js';

export const tcmfAuthority: AuthorityFace<TcmfSettings> = {
  role: 'tcmf',
  settings: TcmfSettings,
  entities: [PublishedListEntity],
  migrations: [TcmfTables1700000001000],
  module: tcmfModule,
};
