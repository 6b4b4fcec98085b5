// Allowed.
import { line } from '#edge/line.js';

export const issue = line;
