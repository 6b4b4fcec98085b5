import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parsePeakBytes, parseStat, peakBytes, processorMicros, treeMicros } from './process-meter.js';

const BURN = 'const end = process.cpuUsage().user + 300000; while (process.cpuUsage().user < end);';

/** A shell that has let `burn` run to its end, and lives. */
async function parentOf(burn: string): Promise<{ pid: number; end(): void }> {
  const child = spawn('/bin/sh', ['-c', '"$0" -e "$1"; echo done; read _', process.execPath, burn], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, end: () => void child.kill('SIGKILL') };
}

describe('the fields of /proc', () => {
  it('are counted behind a name that holds spaces and brackets', () => {
    const text = '42 (a) b (c)) S 7 42 42 0 -1 0 0 0 0 0 120 30 45 5 20 0 1';
    expect(parseStat(text)).toEqual({ parent: 7, ownTicks: 150, endedChildrenTicks: 50 });
  });

  it.each([
    ['Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t  64 kB\nVmRSS:\t 60 kB\n', 65_536],
    ['Name:\tkthreadd\n', 0],
  ])('tell the most memory: %j', (text, bytes) => expect(parsePeakBytes(text)).toBe(bytes));
});

describe('a process of this machine', () => {
  it('is metered as it meters itself', () => {
    const { user, system } = process.cpuUsage();
    const measured = processorMicros(process.pid) ?? 0;
    // Ticks are hundredths of a second, and some pass in between.
    expect(Math.abs(measured - user - system)).toBeLessThan(1_000_000);
    expect(peakBytes(process.pid)).toBeGreaterThan(process.memoryUsage().rss / 2);
  });

  it('pays for children that have ended', async () => {
    const parent = await parentOf(BURN);
    expect(processorMicros(parent.pid) ?? 0).toBeLessThan(150_000);
    expect(treeMicros(parent.pid) ?? 0).toBeGreaterThanOrEqual(300_000);
    parent.end();
  });

  it('pays for children that live', async () => {
    const child = spawn(
      '/bin/sh',
      ['-c', '"$0" -e "$1" & wait', process.execPath, `${BURN} console.log(1); setInterval(() => 0, 1000)`],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      },
    );
    await once(child.stdout, 'data');
    expect(treeMicros(child.pid ?? 0) ?? 0).toBeGreaterThanOrEqual(300_000);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  });

  it('is unknown when it is gone', async () => {
    const child = spawn('/bin/true');
    await once(child, 'close');
    expect(processorMicros(child.pid ?? 0)).toBeUndefined();
    expect(treeMicros(child.pid ?? 0)).toBeUndefined();
  });
});
