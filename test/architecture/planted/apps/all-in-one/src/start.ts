// Allowed.
import { fleet } from '#apps/device/src/fleet.js';
import { pca } from '#apps/pca/src/pca.authority.js';
import { hold } from '#apps/root-ca/src/ceremony.js';

export const start = [fleet, pca, hold];
