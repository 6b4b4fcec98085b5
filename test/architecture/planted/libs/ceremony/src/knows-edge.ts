export { line } from '#edge/line.js';
