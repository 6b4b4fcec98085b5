import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '#crypto/random.js';
import { mayOperate, openOperatorAccess, type Caller } from './operator-access.js';

const from = (remoteAddress: string | undefined, headers: Caller['headers'] = {}): Caller => ({
  remoteAddress,
  headers: { host: '127.0.0.1:4711', ...headers },
});

describe('who may operate', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operator-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('without a token refuses whoever is not on this machine', async () => {
    const access = await openOperatorAccess(undefined, systemRandom);
    for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '127.0.0.1.example', undefined, '::2'])
      expect(mayOperate(access, from(address))).toBe(false);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(mayOperate(access, from(address))).toBe(true);
  });

  it.each<[string, Caller['headers']]>([
    ['a foreign name that was bound to our address', { host: 'evil.example:4711' }],
    ['a name that only begins like ours', { host: '127.0.0.1.evil.example' }],
    ['no name', { host: undefined }],
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:4712' }],
    ['a page without a name', { origin: 'null' }],
    ['an image or a form of another site', { 'sec-fetch-site': 'cross-site' }],
    ['somebody behind a proxy', { 'x-forwarded-for': '10.0.0.1' }],
    ['somebody behind a proxy that follows RFC 7239', { forwarded: 'for=10.0.0.1' }],
  ])('without a token refuses %s, though it comes from this machine', async (_, headers) => {
    const access = await openOperatorAccess(undefined, systemRandom);
    expect(mayOperate(access, from('127.0.0.1', headers))).toBe(false);
  });

  it('without a token takes a page of its own, as it is opened here', async () => {
    const access = await openOperatorAccess(undefined, systemRandom);
    const own = { origin: 'http://127.0.0.1:4711', 'sec-fetch-site': 'same-origin' };
    expect(mayOperate(access, from('127.0.0.1', own))).toBe(true);
    expect(mayOperate(access, from('::1', { host: '[::1]:4711' }))).toBe(true);
    expect(mayOperate(access, from('127.0.0.1', { host: 'localhost' }))).toBe(true);
  });

  it('with a token refuses everybody without it, on this machine too', async () => {
    const path = join(folder, 'token');
    await writeFile(path, `${'k'.repeat(40)}\n`);
    const access = await openOperatorAccess(path, systemRandom);
    for (const header of [undefined, '', 'Bearer', 'Bearer ', `Bearer ${'k'.repeat(39)}`, `Basic ${'k'.repeat(40)}`])
      expect(mayOperate(access, from('127.0.0.1', { authorization: header }))).toBe(false);
    expect(mayOperate(access, from('10.0.0.1', { authorization: `Bearer ${'k'.repeat(40)}` }))).toBe(true);
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
    const access = await openOperatorAccess(path, systemRandom);
    expect(mayOperate(access, from(undefined, { authorization: `Bearer ${token}` }))).toBe(true);
  });
});
