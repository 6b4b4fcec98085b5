import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from './data-directory.js';
import { identifyProcess } from './process-identity.js';

/** Every file below the folder with its content, mode and times: what "untouched" means. */
async function picture(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = await stat(path);
    const content = entry.isFile() ? await readFile(path, 'base64') : '';
    lines.push(`${path} ${mode} ${mtimeMs} ${content}`);
  }
  const { mode, mtimeMs } = await stat(folder);
  return [...lines.sort(), `. ${mode} ${mtimeMs}`];
}

describe('a data directory', () => {
  let folder = '';
  const at = (...names: string[]): string => join(folder, ...names);
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'chrysalis-test-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function refusal(path: string, options?: { create?: boolean }): Promise<unknown> {
    try {
      await (await openDataDirectory(path, options)).close();
    } catch (error) {
      return error;
    }
    throw new Error('it was opened');
  }

  it.each([
    ['a foreign directory', { 'notes.txt': 'mine' }, 'foreign', /files that are not Chrysalis's/],
    ['a directory with a damaged marker', { 'chrysalis.json': '{"kind":' }, 'damaged', /unreadable/],
    ['a directory with an empty marker', { 'chrysalis.json': '' }, 'damaged', /unreadable/],
    ['a directory with another marker', { 'chrysalis.json': '{"kind":"moth","format":1}' }, 'damaged', /unreadable/],
    ['a marker without a format', { 'chrysalis.json': '{"kind":"chrysalis-data-directory"}' }, 'damaged', /unreadable/],
    [
      'a directory of a newer version',
      { 'chrysalis.json': '{"kind":"chrysalis-data-directory","format":2}' },
      'newer',
      /format 2, this one knows 1/,
    ],
  ])('refuses %s and touches nothing', async (_, files, reason, message) => {
    for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
    const before = await picture(folder);
    expect(await refusal(folder)).toMatchObject({ reason, message: expect.stringMatching(message) });
    expect(await picture(folder)).toEqual(before);
  });

  it('refuses a missing directory that may not be made', async () => {
    expect(await refusal(at('none'), { create: false })).toMatchObject({ reason: 'missing' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a place where nothing can be made, and does not try for ever', async () => {
    await expect(openDataDirectory('/proc/chrysalis')).rejects.toThrow('/proc/chrysalis');
  });

  it('refuses a file', async () => {
    await writeFile(at('file'), 'x');
    expect(await refusal(at('file'))).toMatchObject({ reason: 'not-a-directory' });
  });

  it('refuses a directory that this process holds already, and names it', async () => {
    const first = await openDataDirectory(at('data'));
    const before = await picture(at('data'));
    expect(await refusal(at('data'))).toMatchObject({
      reason: 'held',
      message: expect.stringMatching(new RegExp(`held by this process \\(${process.pid}\\) since 2\\d{3}-`)),
    });
    expect(await picture(at('data'))).toEqual(before);
    await first.close();
    await (await openDataDirectory(at('data'))).close();
  });

  it('lets one of many at once in', async () => {
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openDataDirectory(at('data'))));
    const winners = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    await winners[0]?.close();
  });

  it('refuses a directory without permission', async () => {
    await chmod(folder, 0o500);
    // Root may write anywhere: for the attempt it steps down.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      expect(await refusal(at('data'))).toMatchObject({
        reason: 'no-permission',
        message: expect.stringContaining(at('data')),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o700);
    }
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 + 1 }],
    ['an earlier process of the same number', { pid: process.pid, startTicks: '1' }],
    ['a process of an earlier boot', { pid: process.pid, bootId: 'another' }],
  ])('takes over from %s', async (_, changes) => {
    await (await openDataDirectory(at('data'))).close();
    const holder = { ...(await identifyProcess(process.pid)), since: 'earlier', nonce: 'x', ...changes };
    await writeFile(at('data', 'holder.json'), JSON.stringify(holder));
    const data = await openDataDirectory(at('data'));
    await data.close();
    expect(await readdir(at('data'))).toEqual(['chrysalis.json']);
  });

  it('takes over from a lock that nobody can read', async () => {
    await (await openDataDirectory(at('data'))).close();
    await writeFile(at('data', 'holder.json'), 'not JSON');
    await (await openDataDirectory(at('data'))).close();
  });

  it('is made once and then known again', async () => {
    const first = await openDataDirectory(at('deep', 'data'));
    expect(first).toMatchObject({ isNew: true, path: at('deep', 'data') });
    await first.close();
    const second = await openDataDirectory(at('deep', 'data'), { create: false });
    expect(second.isNew).toBe(false);
    await second.close();
  });

  it('is made in an empty file system, and over a making that was interrupted', async () => {
    await mkdir(at('data', 'lost+found'), { recursive: true });
    await writeFile(at('data', '.chrysalis.json.1.abc.tmp'), '{"ki');
    const data = await openDataDirectory(at('data'));
    expect(data.isNew).toBe(true);
    await data.close();
  });

  it('shows its names to nobody else, and its folders are private', async () => {
    const data = await openDataDirectory(at('data'));
    const sub = await data.sub('keys');
    expect(await data.sub('keys')).toBe(sub);
    await data.writeJson('state.json', {});
    expect((await stat(data.path)).mode & 0o066).toBe(0);
    expect((await stat(sub)).mode & 0o777).toBe(0o700);
    expect((await stat(at('data', 'state.json'))).mode & 0o777).toBe(0o600);
    await data.close();
  });

  it('keeps values, replaced as a whole', async () => {
    const data = await openDataDirectory(at('data'));
    expect(await data.readJson('week.json')).toBeUndefined();
    await data.writeJson('week.json', { week: 1 });
    await data.writeJson('week.json', { week: 2 });
    expect(await data.readJson<{ week: number }>('week.json')).toEqual({ week: 2 });
    expect((await readdir(data.path)).sort()).toEqual(['chrysalis.json', 'holder.json', 'week.json']);
    await writeFile(at('data', 'week.json'), '{"week":');
    await expect(data.readJson('week.json')).rejects.toMatchObject({ reason: 'damaged' });
    await data.close();
  });

  it.each(['..', '../x', 'a/b', '', '.hidden', 'A'])('refuses the name %j inside', async (name) => {
    const data = await openDataDirectory(at('data'));
    await expect(async () => data.sub(name)).rejects.toThrow(/not a name/);
    await expect(async () => data.writeJson(name, 1)).rejects.toThrow(/not a name/);
    await data.close();
  });
});
