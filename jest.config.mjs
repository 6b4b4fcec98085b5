/** Jest runs the TypeScript sources as ES modules; types are checked by `npm run check`. */
const libs = ['coer', 'wire', 'crypto', 'keys', 'credentials', 'edge', 'uper', 'detection', 'device', 'service', 'persistence', 'queue'];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^#apps/(.*)\\.js$': '<rootDir>/apps/$1',
    '^#edges/(.*)\\.js$': '<rootDir>/libs/edges/$1',
    [`^#(${libs.join('|')})/(.*)\\.js$`]: '<rootDir>/libs/$1/src/$2',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
