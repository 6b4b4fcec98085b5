export { codec } from '#coer/codec.js';
