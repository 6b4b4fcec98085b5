// Allowed.
import { paths } from '#edges/ee-lists/paths.js';

export const host = paths;
