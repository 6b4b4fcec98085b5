/** Jest runs the TypeScript sources as ES modules; types are checked by `npm run check`. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const swcOptions = require('./apps/cli/bootstrap/swc-options.cjs');
const { imports } = require('./package.json');

/** `#coer/x.js` is compiled code for Node, and its source for jest: the same table, without dist and without .js. */
const aliases = Object.entries(imports).map(([name, target]) => [
  `^${name.replace('*', '(.*)\\.js')}$`,
  target.replace('./dist/', '<rootDir>/').replace('*', '$1'),
]);

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/architecture/planted/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcOptions, sourceMaps: 'inline' }] },
  moduleNameMapper: { ...Object.fromEntries(aliases), '^(\\.{1,2}/.*)\\.js$': '$1' },
};
