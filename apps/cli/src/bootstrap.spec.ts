/** The bootstrap, in folders of its own: when it installs, when it builds, and that two of it never do so at once. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Lock {
  withLock<T>(
    root: string,
    say: (line: string) => void,
    work: (noteChild: (pid: number) => void) => Promise<T>,
  ): Promise<T>;
}
interface Install {
  isInstalled(root: string): boolean;
}
interface Build {
  listSources(root: string): Record<string, string>;
}

const require = createRequire(import.meta.url);
const { withLock } = require('../bootstrap/lock.cjs') as Lock;
const { isInstalled } = require('../bootstrap/install.cjs') as Install;
const { listSources } = require('../bootstrap/build.cjs') as Build;

const quiet = (): void => undefined;
const entry = { version: '1.0.0' };
let root: string;

function write(path: string, content: unknown): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chrysalis-bootstrap-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('whether the packages are installed', () => {
  const stamp = 'node_modules/.chrysalis-stamp';
  const lock = { packages: { '': {}, 'node_modules/a': entry, 'node_modules/b': { ...entry, dev: true } } };

  /** A folder as `npm ci` leaves it, but for what `hidden` leaves out. */
  function filled(hidden: object): void {
    write('package-lock.json', lock);
    write('node_modules/.package-lock.json', { packages: hidden });
    write('node_modules/a/package.json', '{}');
    write('node_modules/b/package.json', '{}');
  }

  it('no: there is no node_modules', () => {
    write('package-lock.json', lock);
    expect(isInstalled(root)).toBe(false);
  });

  it('no: npm was interrupted before it wrote its own list', () => {
    write('package-lock.json', lock);
    write('node_modules/a/package.json', '{}');
    expect(isInstalled(root)).toBe(false);
  });

  it('no: npm left the development packages out', () => {
    filled({ 'node_modules/a': entry });
    expect(isInstalled(root)).toBe(false);
  });

  it('no: npm filled it from another lock file', () => {
    filled({ 'node_modules/a': entry, 'node_modules/b': { version: '2.0.0' } });
    expect(isInstalled(root)).toBe(false);
  });

  it('no: a package is gone from the disk', () => {
    filled({ 'node_modules/a': entry, 'node_modules/b': entry });
    rmSync(join(root, 'node_modules/b'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });

  it('no: it was stamped by another Node', () => {
    filled({ 'node_modules/a': entry, 'node_modules/b': entry });
    expect(isInstalled(root)).toBe(true);
    write(stamp, readFileSync(join(root, stamp), 'utf8').replace(process.version, 'v20.0.0'));
    expect(isInstalled(root)).toBe(false);
  });

  it('no: the lock file changed since the stamp', () => {
    filled({ 'node_modules/a': entry, 'node_modules/b': entry });
    expect(isInstalled(root)).toBe(true);
    write('package-lock.json', { packages: { ...lock.packages, 'node_modules/c': entry } });
    expect(isInstalled(root)).toBe(false);
  });

  it('yes: stamped for this lock file, Node and platform', () => {
    filled({ 'node_modules/a': entry, 'node_modules/b': entry });
    expect(isInstalled(root)).toBe(true);
    rmSync(join(root, 'node_modules/.package-lock.json'));
    expect(isInstalled(root)).toBe(true);
  });

  it('yes: only packages of other platforms are missing', () => {
    const elsewhere = { ...entry, optional: true, os: ['plan9'] };
    filled({ 'node_modules/a': entry, 'node_modules/b': entry });
    write('package-lock.json', { packages: { ...lock.packages, 'node_modules/c': elsewhere } });
    expect(isInstalled(root)).toBe(true);
  });
});

describe('the sources that are built', () => {
  it('leave specs and declarations out', () => {
    for (const name of ['a.ts', 'a.spec.ts', 'a.fixture.ts', 'a.d.ts', 'a.md', 'engine.wasm'])
      write(`libs/x/src/${name}`, '');
    expect(Object.keys(listSources(root)).sort()).toEqual(['libs/x/src/a.ts', 'libs/x/src/engine.wasm']);
  });

  it('change with their content', () => {
    write('apps/x/src/a.ts', 'one');
    const before = listSources(root);
    write('apps/x/src/a.ts', 'another');
    expect(listSources(root)).not.toEqual(before);
  });
});

describe('the lock', () => {
  it('lets one work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(root, quiet, work)));
    expect(most).toBe(1);
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
  });

  it('is taken over from a dead process', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    write('.cache/bootstrap.lock/owner.json', { holders: [{ pid: dead, start: '1' }] });
    await expect(withLock(root, quiet, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('is taken over when the process id was given to another process', async () => {
    write('.cache/bootstrap.lock/owner.json', { holders: [{ pid: process.pid, start: '1' }] });
    await expect(withLock(root, quiet, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('stays with a child that outlives its parent, and says whom it waits for', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    write('.cache/bootstrap.lock/owner.json', { holders: [{ pid: dead, start: '1' }, { pid: process.pid }] });
    const said: string[] = [];
    const waiting = withLock(
      root,
      (line) => said.push(line),
      () => Promise.resolve('done'),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said).toEqual([expect.stringContaining(`process ${process.pid}`)]);
    rmSync(join(root, '.cache/bootstrap.lock'), { recursive: true });
    await expect(waiting).resolves.toBe('done');
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(root, quiet, () => Promise.reject(new Error('no npm')))).rejects.toThrow('no npm');
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
  });
});
