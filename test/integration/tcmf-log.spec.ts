/** The transparency log of the TCMF in its container: what comes in, what is proved, what survives, what nobody can take back. */
import type { DataSource } from 'typeorm';
import { TCMF_OPERATOR, tcmfAuthority, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { decode, type Codec } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { signCaCrl } from '#credentials/ca-crl.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, signCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import {
  certificateLeaf,
  crlLeaf,
  entryFacts,
  readLeaf,
  tdclLeaf,
  trclLeaf,
} from '#credentials/transparency/log-entry.js';
import { append, emptyFrontier, foldNodes, isConsistent } from '#credentials/transparency/merkle-tree.js';
import { submissionOfCertificate, submissionOfCrl } from '#credentials/transparency/submission.js';
import { treeHeadOf, verifyLogProof, verifyTreeHead, type TreeHead } from '#credentials/transparency/tree-head.js';
import {
  LOG_CERTIFICATE_PATH,
  LOG_CONSISTENCY_PATH,
  LOG_ENTRIES_PATH,
  LOG_HEAD_PATH,
  LOG_INCLUSION_PATH,
} from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { submitToLogAt } from '#service/log-submission.js';
import { LogConsistency, LogEntries, LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { authorityBench, type Bench, type Member } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
let instances = 0;

describe('the log of the TCMF', () => {
  let bench: Bench;
  let log: Member;
  let instance: string;
  let dataSource: DataSource;
  let host: HostedAuthority;
  let tcmf: TcmfOperator;

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    // The bench has no TCMF; any certificate signs heads.
    log = bench.member('b-ma');
    instance = `tcmf-log-${++instances}`;
    await start();
  });
  afterEach(stop);

  async function start(as = log): Promise<void> {
    dataSource = await openDataSource({
      url: await (await postgres()).instanceUrl(instance),
      instance,
      entities: [...tcmfAuthority.entities] as Function[],
      migrations: [...tcmfAuthority.migrations] as Function[],
    });
    const context: AuthorityContext = { ...(await bench.contextFor(as.name, { dataSource })), instance };
    const settings = tcmfAuthority.settings.parse({ headSeconds: 60 });
    host = await hostAuthority(tcmfAuthority, context, settings, { host: '127.0.0.1', port: 0 });
    tcmf = host.app.get<TcmfOperator>(TCMF_OPERATOR, { strict: false });
  }

  async function stop(): Promise<void> {
    await host.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  }

  const request = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${host.port}${path}`, init);
  async function get<T>(codec: Codec<T>, path: string): Promise<T> {
    const response = await request(path);
    expect([path, response.status]).toEqual([path, 200]);
    return decode(codec, new Uint8Array(await response.arrayBuffer()));
  }
  const head = async (): Promise<TreeHead> => treeHeadOf(await get(SignedTreeHead, LOG_HEAD_PATH));
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const post = (body: Uint8Array): Promise<Response> =>
    request(LOG_ENTRIES_PATH, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });
  const rules = () => ({ logs: [log.certificate], nowMillis: bench.clock.nowMillis(), maxAgeMillis: 60_000 });

  async function allEntries(): Promise<Uint8Array[]> {
    const all: Uint8Array[] = [];
    for (;;) {
      const { first, entries } = await get(LogEntries, `${LOG_ENTRIES_PATH}?first=${all.length}`);
      expect(first).toBe(all.length);
      if (entries.length === 0) return all;
      all.push(...entries);
    }
  }

  /** What anybody can compute of the entries alone. */
  function treeOf(entries: readonly Uint8Array[]): { size: number; root: Uint8Array } {
    let frontier = emptyFrontier;
    for (const entry of entries) frontier = append(frontier, readLeaf(entry)?.hash ?? new Uint8Array(32)).frontier;
    return { size: frontier.size, root: foldNodes(frontier.hashes) };
  }

  it('begins with the certificate of who keeps it', async () => {
    expect((await allEntries()).map((bytes) => hex(bytes))).toEqual([hex(certificateLeaf(log.certificate).bytes)]);
    const response = await request(LOG_CERTIFICATE_PATH);
    const served = certificateFromBytes(new Uint8Array(await response.arrayBuffer()));
    expect(hex(served.bytes)).toBe(hex(log.certificate.bytes));
  });

  it('has every list that is published, and every certificate that counts by it, in the same moment', async () => {
    const tdcl = await bench.tdcl(['a', 'b']);
    await tcmf.publish({ trcl: bench.trcl, tdcl });
    const entries = await allEntries();
    const kinds = entries.map((bytes) => readLeaf(bytes)?.entry.kind);
    // 22 certificates; that of the MA that plays the log was there already.
    expect(kinds).toEqual(['certificate', 'trcl', ...Array<string>(21).fill('certificate'), 'tdcl']);
    expect(hex(entries[1] as Uint8Array)).toBe(hex(trclLeaf(bench.trcl).bytes));
    const said = verifyTreeHead(await get(SignedTreeHead, LOG_HEAD_PATH), rules());
    expect(said).toEqual({ ...treeOf(entries), issuedMillis: bench.clock.nowMillis() });
  });

  it('has what a root has revoked, by its hash', async () => {
    const issueMillis = bench.clock.nowMillis();
    const list = { serial: 1, revoked: [], issueMillis, nextMillis: issueMillis + 86_400_000 };
    const caCrl = await signCaCrl(list, bench.root.signer);
    expect(await tcmf.publish({ trcl: bench.trcl, caCrl })).toEqual({ kind: 'published' });
    const entry = readLeaf((await allEntries()).at(-1) as Uint8Array)?.entry;
    expect(entry?.kind === 'crl' && hex(entry.value.hash)).toBe(hex(sm3(caCrl)));
  });

  it('has nothing of lists that are refused', async () => {
    const stranger = await authorityBench();
    await tcmf.publish({ trcl: bench.trcl });
    await tcmf.publish({ tdcl: await stranger.tdcl(['a']) });
    expect((await head()).size).toBe(2);
  });

  it('proves what is in it, and continues what was seen before', async () => {
    await tcmf.publish({ trcl: bench.trcl });
    const seen = await head();
    const tdcl = await bench.tdcl(['a', 'b']);
    await tcmf.publish({ tdcl });
    for (const leaf of [trclLeaf(bench.trcl), tdclLeaf(tdcl), certificateLeaf(bench.member('b-pca').certificate)]) {
      const proof = await get(LogProof, `${LOG_INCLUSION_PATH}?leaf=${hex(leaf.hash)}&from=${seen.size}`);
      const said = verifyLogProof(leaf.hash, proof, { ...rules(), seen });
      if (isRefused(said)) throw new Error(said.reason);
      expect(said.size).toBe(24);
    }
    const newest = await head();
    for (let size = 1; size < newest.size; size++) {
      const { path } = await get(LogConsistency, `${LOG_CONSISTENCY_PATH}?first=${size}&second=${newest.size}`);
      expect(isConsistent(treeOf((await allEntries()).slice(0, size)), newest, path)).toBe(true);
    }
  });

  it('answers what it does not understand with 400, and what it does not have with 404', async () => {
    const answers = [
      [`${LOG_INCLUSION_PATH}?leaf=${'00'.repeat(32)}`, 404],
      [LOG_INCLUSION_PATH, 400],
      [`${LOG_INCLUSION_PATH}?leaf=zz`, 400],
      [`${LOG_INCLUSION_PATH}?leaf=${'00'.repeat(32)}&from=-1`, 400],
      [`${LOG_CONSISTENCY_PATH}?first=1&second=99`, 404],
      [`${LOG_CONSISTENCY_PATH}?first=2&second=1`, 404],
      [`${LOG_CONSISTENCY_PATH}?first=1`, 400],
      [`${LOG_ENTRIES_PATH}?first=4294967296`, 400],
      [`${LOG_ENTRIES_PATH}?first=1&first=2`, 400],
    ] as const;
    for (const [path, status] of answers) expect([path, (await request(path)).status]).toEqual([path, status]);
  });

  it('takes a certificate before it is on a list, once, and proves it', async () => {
    await tcmf.publish({ trcl: bench.trcl });
    const [ica, pca] = [bench.member('a-ica').certificate, bench.member('a-pca').certificate];
    const submission = submissionOfCertificate(pca, [ica]);
    for (const _ of [1, 2]) {
      const response = await post(submission);
      expect(response.status).toBe(200);
      const proof = decode(LogProof, new Uint8Array(await response.arrayBuffer()));
      expect(isRefused(verifyLogProof(certificateLeaf(pca).hash, proof, rules()))).toBe(false);
      expect((await head()).size).toBe(4);
    }
  });

  it('takes what a listed CRA says of its CRL, as issuers say it', async () => {
    const submit = submitToLogAt(`http://127.0.0.1:${host.port}`);
    const cra = bench.member('a-cra');
    const issueMillis = bench.clock.nowMillis();
    const place = { iRev: 358, indexWithinI: 0, issueMillis, nextMillis: issueMillis + 86_400_000 };
    const contents = buildLinkedCrl({ craca: cra.certificate, series: CRL_SERIES, entries: [], ...place });
    const crl = { bytes: await signCrl(contents, cra.signer, ccsa), contents };
    const submission = await submissionOfCrl(crl, cra.signer, ccsa);
    await tcmf.publish({ trcl: bench.trcl });
    expect(await submit(submission)).toBe(false);
    await tcmf.publish({ tdcl: await bench.tdcl(['a']) });
    expect(await submit(submission)).toBe(true);
    const { hash } = crlLeaf(crl.bytes, contents);
    const proof = await get(LogProof, `${LOG_INCLUSION_PATH}?leaf=${hex(hash)}`);
    expect(isRefused(verifyLogProof(hash, proof, rules()))).toBe(false);
    expect(await submitToLogAt('http://127.0.0.1:1')(submission)).toBe(false);
  });

  it('takes nothing before a root is listed, nothing from elsewhere and nothing without sense', async () => {
    const stranger = await authorityBench();
    const foreign = submissionOfCertificate(stranger.member('a-ica').certificate, []);
    const own = submissionOfCertificate(bench.member('a-ica').certificate, []);
    expect((await post(own)).status).toBe(403);
    await tcmf.publish({ trcl: bench.trcl });
    const refusal = await post(foreign);
    expect([refusal.status, await refusal.json()]).toEqual([403, { refused: 'chain-broken' }]);
    expect((await post(Uint8Array.of(1, 2, 3))).status).toBe(400);
    expect((await head()).size).toBe(2);
  });

  it('signs one head as long as nothing changes, and a new one when it has grown or is old', async () => {
    const first = await get(SignedTreeHead, LOG_HEAD_PATH);
    bench.clock.advance(59_000);
    expect(await get(SignedTreeHead, LOG_HEAD_PATH)).toEqual(first);
    bench.clock.advance(1000);
    expect((await head()).issuedMillis).toBe(bench.clock.nowMillis());
    await tcmf.publish({ trcl: bench.trcl });
    expect((await head()).size).toBe(2);
  });

  it('goes back in no head, though the clock does, over a restart and under another certificate', async () => {
    await tcmf.publish({ trcl: bench.trcl });
    const before = await head();
    bench.clock.advance(-30_000);
    await stop();
    await start(bench.member('a-ma'));
    const signed = await get(SignedTreeHead, LOG_HEAD_PATH);
    const after = treeHeadOf(signed);
    expect([after.size, after.issuedMillis]).toEqual([3, before.issuedMillis]);
    const now = before.issuedMillis;
    const other = { logs: [bench.member('a-ma').certificate], nowMillis: now, maxAgeMillis: 0 };
    expect(isRefused(verifyTreeHead(signed, other))).toBe(false);
  });

  it('loses nothing of what came in at once from many', async () => {
    await tcmf.publish({ trcl: bench.trcl });
    const names = ['aaa', 'eca', 'pra', 'pca', 'la1', 'la2', 'ara', 'aca', 'ma', 'cra'].flatMap((name) => [
      `a-${name}`,
      `b-${name}`,
    ]);
    const answers = await Promise.all(
      names.map((name) => {
        const ica = bench.member(`${name.slice(0, 1)}-ica`).certificate;
        return post(submissionOfCertificate(bench.member(name).certificate, [ica]));
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await stop();
    await start();
    const entries = await allEntries();
    expect(entries).toHaveLength(24 - 1);
    expect(new Set(entries.map(hex)).size).toBe(23);
    const { size, root } = await head();
    expect({ size, root }).toEqual(treeOf(entries));
  });

  it('has the lists that were published before there was a log', async () => {
    await tcmf.publish({ trcl: bench.trcl, tdcl: await bench.tdcl(['a']) });
    // As a database of before the migration is: lists, and no entry.
    await dataSource.query('TRUNCATE log_entry, log_node, log_head');
    await stop();
    await start();
    const names = (await allEntries()).flatMap((bytes) => {
      const leaf = readLeaf(bytes);
      return leaf === undefined ? [] : entryFacts(leaf.entry).names;
    });
    expect(names).toContain(bench.member('a-pra').hostname);
    expect((await head()).size).toBe(14);
  });

  it('tells in its OpenAPI page what can be asked', async () => {
    const api = (await (await request('/api.json')).json()) as { paths: Record<string, unknown> };
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining([LOG_HEAD_PATH, LOG_ENTRIES_PATH, LOG_INCLUSION_PATH, LOG_CONSISTENCY_PATH]),
    );
  });
});
