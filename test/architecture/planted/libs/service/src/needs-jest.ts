export { test } from '@jest/globals';
