/** The manifests agree with each other and with the tree: lock file, exact versions, nest-cli, compiler settings. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';

interface LockEntry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const manifest =
  readJson<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>('package.json');
const lock = readJson<{ readonly packages: Readonly<Record<string, LockEntry>> }>('package-lock.json').packages;
const nest = readJson<{ readonly projects: Readonly<Record<string, { readonly root: string }>> }>(
  'nest-cli.json',
).projects;

const programs = readdirSync('apps').filter((app) => existsSync(`apps/${app}/src/main.ts`));

describe('package.json', () => {
  it('names exact versions: a dependency is a guest', () => {
    const versions = Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('names no registry: whoever installs brings their own', () => {
    expect(Object.entries(lock).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('holds the packages of every platform: else npm ci refuses it (npm run lock mends it)', () => {
    const missing = Object.values(lock).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => lock[`node_modules/${name}`] === undefined),
    );
    expect(missing).toEqual([]);
  });
});

describe('nest-cli.json', () => {
  it.each(programs)('builds %s', (app) => {
    expect(nest[app]?.root).toBe(`apps/${app}`);
    expect(readJson(`apps/${app}/tsconfig.app.json`)).toMatchObject({ extends: '../../tsconfig.json' });
  });
});
