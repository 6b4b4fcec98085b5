export { detector } from '#detection/detector.js';
