/**
 * Strict where the linter finds bugs: promises, exhaustive switches, `any`, time, dice and environment outside the rim.
 * A warning where it counts lines. A disable says why: `-- reason` (held by test/architecture/source-rules.spec.ts).
 */
import tseslint from 'typescript-eslint';

/** The places where the world's clock, dice and environment come in; everything else is handed them. */
const rim = {
  clock: ['libs/credentials/src/clock.ts', 'apps/all-in-one/**', 'apps/cli/**', 'libs/{persistence,queue,service}/**'],
  environment: [
    'apps/*/src/main.ts',
    '**/*.config.ts',
    'apps/{cli,all-in-one}/**',
    'libs/persistence/src/**/launcher*',
  ],
};
const tests = ['**/*.spec.ts', '**/*.fixture.ts', 'test/**'];

const clock = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Time is handed in: take a Clock.',
  },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is handed in: take a Clock.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time is handed in: take a Clock.' },
];
const dice = {
  selector: 'MemberExpression[object.name="Math"][property.name="random"]',
  message: 'Dice are handed in: take a Random, or a seeded generator for the scenario.',
};
const environment = {
  selector: 'MemberExpression[object.name="process"][property.name="env"]',
  message: 'The environment is read once, in main.ts, and checked: take a configuration.',
};
const restrict = (...selectors) => ({ 'no-restricted-syntax': ['error', ...selectors] });

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'data/',
      '.cache/',
      'test/architecture/planted/',
      'libs/crypto/engine/assembly/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: 'tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-fallthrough': 'error',
      'no-self-compare': 'error',
      'no-unreachable-loop': 'error',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['warn', { max: 450, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-array-delete': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-implied-eval': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-misused-spread': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/restrict-plus-operands': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      ...restrict(...clock, dice, environment),
    },
  },
  // Later entries replace earlier ones, so each says all that still holds there.
  { files: rim.clock, rules: restrict(dice, environment) },
  { files: rim.environment, rules: restrict(...clock, dice) },
  { files: ['apps/{cli,all-in-one}/**/*.ts'], rules: restrict(dice) },
  { files: tests, rules: { 'no-restricted-syntax': 'off' } },
);
