/** The TCMF in its container: what it publishes to whom, and what survives a restart. */
import type { DataSource } from 'typeorm';
import { TCMF_OPERATOR, tcmfAuthority, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { decode, encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { signCaCrl } from '#credentials/ca-crl.js';
import { hashedId10, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { signRootCtl } from '#credentials/trust-lists.js';
import { TrustStore } from '#credentials/trust-store.js';
import { CA_CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { silentLog } from '#service/log.js';
import { loadKeptLists, refreshTrust } from '#service/trust-refresh.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import { RootCtl } from '#wire/trust-lists.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
const DAY_MILLIS = 86_400_000;
let instances = 0;

describe('the TCMF', () => {
  let bench: Bench;
  let instance: string;
  let dataSource: DataSource;
  let host: HostedAuthority;
  let tcmf: TcmfOperator;

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    instance = `tcmf-${++instances}`;
    await start();
  });
  afterEach(stop);

  async function start(): Promise<void> {
    dataSource = await openDataSource({
      url: await (await postgres()).instanceUrl(instance),
      instance,
      entities: [...tcmfAuthority.entities] as Function[],
      migrations: [...tcmfAuthority.migrations] as Function[],
    });
    // Which certificate the instance has is of no matter here: nothing is asked of its log.
    const context: AuthorityContext = { ...(await bench.contextFor('a-ica', { dataSource })), instance };
    host = await hostAuthority(tcmfAuthority, context, tcmfAuthority.settings.parse({}), {
      host: '127.0.0.1',
      port: 0,
    });
    tcmf = host.app.get<TcmfOperator>(TCMF_OPERATOR, { strict: false });
  }

  async function stop(): Promise<void> {
    await host.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  }

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${host.port}${path}`, { headers });
  const bytesOf = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await get(path)).arrayBuffer());
  const rootId = (): string => idKey(hashedId8(bench.root.certificate));
  const tdclPath = (): string => `${TDCL_PATH}?root=${rootId()}`;

  it('has nothing to give before anything is published', async () => {
    expect((await get(TRCL_PATH)).status).toBe(404);
    expect((await get(tdclPath())).status).toBe(404);
    expect(await (await get('/ydt/v1/lists')).json()).toEqual({ trcl: null, tdcls: [], caCrls: [] });
  });

  it.each(['', '?root=', '?root=zz', '?root=0011223344556677&root=0011223344556677', '?root=00112233445566778'])(
    'refuses the query "%s" with the parse error of the standard',
    async (query) => {
      const response = await get(`${TDCL_PATH}${query}`);
      expect([response.status, response.headers.get('ieee-1609.2.1-error')]).toEqual([400, '400-42']);
    },
  );

  it('publishes nothing of two lists when one of them is refused', async () => {
    const stranger = await authorityBench();
    const outcome = await tcmf.publish({ trcl: bench.trcl, tdcl: await stranger.tdcl(['a']) });
    expect(outcome).toEqual(refused('root-not-listed'));
    expect((await get(TRCL_PATH)).status).toBe(404);
  });

  it('TL2 refuses an older list, also after a restart and when the newer one has expired', async () => {
    const now = bench.clock.nowMillis();
    const trcl = async (issuedAt: number, days: number) =>
      encode(
        RootCtl,
        await signRootCtl(
          {
            series: 1,
            issueDate: time32FromMillis(issuedAt),
            nextRootCtl: time32FromMillis(issuedAt + days * DAY_MILLIS),
            pkiCtlInfoList: [{ rootCertificate: bench.root.certificate }],
          },
          bench.trcla.signer,
        ),
      );
    const [older, newer] = [await trcl(now - 60_000, 1000), await trcl(now, 10)];
    expect(await tcmf.publish({ trcl: newer })).toEqual({ kind: 'published' });
    await stop();
    await start();
    expect(await tcmf.publish({ trcl: older })).toEqual(refused('list-rollback'));
    bench.clock.advance(20 * DAY_MILLIS);
    expect(await tcmf.publish({ trcl: older })).toEqual(refused('list-rollback'));
    expect(await bytesOf(TRCL_PATH)).toEqual(newer);
  });

  it('TL4 serves the domain list of no root that the TRCL has dropped', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a']) });
    const other = await authorityBench();
    const now = bench.clock.nowMillis();
    const next = await signRootCtl(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextRootCtl: time32FromMillis(now + DAY_MILLIS),
        pkiCtlInfoList: [{ rootCertificate: other.root.certificate }],
      },
      bench.trcla.signer,
    );
    expect(await tcmf.publish({ trcl: encode(RootCtl, next) })).toEqual({ kind: 'published' });
    expect((await get(tdclPath())).status).toBe(404);
    expect((await get(`/ydt/v1/ca-certificate?root=${rootId()}`)).status).toBe(404);
  });

  const caCrl = (serial: number, names: readonly string[], issueMillis = bench.clock.nowMillis()) => {
    const endsAtMillis = bench.clock.nowMillis() + 365 * DAY_MILLIS;
    const revoked = names.map((name) => ({ id: hashedId10(bench.member(name).certificate), endsAtMillis }));
    return signCaCrl({ serial, revoked, issueMillis, nextMillis: issueMillis + DAY_MILLIS }, bench.root.signer);
  };

  it('TL4 publishes what a root has revoked: authorities take it, keep it, and it never goes back', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a', 'b']) });
    const path = `${CA_CRL_PATH}?root=${rootId()}`;
    expect((await get(path)).status).toBe(404);
    const older = await caCrl(1, [], bench.clock.nowMillis() - 5000);
    const newer = await caCrl(2, ['a-ica']);
    expect(await tcmf.publish({ caCrl: newer })).toEqual({ kind: 'published' });
    expect(await bytesOf(path)).toEqual(newer);
    const etag = (await get(path)).headers.get('etag') as string;
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    await stop();
    await start();
    expect(await tcmf.publish({ caCrl: older })).toEqual(refused('ca-crl-rollback'));
    expect(await (await get('/ydt/v1/lists')).json()).toMatchObject({ caCrls: [{ issuer: rootId(), series: 2 }] });
    const directory = await mkdtemp(join(tmpdir(), 'chrysalis-trust-'));
    try {
      const options = { tcmfUrl: `http://127.0.0.1:${host.port}`, directory, nowMillis: bench.clock.nowMillis() };
      await refreshTrust(new TrustStore(bench.trcla.certificate), { ...options, log: silentLog });
      bench.clock.advance(2 * DAY_MILLIS);
      const kept = new TrustStore(bench.trcla.certificate);
      await loadKeptLists(kept, directory, bench.clock.nowMillis(), silentLog);
      const reasons = ['a-pca', 'b-pca'].map((name) => {
        const found = kept.authority(hashedId8(bench.member(name).certificate), bench.clock.nowMillis());
        return isRefused(found) ? found.reason : 'counts';
      });
      expect(reasons).toEqual(['issuer-revoked', 'counts']);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('gives both lists as the files that were signed, and again after a restart', async () => {
    const tdcl = await bench.tdcl(['a', 'b']);
    await tcmf.publish({ trcl: bench.trcl, tdcl });
    for (const restart of [false, true]) {
      if (restart) {
        await stop();
        await start();
      }
      expect(await bytesOf(TRCL_PATH)).toEqual(bench.trcl);
      expect(await bytesOf(tdclPath())).toEqual(tdcl);
      expect(await bytesOf(tdclPath().replace(rootId(), rootId().toUpperCase()))).toEqual(tdcl);
    }
  });

  it('says with ETag that a list is still the same, and that another is not', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a']) });
    const first = await get(tdclPath());
    const etag = first.headers.get('etag') as string;
    expect(first.headers.get('content-type')).toBe('application/octet-stream');
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    const same = await get(tdclPath(), { 'if-none-match': etag });
    expect([same.status, (await same.arrayBuffer()).byteLength]).toEqual([304, 0]);
    bench.clock.advance(2000);
    await tcmf.publish({ tdcl: await bench.tdcl(['a', 'b']) });
    expect((await get(tdclPath(), { 'if-none-match': etag })).status).toBe(200);
  });

  it('gives the chain of a root as CertManagementPdu', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a']) });
    const pdu = decode(ScmsPdu, await bytesOf(`/ydt/v1/ca-certificate?root=${rootId()}`));
    const { content } = pdu;
    if (content.kind !== 'cert' || content.value.kind !== 'certificateChain') throw new Error('no chain');
    const names = content.value.value.others.map((certificate) => idKey(hashedId8(certificate)));
    expect(names[0]).toBe(rootId());
    expect(names).toContain(idKey(hashedId8(bench.member('a-pca').certificate)));
    expect(names).toHaveLength(12);
  });

  it('tells in JSON, and in its OpenAPI page, what is published', async () => {
    const tdcl = await bench.tdcl(['a']);
    await tcmf.publish({ trcl: bench.trcl, tdcl });
    const now = new Date(bench.clock.nowMillis()).toISOString();
    expect(await (await get('/ydt/v1/lists')).json()).toMatchObject({
      trcl: {
        issuer: idKey(hashedId8(bench.trcla.certificate)),
        series: 1,
        sm3: Buffer.from(sm3(bench.trcl)).toString('hex'),
      },
      tdcls: [{ issuer: rootId(), series: 1, issueDate: now, sm3: Buffer.from(sm3(tdcl)).toString('hex') }],
    });
    const api = (await (await get('/api.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining(['/ydt/v1/trcl', '/ydt/v1/tdcl', '/ydt/v1/ca-certificate', '/ydt/v1/lists']),
    );
  });

  it('is where authorities refresh their trust, and find it again at their next start', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a']) });
    const directory = await mkdtemp(join(tmpdir(), 'chrysalis-trust-'));
    try {
      const nowMillis = bench.clock.nowMillis();
      const options = { tcmfUrl: `http://127.0.0.1:${host.port}`, directory, nowMillis, log: silentLog };
      const fetched = new TrustStore(bench.trcla.certificate);
      expect(await refreshTrust(fetched, options)).toBe(true);
      expect(fetched.authorities(nowMillis)).toHaveLength(11);
      const kept = new TrustStore(bench.trcla.certificate);
      await loadKeptLists(kept, directory, nowMillis, silentLog);
      expect(kept.authorities(nowMillis)).toHaveLength(11);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
