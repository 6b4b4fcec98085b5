// Allowed.
import { detector } from '#detection/detector.js';
import { provision } from '#edges/ee-pra/provision.js';
import { device } from '#keys/device.js';

export const protocol = [detector, provision, device];
