/**
 * Domains with one linkage authority each, as YD/T 3957-2021 has them: no la2 is founded or runs, and cars enrol, get their
 * certificates, report a liar and refuse it, whose earlier week stays unlinkable.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '#apps/all-in-one/src/report.js';

const VEHICLES = 6;
const WEEKS = 2;
const LIFE_MILLIS = 280_000;

let folder: string;
let data: string;
let code: number | null;
let output: string;
let report: Report;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chrysalis-one-la-'));
  // As root the database's account must pass through here.
  await chmod(folder, 0o711);
  [data, output, code] = [join(folder, 'data'), '', null];
  const file = join(folder, 'report.json');
  const words = ['--one-la', '--vehicles', String(VEHICLES), '--weeks', String(WEEKS), '--seed', '5'];
  await new Promise<void>((resolve) => {
    execFile(
      process.execPath,
      ['chrysalis', 'start', '--once', ...words, '--data', data, '--report', file],
      { timeout: LIFE_MILLIS, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        code = error === null ? 0 : ((error as { code?: number }).code ?? null);
        output = `${stdout}${stderr}`;
        resolve();
      },
    );
  });
  report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Report;
}, LIFE_MILLIS);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a life with one linkage authority a domain', () => {
  it('ends with 0 and says so', () => {
    expect(output).toContain('after the CRL');
    expect(code).toBe(0);
  });

  it('knows no second one: no keys, database, peer or log of la2', async () => {
    const instances = await readdir(join(data, 'instances'));
    expect(instances).toContain('a-la1');
    expect(instances.filter((name) => name.endsWith('la2'))).toEqual([]);
    expect((await readdir(join(data, 'logs'))).filter((name) => name.includes('la2'))).toEqual([]);
    for (const name of ['a-pra', 'a-ma']) {
      const config = await readFile(join(data, 'instances', name, 'config.json'), 'utf8');
      expect(JSON.parse(config)).toMatchObject({ roleSettings: { linkageAuthorities: 1 } });
      expect(config).not.toContain('la2');
    }
  });

  it('gives each car its weeks of twenty certificates, once', () => {
    const due = VEHICLES * WEEKS * 20;
    expect(report.pseudonymCertificates).toEqual({ requested: due, issued: due, downloaded: due, keysRebuilt: due });
    expect(report.spdu.accepted).toBeGreaterThan(0);
  });

  it('RV7 revokes the one liar by one seed and refuses all its messages from then on', () => {
    expect(report.misbehaviour.revokedDevices).toBe(1);
    expect(report.revocation.crlEntries).toBe(1);
    expect(report.revocation.laterCertificatesMatched).toBe(20);
    expect(report.revocation.refusedAfter).toBeGreaterThan(0);
    expect(report.revocation.acceptedAfter).toBe(0);
    expect(report.spdu.refused['revoked']).toBeGreaterThan(0);
  });

  it('RV8 RV9 leaves its earlier week unlinkable and every other car on the road', () => {
    expect(report.revocation.earlierWeeksChecked).toBe(20);
    expect(report.revocation.earlierWeeksLinkable).toBe(0);
    expect(report.revocation.othersAccepted).toBeGreaterThan(0);
  });
});
