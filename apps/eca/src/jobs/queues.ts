/** The queue of an ECA: one key wakes whatever is owed to the AAA. */
export const SUSPEND = 'suspend';
export const OUTBOX = 'outbox';
