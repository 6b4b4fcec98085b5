export { sign } from '#crypto/sm2.js';
