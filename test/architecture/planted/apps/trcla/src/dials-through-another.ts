export { host } from './helper.js';
