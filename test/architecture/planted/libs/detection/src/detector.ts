// Allowed.
import { certificate } from '#wire/certificate.js';

export const detector = certificate;
