// Allowed.
import { issue } from '#edges/pca-pra/issue.js';
import { host } from '#service/host.js';
import { issuePseudonym } from './domain/issue.js';

export const pca = [issue, host, issuePseudonym];
