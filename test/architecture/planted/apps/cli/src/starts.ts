// Allowed.
export { start } from '#apps/all-in-one/src/start.js';
