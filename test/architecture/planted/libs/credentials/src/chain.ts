// Allowed.
import { codec } from '#coer/codec.js';
import { sign } from '#crypto/sm2.js';
import { certificate } from '#wire/certificate.js';

export const chain = [codec, sign, certificate];
