/** Tokens of the ARA's own container. */
export const CONTEXT = Symbol('CONTEXT');
export const SETTINGS = Symbol('SETTINGS');
export const REQUESTS = Symbol('REQUESTS');
export const OPERATOR_TOKEN = Symbol('OPERATOR_TOKEN');
