export { host } from './host.js';
