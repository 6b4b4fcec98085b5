export { host } from '#service/host.js';
