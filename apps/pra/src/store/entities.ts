/** All entities of a PRA. */
import { FetchedBundleEntity, RequestAllowanceEntity } from './admission.entity.js';
import { BlacklistEntity, UsedApprovalEntity } from './blacklist.entity.js';
import { BatchEntity, ItemEntity } from './item.entity.js';
import { ReportAllowanceEntity, ReportOutboxEntity, ReportReceiptEntity } from './report.entity.js';
import { GrantedPeriodEntity, ItemClassEntity, RequestChainsEntity, RequestEntity } from './request.entity.js';

export const praEntities = [
  RequestEntity,
  RequestChainsEntity,
  ItemClassEntity,
  GrantedPeriodEntity,
  ItemEntity,
  BatchEntity,
  BlacklistEntity,
  UsedApprovalEntity,
  RequestAllowanceEntity,
  FetchedBundleEntity,
  ReportOutboxEntity,
  ReportReceiptEntity,
  ReportAllowanceEntity,
] as const;
