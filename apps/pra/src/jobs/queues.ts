/** The queues of a PRA and what their keys name. A lost wake is asked for again from the tables (work.ts). */
export const EXPAND = 'expand'; // DUE
export const SHUFFLE = 'shuffle'; // POOL
export const CERTIFY = 'certify'; // hex of a batch's id
export const REPORTS = 'reports'; // OUTBOX

export const DUE = 'due';
export const POOL = 'pool';
export const OUTBOX = 'outbox';
