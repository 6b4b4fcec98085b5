export { certificate } from '#wire/certificate.js';
