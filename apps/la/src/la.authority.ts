/** The face of an LA: linkage seeds and pre-linkage values; one program, run twice. */
import type { AuthorityFace } from '#service/authority-context.js';
import { LaSettings } from './la.config.js';
import { laModule } from './la.module.js';
import { ApprovalUseEntity } from '#service/approval-use.entity.js';
import { ChainEntity } from './store/chain.entity.js';
import { LaChainFloor1700000001001 } from './store/migrations/la-chain-floor.migration.js';
import { LaTables1700000001000 } from './store/migrations/la-tables.migration.js';
import { PeriodKeyEntity } from './store/period-key.entity.js';

export const laAuthority: AuthorityFace<LaSettings> = {
  role: 'la',
  settings: LaSettings,
  entities: [ChainEntity, PeriodKeyEntity, ApprovalUseEntity],
  migrations: [LaTables1700000001000, LaChainFloor1700000001001],
  module: laModule,
};
