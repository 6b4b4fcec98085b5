/**
 * The whole life as a stranger starts it: one command in a process of its own, its report, its data directory, a second
 * start on the same directory, and the refusals at the door.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import type { Report } from '#apps/all-in-one/src/report.js';

const VEHICLES = 8;
const WEEKS = 3;
const LIFE_MILLIS = 280_000;
const POLL_MILLIS = 50;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function chrysalis(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['chrysalis', 'start', ...words],
      { timeout: LIFE_MILLIS, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : ((error as { code?: number }).code ?? null),
          output: `${stdout}${stderr}`,
        });
      },
    );
  });
}

/** Waits for a word of a running process; a process that ends without it fails the test. */
async function untilSaid(process: ChildProcess, output: () => string, word: string): Promise<void> {
  while (!output().includes(word)) {
    if (process.exitCode !== null) throw new Error(`ended without "${word}": ${output()}`);
    await sleep(POLL_MILLIS);
  }
}

describe('a life, from the founding to the second start', () => {
  let folder: string;
  let data: string;
  let first: Ended;
  let report: Report;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-e2e-'));
    data = join(folder, 'data');
    // As root the database's account must pass through here.
    await chmod(folder, 0o711);
    const file = join(folder, 'report.json');
    first = await chrysalis(
      '--once',
      '--vehicles',
      String(VEHICLES),
      '--weeks',
      String(WEEKS),
      '--seed',
      '5',
      '--data',
      data,
      '--report',
      file,
    );
    report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Report;
  }, LIFE_MILLIS);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('ends with 0 and says so in a summary', () => {
    expect(first.output).toContain('after the CRL');
    expect(first.code).toBe(0);
  });

  it('enrols every car and gives each its weeks of twenty certificates, once', () => {
    const due = VEHICLES * WEEKS * 20;
    expect(report.enrolled).toBe(VEHICLES);
    // 23 certificates, the TRCL, two TDCLs, a CRL of each domain, and that of the revocation.
    expect(report.log.entries).toBeGreaterThanOrEqual(23 + 1 + 2 + 2 + 1);
    expect(report.pseudonymCertificates).toEqual({ requested: due, issued: due, downloaded: due, keysRebuilt: due });
  });

  it('M3 refuses brand B before the lists are synchronised and accepts it after', () => {
    expect(report.crossDomain.beforeTrustList.accepted).toBe(0);
    expect(report.crossDomain.beforeTrustList.refused).toBeGreaterThan(0);
    expect(report.crossDomain.afterTrustList.accepted).toBeGreaterThan(0);
    expect(report.crossDomain.afterTrustList.refused).toBe(0);
  });

  it('M11 believes roadside units in their region alone, and special vehicles by their bit', () => {
    const heard = 2 * VEHICLES;
    expect(report.roadsideUnits).toEqual({ certificates: 2, acceptedInside: heard, refusedOutside: heard });
    expect(report.specialVehicles).toEqual({
      certificates: 2,
      emergenciesAccepted: heard,
      impostorsRefused: heard - 2,
    });
  });

  it('RV7 revokes the one liar and refuses all its messages from then on', () => {
    expect(report.misbehaviour.reports).toBeGreaterThanOrEqual(3);
    expect(report.misbehaviour.revokedDevices).toBe(1);
    expect(report.revocation.crlEntries).toBe(1);
    expect(report.revocation.acceptedAfter).toBe(0);
    expect(report.revocation.refusedAfter).toBeGreaterThan(0);
    expect(report.revocation.laterCertificatesMatched).toBe(40);
    expect(report.spdu.refused['revoked']).toBeGreaterThan(0);
  });

  it('RV8 RV9 leaves its earlier week unlinkable and every other car on the road', () => {
    expect(report.revocation.earlierWeeksChecked).toBe(20);
    expect(report.revocation.earlierWeeksLinkable).toBe(0);
    expect(report.revocation.othersAccepted).toBeGreaterThan(0);
  });

  it('refuses a directory that is not its own, and touches nothing in it', async () => {
    const foreign = join(folder, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'letter.txt'), 'dear me');
    const { code, output } = await chrysalis('--once', '--data', foreign);
    expect(code).not.toBe(0);
    expect(output).toContain(foreign);
    expect(await readdir(foreign)).toEqual(['letter.txt']);
  });

  it(
    'drives on from the next week at a second start; a third start beside it names the holder',
    async () => {
      const file = join(folder, 'second.json');
      const running = spawn(process.execPath, ['chrysalis', 'start', '--once', '--data', data, '--report', file], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [running.stdout, running.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = once(running, 'exit') as Promise<[number | null]>;
      await untilSaid(running, () => output, 'brought up');
      const beside = await chrysalis('--once', '--data', data);
      expect(beside.code).not.toBe(0);
      expect(beside.output).toContain(String(running.pid));
      const [code] = await ended;
      expect(output).toContain('next week');
      expect(code).toBe(0);
      const second = JSON.parse(await readFile(file, 'utf8')) as Report;
      expect(second.enrolled).toBe(VEHICLES);
      expect(second.pseudonymCertificates.downloaded).toBe((VEHICLES - 1) * 20);
      expect(second.spdu.accepted).toBeGreaterThan(0);
      expect(second.revocation.acceptedAfter).toBe(0);
      expect(second.spdu.refused['revoked']).toBeGreaterThan(0);
    },
    LIFE_MILLIS,
  );

  it(
    'takes over after its launcher was killed, orphaned server and all',
    async () => {
      const killed = spawn(process.execPath, ['chrysalis', 'start', '--once', '--data', data], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [killed.stdout, killed.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await untilSaid(killed, () => output, '✓ the house');
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      const { code, output: after } = await chrysalis('--once', '--data', data);
      expect(after).toContain('next week');
      expect(code).toBe(0);
    },
    LIFE_MILLIS,
  );
});
