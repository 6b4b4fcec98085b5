import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '#service/log.js';
import { AnsweredLog, itemsIn } from './answered-log.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chrysalis-log-'));
  path = join(folder, 'pra.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the log of a PRA', () => {
  it('tells how many certificates it stored, and is read on from where it was left', async () => {
    const log = openLog('a-pra', path);
    const counted = new AnsweredLog(path);
    log.info('certify.answered', { items: 400 });
    log.info('shuffle.batch', { i: 3, items: 400 });
    expect(await counted.read()).toBe(400);
    expect(await counted.read()).toBe(400);
    log.info('certify.answered', { items: 17 });
    expect(await counted.read()).toBe(417);
    await counted.close();
  });

  it('counts a line only when all of it is there', async () => {
    const line = '{"level":30,"items":400,"msg":"certify.answered"}\n';
    const counted = new AnsweredLog(path);
    expect(await counted.read()).toBe(0);
    await writeFile(path, line.slice(0, 20));
    expect(await counted.read()).toBe(0);
    await appendFile(path, line.slice(20) + line);
    expect(await counted.read()).toBe(800);
    await counted.close();
  });

  it('is read through however long it is', async () => {
    await writeFile(path, '{"items":1,"msg":"certify.answered"}\n'.repeat(10_000));
    const counted = new AnsweredLog(path);
    expect(await counted.read()).toBe(10_000);
    await counted.close();
  });

  it('says nothing in other lines', () => expect(itemsIn('{"items":5,"msg":"expand.done"}')).toBe(0));
});
