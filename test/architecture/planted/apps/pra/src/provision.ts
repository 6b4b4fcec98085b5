// Allowed.
import { provision } from '#edges/ee-pra/provision.js';
import { issue } from '#edges/pca-pra/issue.js';

export const pra = [provision, issue];
