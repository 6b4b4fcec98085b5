export { host } from './index.js';
