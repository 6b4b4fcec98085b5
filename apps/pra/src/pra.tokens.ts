/** Tokens of the PRA's own container. */
import type { AdmissionStore } from './store/admission.store.js';
import type { BatchStore } from './store/batch.store.js';
import type { BundleStore } from './store/bundle.store.js';
import type { PoolStore } from './store/pool.store.js';
import type { ReportStore } from './store/report.store.js';
import type { RequestStore } from './store/request.store.js';
import type { StopStore } from './store/stop.store.js';

export const CONTEXT = Symbol('CONTEXT');
export const SETTINGS = Symbol('SETTINGS');
export const STORES = Symbol('STORES');
export const DOOR = Symbol('DOOR');

export interface Stores {
  readonly admission: AdmissionStore;
  readonly requests: RequestStore;
  readonly pool: PoolStore;
  readonly batches: BatchStore;
  readonly bundles: BundleStore;
  readonly reports: ReportStore;
  readonly stops: StopStore;
}
