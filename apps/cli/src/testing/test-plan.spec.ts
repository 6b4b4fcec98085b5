import { readdirSync } from 'node:fs';
import { jestWords, killPlan, testEnvironment, testPlan } from './test-plan.js';

describe('the environment of the tests', () => {
  it('refuses the servers of whoever runs the tests', () => {
    const inherited = {
      REDIS_URL: 'redis://theirs',
      PCA_REDIS_URL: 'redis://theirs',
      DATABASE_URL: 'postgres://theirs',
    };
    const environment = testEnvironment(inherited, undefined);
    expect(Object.values(environment).filter((value) => value?.includes('theirs'))).toEqual([]);
  });

  it('is a test environment whatever NODE_ENV says', () => {
    expect(testEnvironment({ NODE_ENV: 'production' }, undefined)['NODE_ENV']).toBe('test');
  });

  it('keeps the options of Node that were there', () => {
    const options = testEnvironment({ NODE_OPTIONS: '--max-old-space-size=512' }, undefined)['NODE_OPTIONS'];
    expect(options).toMatch(/^--max-old-space-size=512 --experimental-vm-modules /);
  });

  it('names the private redis-server where there is one', () => {
    expect(testEnvironment({ REDIS_URL: 'redis://theirs' }, 'redis://ours')['REDIS_URL']).toBe('redis://ours');
  });
});

describe('the plan of the tests', () => {
  it('gives Redis to a process of its own, and to no other', () => {
    expect(testPlan.filter(({ needsRedis }) => needsRedis).map(({ roots }) => roots)).toEqual([['test/redis']]);
    const together = testPlan.find(({ roots }) => roots.includes('test'));
    expect(together?.without.some((path) => new RegExp(path).test('/x/test/redis/a.spec.ts'))).toBe(true);
  });

  it('runs whole houses one after another, the rest two at a time', () => {
    const [units, parts, together] = testPlan;
    expect(jestWords(units!, ['libs'], 'r', [])).toContain('--maxWorkers=2');
    expect(jestWords(parts!, ['test/integration'], 'r', [])).toContain('--maxWorkers=2');
    expect(jestWords(together!, ['test'], 'r', [])).toContain('--runInBand');
  });

  it('runs every folder of tests once', () => {
    const runsOf = (path: string): string[] =>
      [...testPlan, ...killPlan]
        .filter(
          ({ roots, without }) =>
            roots.some((root) => path.startsWith(`/${root}/`)) && !without.some((one) => new RegExp(one).test(path)),
        )
        .map(({ name }) => name);
    const folders = ['apps/pca', 'libs/coer', ...readdirSync('test').map((name) => `test/${name}`)];
    for (const folder of folders)
      expect([folder, runsOf(`/${folder}/a.spec.ts`)]).toEqual([folder, [expect.anything()]]);
  });

  it('gives a test longer than jest would, since no test is one of speed', () => {
    const words = testPlan.map((run) => jestWords(run, run.roots, 'r', []).join(' '));
    for (const line of words) expect(Number(/--testTimeout=(\d+)/.exec(line)?.[1])).toBeGreaterThan(5_000);
  });

  it('has the matrix of deaths in a plan of its own', () => {
    expect(killPlan.map(({ roots }) => roots)).toEqual([['test/matrix']]);
    const together = testPlan.find(({ roots }) => roots.includes('test'));
    expect(together?.without.some((path) => new RegExp(path).test('/x/test/matrix/kill.spec.ts'))).toBe(true);
  });

  it('hands patterns on', () => {
    expect(jestWords(testPlan[0]!, ['libs'], 'r', ['libs/coer']).slice(-2)).toEqual([
      '--testPathPatterns',
      'libs/coer',
    ]);
  });
});
