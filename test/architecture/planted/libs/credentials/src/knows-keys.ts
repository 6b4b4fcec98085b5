export { device } from '#keys/device.js';
