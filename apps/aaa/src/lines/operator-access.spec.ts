import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { mayOperate, openOperatorAccess } from './operator-access.js';

describe('who may operate', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operator-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('without a token refuses whoever is not on this machine', async () => {
    const access = await openOperatorAccess(undefined, systemRandom);
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example', undefined, '::2'])
      expect(mayOperate(access, undefined, address)).toBe(false);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(mayOperate(access, undefined, address)).toBe(true);
  });

  it('with a token refuses everybody without it, on this machine too', async () => {
    const path = join(folder, 'token');
    await writeFile(path, `${'k'.repeat(40)}\n`);
    const access = await openOperatorAccess(path, systemRandom);
    for (const header of [undefined, '', 'Bearer', 'Bearer ', `Bearer ${'k'.repeat(39)}`, `Basic ${'k'.repeat(40)}`])
      expect(mayOperate(access, header, '127.0.0.1')).toBe(false);
    expect(mayOperate(access, `Bearer ${'k'.repeat(40)}`, '10.0.0.1')).toBe(true);
  });

  it('refuses a token that can be guessed', async () => {
    const path = join(folder, 'token');
    await writeFile(path, 'secret\n');
    await expect(openOperatorAccess(path, systemRandom)).rejects.toThrow('at least 32 characters');
  });

  it('makes a missing token, for its owner only, and keeps it', async () => {
    const path = join(folder, 'token');
    await openOperatorAccess(path, systemRandom);
    const token = (await readFile(path, 'utf8')).trim();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(mayOperate(await openOperatorAccess(path, systemRandom), `Bearer ${token}`, undefined)).toBe(true);
  });
});
