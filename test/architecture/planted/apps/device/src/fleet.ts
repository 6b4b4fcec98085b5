// Allowed.
import { protocol } from '#device/protocol.js';

export const fleet = protocol;
