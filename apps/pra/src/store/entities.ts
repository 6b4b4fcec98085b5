/** All entities of a PRA. */
import { FetchedBundleEntity, RequestAllowanceEntity } from './admission.entity.js';
import { AnswerEntity, BatchEntity, HandleEntity } from './batch.entity.js';
import { BlacklistEntity, StopOutboxEntity, UsedApprovalEntity } from './blacklist.entity.js';
import { PoolEntity, AskedKeyEntity } from './pool.entity.js';
import { ReportAllowanceEntity, ReportOutboxEntity, ReportReceiptEntity } from './report.entity.js';
import { GrantedPeriodEntity, ItemClassEntity, RequestChainsEntity, RequestEntity } from './request.entity.js';

export const praEntities = [
  RequestEntity,
  RequestChainsEntity,
  ItemClassEntity,
  GrantedPeriodEntity,
  PoolEntity,
  AskedKeyEntity,
  BatchEntity,
  AnswerEntity,
  HandleEntity,
  BlacklistEntity,
  StopOutboxEntity,
  UsedApprovalEntity,
  RequestAllowanceEntity,
  FetchedBundleEntity,
  ReportOutboxEntity,
  ReportReceiptEntity,
  ReportAllowanceEntity,
] as const;
