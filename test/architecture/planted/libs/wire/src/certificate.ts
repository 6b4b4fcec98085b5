// Allowed.
import { codec } from '#coer/codec.js';
import { bits } from '#uper/bits.js';

export const certificate = codec + bits;
