/** The face of the MA: all that others may import of it. */
import type { AuthorityFace } from '#service/authority-context.js';
import { fetchOverHttp, type FetchBytes } from './jobs/revocation-lists.js';
import { MaSettings } from './ma.config.js';
import { maEntities, maModule } from './ma.module.js';
import { MaFacts1700000002000 } from './store/migrations/ma-facts.migration.js';
import { MaTables1700000001000 } from './store/migrations/ma-tables.migration.js';

export { operatorProofId, operatorProofInput, OPERATOR_HEADER } from './domain/operator-proof.js';
export { MA_OPERATOR, type CaseView, type MaOperator } from './ma.operator.js';

/** `fetchBytes` gets the public revocation lists. */
export const maFace = (fetchBytes: FetchBytes): AuthorityFace<MaSettings> => ({
  role: 'ma',
  settings: MaSettings,
  entities: maEntities,
  migrations: [MaTables1700000001000, MaFacts1700000002000],
  module: (context, settings) => maModule(context, settings, fetchBytes),
});

export const maAuthority = maFace(fetchOverHttp);
