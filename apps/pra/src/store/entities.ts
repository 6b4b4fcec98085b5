/** All entities of a PRA. */
import { BlacklistEntity, UsedApprovalEntity } from './blacklist.entity.js';
import { BatchEntity, ItemEntity } from './item.entity.js';
import { ReportAllowanceEntity, ReportOutboxEntity, ReportReceiptEntity } from './report.entity.js';
import { GrantedPeriodEntity, ItemClassEntity, RequestEntity } from './request.entity.js';

export const praEntities = [
  RequestEntity,
  ItemClassEntity,
  GrantedPeriodEntity,
  ItemEntity,
  BatchEntity,
  BlacklistEntity,
  UsedApprovalEntity,
  ReportOutboxEntity,
  ReportReceiptEntity,
  ReportAllowanceEntity,
] as const;
