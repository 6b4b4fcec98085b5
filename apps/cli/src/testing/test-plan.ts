/** Which jest runs make up `npm test` and `npm run test:kill`, and in which order. */

export interface TestRun {
  readonly name: string;
  /** Folders from the checkout's root; those that are missing are left out. */
  readonly roots: readonly string[];
  /** Regular expressions of paths that belong to another run. */
  readonly without: readonly string[];
  /** Worker processes; 1 runs the files one after another. */
  readonly workers: 1 | 2;
  readonly needsRedis: boolean;
}

const OTHER_RUNS = ['/test/integration/', '/test/conformance/', '/test/architecture/', '/test/redis/', '/test/matrix/'];

/**
 * The specs beside the code, and those of a few authorities with a database, run two at a time; whole houses and lives run
 * one after another, so that they starve neither the two cores nor themselves; what needs Redis runs in a process of its
 * own, because BullMQ's kind of backend is one a process.
 */
export const testPlan: readonly TestRun[] = [
  { name: 'units', roots: ['apps', 'libs'], without: [], workers: 2, needsRedis: false },
  {
    name: 'parts',
    roots: ['test/integration', 'test/conformance', 'test/architecture'],
    without: ['/test/architecture/planted/'],
    workers: 2,
    needsRedis: false,
  },
  { name: 'together', roots: ['test'], without: OTHER_RUNS, workers: 1, needsRedis: false },
  { name: 'redis', roots: ['test/redis'], without: [], workers: 1, needsRedis: true },
];

/** What takes half an hour, and is for whoever changes provisioning: every part ends at every step of provisioning, disks are full, messages astray. */
export const killPlan: readonly TestRun[] = [
  { name: 'kill', roots: ['test/matrix'], without: [], workers: 1, needsRedis: false },
];

/** So long that a busy machine or the slower reference fails no test by it: only what hangs meets it. */
const LONGEST_TEST_MILLIS = 30_000;

/** The words after `node`: jest's own script and flags. */
export function jestWords(
  run: TestRun,
  roots: readonly string[],
  report: string,
  patterns: readonly string[],
): string[] {
  return [
    'node_modules/jest/bin/jest.js',
    '--ci',
    `--testTimeout=${LONGEST_TEST_MILLIS}`,
    '--passWithNoTests', // whether nothing at all ran is decided over all runs
    '--json',
    `--outputFile=${report}`,
    ...(run.workers === 1 ? ['--runInBand'] : [`--maxWorkers=${run.workers}`]),
    ...roots.flatMap((root) => ['--roots', `<rootDir>/${root}`]),
    ...run.without.flatMap((path) => ['--testPathIgnorePatterns', path]),
    ...(patterns.length === 0 ? [] : ['--testPathPatterns', ...patterns]),
  ];
}

/**
 * What jest and its tests find in the environment: ES modules need a flag of Node, NODE_ENV is `test` whatever the
 * shell says, and no server of the person who runs the tests is ever touched.
 */
export function testEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  redisUrl: string | undefined,
): Record<string, string | undefined> {
  const own = Object.entries(inherited).filter(([name]) => !/(^|_)(REDIS_URL|DATABASE_URL)$/.test(name));
  const options = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
  return {
    ...Object.fromEntries(own),
    NODE_ENV: 'test',
    NODE_OPTIONS: `${inherited['NODE_OPTIONS'] ?? ''} ${options}`.trim(),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
}
