/** The face of an ICA: certifies the authorities of one domain, by an operator's act. */
import type { AuthorityFace } from '#service/authority-context.js';
import { IcaSettings } from './ica.config.js';
import { icaModule } from './ica.module.js';
import { AuthorityNameEntity } from './store/authority-name.entity.js';
import { CertifiedKeyEntity } from './store/certified-key.entity.js';
import { IcaTables1700000001000 } from './store/migrations/ica-tables.migration.js';

export { ICA_OPERATOR, type IcaOperator } from './ica.operator.js';

export const icaAuthority: AuthorityFace<IcaSettings> = {
  role: 'ica',
  settings: IcaSettings,
  entities: [CertifiedKeyEntity, AuthorityNameEntity],
  migrations: [IcaTables1700000001000],
  module: icaModule,
};
