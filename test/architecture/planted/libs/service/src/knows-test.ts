export { vector } from './host.spec.js';
