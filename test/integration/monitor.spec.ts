/** The monitor at a real TCMF: one that keeps its word, and one whose keeper has changed the tables behind it. */
import type { DataSource } from 'typeorm';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TCMF_OPERATOR, tcmfAuthority, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { certificateLeaf } from '#credentials/transparency/log-entry.js';
import { submissionOfCertificate } from '#credentials/transparency/submission.js';
import { LOG_HEAD_PATH } from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { submitToLogAt } from '#service/log-submission.js';
import { runMonitor, type MonitorOptions } from '../../apps/cli/src/monitoring/run-monitor.js';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
let databases = 0;

describe('a monitor at a TCMF', () => {
  let bench: Bench;
  let directory: string;
  let tcmf: Tcmf;
  let open: Tcmf[];

  interface Tcmf {
    readonly host: HostedAuthority;
    readonly dataSource: DataSource;
    readonly url: string;
  }

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a'] });
    directory = await mkdtemp(join(tmpdir(), 'chrysalis-monitor-'));
    open = [];
    tcmf = await start();
  });
  afterEach(async () => {
    for (const { host, dataSource } of open) {
      await host.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    }
    await rm(directory, { recursive: true, force: true });
  });

  /** A TCMF with a database of its own and the same keys as every other one of this test. */
  async function start(): Promise<Tcmf> {
    const instance = `monitored-${++databases}`;
    const url = await (await postgres()).instanceUrl(instance);
    const { entities, migrations } = tcmfAuthority;
    const tables = { entities: [...entities] as Function[], migrations: [...migrations] as Function[] };
    const dataSource = await openDataSource({ url, instance, ...tables });
    const context = { ...(await bench.contextFor('a-ma', { dataSource })), instance };
    const host = await hostAuthority(tcmfAuthority, context, tcmfAuthority.settings.parse({}), {
      host: '127.0.0.1',
      port: 0,
    });
    const operator = host.app.get<TcmfOperator>(TCMF_OPERATOR, { strict: false });
    await operator.publish({ trcl: bench.trcl });
    const running = { host, dataSource, url: `http://127.0.0.1:${host.port}` };
    open.push(running);
    return running;
  }

  const submit = (name: string, to = tcmf): Promise<boolean> => {
    const ica = bench.member('a-ica').certificate;
    return submitToLogAt(to.url)(submissionOfCertificate(bench.member(name).certificate, [ica]));
  };

  async function look(options: Partial<MonitorOptions> = {}): Promise<[number, ...string[]]> {
    const said: string[] = [];
    const context = {
      root: '/nowhere/',
      environment: {},
      progress: () => undefined,
      result: (line: string) => void said.push((JSON.parse(line) as { kind: string }).kind),
      finish: () => undefined,
    };
    const place = { log: tcmf.url, state: join(directory, 'state.json'), at: bench.clock.nowMillis() };
    const none = { certificate: [], head: [], name: [], all: false, json: true };
    // The bench's CRAs serve nothing.
    const code = await runMonitor({ ...none, ...place, maxAge: 60, grace: 60, lists: false, ...options }, context);
    return [code, ...said];
  }

  it('finds everything in order, from look to look', async () => {
    expect(await look({ lists: true })).toEqual([0, 'look']);
    await submit('a-pra');
    await submit('a-pca');
    bench.clock.advance(3_600_000);
    expect(await look()).toEqual([0, 'look']);
    expect(await look({ all: true })).toEqual([0, 'look']);
  });

  it('finds an entry that was rewritten in the table', async () => {
    await submit('a-pra');
    await look();
    const { bytes } = certificateLeaf(bench.member('a-pca').certificate);
    await tcmf.dataSource.query('UPDATE log_entry SET bytes = $1 WHERE position = 3', [Buffer.from(bytes)]);
    expect(await look()).toEqual([0, 'look']);
    expect(await look({ all: true })).toEqual([1, 'entry-rewritten', 'look']);
  });

  it('finds that the newest entries were taken out, also when as many others came in their place', async () => {
    await submit('a-pra');
    await look();
    await tcmf.dataSource.query('DELETE FROM log_entry WHERE position = 3');
    await tcmf.dataSource.query('DELETE FROM log_node WHERE (level, position) IN ((0, 3), (1, 1), (2, 0))');
    await tcmf.dataSource.query('DELETE FROM log_head');
    expect(await look()).toEqual([1, 'head-goes-back', 'look']);
    await submit('a-pca');
    expect(await look()).toEqual([1, 'log-forked', 'look']);
  });

  it('finds two trees of one key, by the head that somebody else was shown', async () => {
    const second = await start();
    await submit('a-pra');
    await submit('a-pca', second);
    await submit('a-eca', second);
    expect(await look()).toEqual([0, 'look']);
    const shown = join(directory, 'shown');
    const response = await fetch(`${second.url}${LOG_HEAD_PATH}`);
    await writeFile(shown, new Uint8Array(await response.arrayBuffer()));
    await submit('a-aaa');
    await submit('a-eca');
    const before = await readFile(join(directory, 'state.json'), 'utf8');
    expect(await look({ head: [shown] })).toEqual([1, 'log-forked', 'look']);
    expect(await readFile(join(directory, 'state.json'), 'utf8')).toBe(before);
  });
});
