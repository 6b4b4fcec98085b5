/** The queues on PostgreSQL, each instance in its own database. */
import { withConnection } from '#persistence/administration.js';
import { openQueueHost } from '#queue/queue-host.js';
import { queueConformance } from '../../support/queue-conformance.js';
import { withPostgres } from '../../support/postgres.js';

const postgres = withPostgres();

describe('queues on PostgreSQL', () => {
  queueConformance(async (instance) => ({ kind: 'postgres', url: await (await postgres()).instanceUrl(instance) }));

  it('keeps no reason and nothing but the key of a run that failed', async () => {
    const url = await (await postgres()).instanceUrl('ma-a');
    let failed = (): void => undefined;
    const hasFailed = new Promise<void>((resolve) => (failed = resolve));
    const queues = await openQueueHost({
      instance: 'ma-a',
      backend: { kind: 'postgres', url },
      log: (event) => event === 'queue.run-failed' && failed(),
    });
    queues.work('cases', () => Promise.reject(new Error('CANARY')));
    await queues.wake('cases', 'case-1');
    await hasFailed;
    await queues.close();
    const stored = await withConnection(url, async (client) => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'bullmq'`,
      );
      const rows = [];
      for (const { name } of tables) rows.push(...(await client.query(`SELECT * FROM bullmq."${name}"`)).rows);
      return JSON.stringify(rows);
    });
    expect(stored).toContain('case-1');
    expect(stored).not.toContain('CANARY');
  });

  it('works 22 instances with two queues each on one server without running out of connections', async () => {
    const server = await postgres();
    const instances = Array.from({ length: 22 }, (_, index) => `role-${index}`);
    const runs = new Set<string>();
    const hosts = await Promise.all(
      instances.map(async (instance) => {
        const url = await server.instanceUrl(instance);
        return openQueueHost({ instance, backend: { kind: 'postgres', url }, log: () => undefined });
      }),
    );
    for (const [index, queues] of hosts.entries()) {
      for (const name of ['first', 'second']) {
        queues.work(name, async (key) => void runs.add(`${index} ${name} ${key}`));
        await queues.wake(name, 'k');
      }
    }
    while (runs.size < 44) await new Promise((resolve) => setTimeout(resolve, 5));
    const used = await withConnection(server.adminUrl, async (client) => {
      const { rows } = await client.query<{ used: number }>('SELECT count(*)::int AS used FROM pg_stat_activity');
      return rows[0]?.used ?? 0;
    });
    await Promise.all(hosts.map((queues) => queues.close()));
    expect(used).toBeGreaterThan(44);
    expect(used).toBeLessThan(22 * 4 + 20);
  }, 30_000);
});
