/** What every queue must do, whatever it stands on. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueueHost, type QueueHostOptions, openQueueHost } from '#queue/queue-host.js';
import { endPrograms, startProgram } from './child-program.js';

type Backend = QueueHostOptions['backend'];

/** Answers the first value that is not undefined; the tests' own time limit ends the wait. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(5);
  }
}

/** A run that stays where it is until it is let go. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Long enough for a job that ought not to be there to be seen; the right answers never wait for it. */
const SETTLE_MILLIS = 150;

/** `backendFor` answers the backend of an instance: 'pca-a' and 'pra-a' are asked for. */
export function queueConformance(backendFor: (instance: string) => Promise<Backend>): void {
  const open: QueueHost[] = [];
  const logged: { event: string; fields: object }[] = [];

  async function host(instance = 'pca-a', changes: Partial<QueueHostOptions> = {}): Promise<QueueHost> {
    const opened = await openQueueHost({
      instance,
      backend: await backendFor(instance),
      log: (event, fields) => logged.push({ event, fields }),
      ...changes,
    });
    open.push(opened);
    return opened;
  }

  /** A queue no other test uses. */
  const freshQueue = (): string => `q-${randomUUID()}`.slice(0, 30);

  beforeEach(() => void (logged.length = 0));
  afterEach(async () => {
    await endPrograms();
    await Promise.all(open.splice(0).map((opened) => opened.close()));
  });

  it.each(['', 'Upper', 'with:colon', 'with space', 'x'.repeat(41)])('refuses a queue named %j', async (name) => {
    const queues = await host();
    await expect(queues.wake(name, 'k')).rejects.toThrow(/not a queue's name/);
    expect(() => queues.work(name, () => Promise.resolve())).toThrow(/not a queue's name/);
  });

  it.each(['', 'x'.repeat(201)])('refuses the key %j', async (key) => {
    await expect((await host()).wake(freshQueue(), key)).rejects.toThrow(/a key of \d+ characters/);
  });

  it('refuses a second worker for a queue', async () => {
    const [queues, queue] = [await host(), freshQueue()];
    queues.work(queue, () => Promise.resolve());
    expect(() => queues.work(queue, () => Promise.resolve())).toThrow(/worked already/);
  });

  it('refuses to wake or work once closed', async () => {
    const queues = await host();
    await queues.close();
    await expect(queues.wake(freshQueue(), 'k')).rejects.toThrow(/closed/);
    expect(() => queues.work(freshQueue(), () => Promise.resolve())).toThrow(/closed/);
  });

  it('runs the worker with the key', async () => {
    const [queues, queue, runs] = [await host(), freshQueue(), [] as string[]];
    queues.work(queue, async (key) => void runs.push(key));
    await queues.wake(queue, 'batch:7');
    expect(await until(() => runs[0])).toBe('batch:7');
  });

  it('keeps a wake for a worker that comes later', async () => {
    const [queues, queue, runs] = [await host(), freshQueue(), [] as string[]];
    await queues.wake(queue, 'k');
    await queues.close();
    (await host()).work(queue, async (key) => void runs.push(key));
    expect(await until(() => runs[0])).toBe('k');
  });

  it('runs once for a key that waits twice, asked for one after the other or all at once', async () => {
    const [queues, queue, runs] = [await host(), freshQueue(), [] as string[]];
    await queues.wake(queue, 'k');
    await queues.wake(queue, 'k');
    await Promise.all(Array.from({ length: 20 }, () => queues.wake(queue, 'k')));
    await queues.wake(queue, 'last');
    queues.work(queue, async (key) => void runs.push(key));
    await until(() => (runs.includes('last') ? true : undefined));
    await sleep(SETTLE_MILLIS);
    expect(runs).toEqual(['k', 'last']);
  });

  it('runs once more, and only once, for a key that was woken while it ran', async () => {
    const [queues, queue, runs, hold] = [await host(), freshQueue(), [] as string[], gate()];
    queues.work(queue, async (key) => {
      runs.push(key);
      if (runs.length === 1) await hold.opened;
    });
    await queues.wake(queue, 'k');
    await until(() => runs[0]);
    await queues.wake(queue, 'k');
    await Promise.all([queues.wake(queue, 'k'), queues.wake(queue, 'k')]);
    expect(runs).toEqual(['k']);
    hold.open();
    await until(() => runs[1]);
    await sleep(SETTLE_MILLIS);
    expect(runs).toEqual(['k', 'k']);
  });

  it('runs again for a key that was woken after its run', async () => {
    const [queues, queue, runs] = [await host(), freshQueue(), [] as string[]];
    queues.work(queue, async (key) => void runs.push(key));
    for (let count = 1; count <= 3; count += 1) {
      await queues.wake(queue, 'k');
      await until(() => runs[count - 1]);
    }
    expect(runs).toEqual(['k', 'k', 'k']);
  });

  it.each([0, -1, 1.5])('refuses %p runs at once', async (atOnce) => {
    const queues = await host();
    expect(() => queues.work(freshQueue(), () => Promise.resolve(), { atOnce })).toThrow(RangeError);
  });

  it('runs as many keys at once as it is told, and no more', async () => {
    const [queues, queue, hold] = [await host(), freshQueue(), gate()];
    const [running, done] = [new Set<string>(), [] as string[]];
    let most = 0;
    const run = async (key: string): Promise<void> => {
      most = Math.max(most, running.add(key).size);
      await hold.opened;
      running.delete(key);
      done.push(key);
    };
    queues.work(queue, run, { atOnce: 3 });
    await Promise.all(Array.from({ length: 8 }, (_, index) => queues.wake(queue, `k${index}`)));
    await until(() => (running.size === 3 ? true : undefined));
    await sleep(SETTLE_MILLIS);
    hold.open();
    await until(() => (done.length === 8 ? true : undefined));
    expect([most, new Set(done).size]).toEqual([3, 8]);
  });

  it('runs one key at a time', async () => {
    const [queues, queue] = [await host(), freshQueue()];
    let [running, most, done] = [0, 0, 0];
    queues.work(queue, async () => {
      most = Math.max(most, (running += 1));
      await sleep(2);
      running -= 1;
      done += 1;
    });
    await Promise.all(Array.from({ length: 30 }, (_, index) => queues.wake(queue, `k${index}`)));
    await until(() => (done === 30 ? true : undefined));
    expect(most).toBe(1);
  });

  it('loses no wake: whatever was stored before a wake is seen by a run that began after it', async () => {
    const [queues, queue] = [await host(), freshQueue()];
    let [stored, seen, runs] = [0, 0, 0];
    queues.work(queue, async () => {
      runs += 1;
      const read = stored;
      await sleep(1);
      seen = Math.max(seen, read);
    });
    for (let count = 0; count < 200; count += 1) {
      stored += 1;
      const woken = queues.wake(queue, 'k');
      if (count % 3 === 0) await woken;
    }
    await until(() => (seen === 200 ? true : undefined));
    expect(runs).toBeGreaterThan(5);
  });

  it('works several queues of one instance side by side', async () => {
    const queues = await host();
    const [names, hold, begun] = [Array.from({ length: 6 }, freshQueue), gate(), new Set<string>()];
    for (const name of names) {
      queues.work(name, async () => {
        begun.add(name);
        await hold.opened;
      });
    }
    await Promise.all(names.map((name) => queues.wake(name, 'k')));
    await until(() => (begun.size === names.length ? true : undefined));
    hold.open();
  });

  it('logs a run that failed, runs the key again when woken, and keeps nothing of the reason', async () => {
    const [queues, queue] = [await host(), freshQueue()];
    let runs = 0;
    queues.work(queue, async () => {
      runs += 1;
      if (runs === 1) throw new Error('reading the batch', { cause: new Error('CANARY') });
    });
    await queues.wake(queue, 'k');
    await until(() => logged.find(({ event }) => event === 'queue.run-failed'));
    await queues.wake(queue, 'k');
    await until(() => (runs === 2 ? true : undefined));
    expect(logged).toEqual([
      { event: 'queue.run-failed', fields: { queue, error: 'Error: reading the batch: Error: CANARY' } },
    ]);
  });

  it('goes on after it was emptied in the middle of a run', async () => {
    const [queues, queue, runs, hold] = [await host(), freshQueue(), [] as string[], gate()];
    queues.work(queue, async (key) => {
      runs.push(key);
      if (runs.length === 1) await hold.opened;
    });
    await queues.wake(queue, 'a');
    await until(() => runs[0]);
    await queues.wake(queue, 'b');
    await queues.emptyAll();
    hold.open();
    // The wake of b is gone with the queue: the owner's tables ask again.
    await queues.wake(queue, 'c');
    await until(() => (runs.includes('c') ? true : undefined));
    await queues.wake(queue, 'a');
    await until(() => (runs.length === 3 ? true : undefined));
    expect(runs).toEqual(['a', 'c', 'a']);
  });

  it('keeps the queues of two instances apart', async () => {
    const [one, other, queue] = [await host('pca-a'), await host('pra-a'), freshQueue()];
    const [ones, others] = [[] as string[], [] as string[]];
    one.work(queue, async (key) => void ones.push(key));
    other.work(queue, async (key) => void others.push(key));
    for (let count = 0; count < 20; count += 1) {
      await one.wake(queue, `one-${count}`);
      await other.wake(queue, `other-${count}`);
    }
    await until(() => (ones.length === 20 && others.length === 20 ? true : undefined));
    expect(ones.every((key) => key.startsWith('one-'))).toBe(true);
    expect(others.every((key) => key.startsWith('other-'))).toBe(true);
  });

  it('waits for a running run when it is closed', async () => {
    const [queues, queue] = [await host(), freshQueue()];
    let [begun, done] = [false, false];
    queues.work(queue, async () => {
      begun = true;
      await sleep(100);
      done = true;
    });
    await queues.wake(queue, 'k');
    await until(() => (begun ? true : undefined));
    await queues.close();
    expect(done).toBe(true);
  });

  it('does not wait longer than it says', async () => {
    const [queues, queue, hold] = [await host('pca-a', { closeWaitMillis: 50 }), freshQueue(), gate()];
    let begun = false;
    queues.work(queue, async () => {
      begun = true;
      await hold.opened;
    });
    await queues.wake(queue, 'k');
    await until(() => (begun ? true : undefined));
    await queues.close();
    expect(logged.map(({ event }) => event)).toContain('queue.closed-in-mid-run');
    hold.open();
  });

  it('runs again what a killed worker was running, as often as it is killed', async () => {
    const [queues, queue, runs] = [
      await host('pca-a', { lockMillis: 1000, stalledCheckMillis: 300 }),
      freshQueue(),
      [],
    ];
    await queues.wake(queue, 'k');
    const environment = { INSTANCE: 'pca-a', BACKEND: JSON.stringify(await backendFor('pca-a')), QUEUE: queue };
    for (let kill = 0; kill < 3; kill += 1) {
      const worker = startProgram('test/support/queue-worker.ts', { ...environment, HANG: '1' });
      await worker.line('run k');
      await worker.kill('SIGKILL');
    }
    queues.work(queue, async (key) => void (runs as string[]).push(key));
    expect(await until(() => runs[0])).toBe('k');
  }, 60_000);

  it('runs at once when the owner wakes again what a killed worker was running', async () => {
    const [queue, runs] = [freshQueue(), [] as string[]];
    const queues = await host('pca-a', { lockMillis: 600_000 });
    await queues.wake(queue, 'k');
    const environment = { INSTANCE: 'pca-a', BACKEND: JSON.stringify(await backendFor('pca-a')), QUEUE: queue };
    const worker = startProgram('test/support/queue-worker.ts', { ...environment, HANG: '1' });
    await worker.line('run k');
    await worker.kill('SIGKILL');
    queues.work(queue, async (key) => void runs.push(key));
    await queues.wake(queue, 'k');
    expect(await until(() => runs[0])).toBe('k');
  }, 60_000);
}
