/** The check of what a PCA stored: one bad row of each kind is planted in a real database, with the PCA's real key. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { decode } from '#coer/codec.js';
import { checkedPca } from '#apps/pca/src/check.js';
import type { Finding } from '#apps/pca/src/domain/check-issued.js';
import { issueBatch } from '#apps/pca/src/domain/issue-batch.js';
import { itemBench, LA1, LA2, oneLa, type ItemBench, type Request } from '#apps/pca/src/domain/items.fixture.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { issuedStore } from '#apps/pca/src/store/issued.store.js';
import { concat, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { assembleCertificate, toBeSignedBytes } from '#credentials/issue-certificate.js';
import { periodValidity, WEEK_MILLIS } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { openDataSource } from '#persistence/data-source.js';
import { checkMain, checkWords } from '#service/check-main.js';
import { checkRuns } from '#service/check-run.store.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { AcaRaCertResponse } from '#wire/scms-pdu.js';
import { withPostgres } from '../support/postgres.js';

const SIZE = 4;
const postgres = withPostgres();
let b: ItemBench;
let tables: DataSource;
let folder: string;
let config: string;
let count = 0;

beforeEach(async () => {
  b = await itemBench();
  const instance = `check-${++count}`;
  const url = await (await postgres()).instanceUrl(instance);
  const { entities, migrations } = pcaAuthority;
  tables = await openDataSource({ url, instance, entities: [...entities], migrations: [...migrations] });
  folder = await mkdtemp(join(tmpdir(), 'chrysalis-check-'));
  const file = async (name: string, content: string | Uint8Array): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  await file('certificate.coer', b.bench.member('a-pca').certificate.bytes);
  const settings = {
    instance,
    role: 'pca',
    hostname: 'pca.a.chrysalis.example',
    directory: folder,
    listen: { port: 0 },
    databaseUrlFile: await file('url', url),
    queue: { kind: 'postgres' },
    trclaCertificateFile: 'unused',
    tcmfUrl: 'http://127.0.0.1:1',
    peers: {},
    operators: [],
    clock: { kind: 'file', path: await file('clock', clockAt(b.bench.clock.nowMillis())) },
    roleSettings: { craHostname: 'cra.a.chrysalis.example' },
  };
  config = await file('config.json', JSON.stringify(settings));
  await issue(SIZE);
  await issue(SIZE);
});
afterEach(async () => {
  await tables.destroy();
  await rm(folder, { recursive: true, force: true });
});

/** The file of a scenario's clock. */
const clockAt = (millis: number): string => JSON.stringify({ offsetMillis: millis - systemClock.nowMillis() });

const needs = () => ({ ...b.needs, issued: issuedStore(tables, systemRandom) });

async function issue(size: number, i = b.currentI): Promise<void> {
  const items = Array.from({ length: size }, () =>
    b.item((r) => ({
      ...r,
      linkageInfo: b.seal(LA1, i),
      secondLinkageInfo: b.seal(LA2, i),
      tbsCert: {
        ...r.tbsCert,
        id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': new Uint8Array(9) } },
        validityPeriod: periodValidity(ccsa.epochMillis, i),
      },
    })),
  );
  const responses = await issueBatch(items, 'pra.a.chrysalis.example', needs());
  if (isRefused(responses)) throw new Error(responses.reason);
  expect(decode(AcaRaCertResponse, responses[0] as Uint8Array).version).toBe(1);
}

interface Outcome {
  code: number;
  findings: Finding[];
  counts: { good: number; bad: number; open: number; errors: number };
}

async function check(...words: string[]): Promise<Outcome> {
  const lines: string[] = [];
  const failures: string[] = [];
  const code = await checkMain(
    checkedPca,
    ['--config', config, '--check', '--json', ...words],
    (line) => lines.push(line),
    (line) => failures.push(line),
  );
  const said = lines.map((line) => JSON.parse(line) as Finding & Outcome['counts']);
  return { code, findings: said.slice(0, -1), counts: said.at(-1) as Outcome['counts'] };
}

interface Victim {
  i: number;
  batch: string;
  certificates: Buffer;
  starts: number[];
  certificate_hashes: Buffer;
}
/** A batch of the current period, of which place 1 is bent. */
async function victim(): Promise<Victim> {
  const sql = 'SELECT * FROM issued_certificates WHERE i = $1 ORDER BY batch LIMIT 1';
  return (await tables.query<Victim[]>(sql, [b.currentI]))[0]!;
}
const certificateOf = ({ certificates, starts }: Victim): Uint8Array =>
  new Uint8Array(certificates.subarray(starts[1], starts[2]));

/** Puts other bytes in the place of certificate 1, with their hash unless told otherwise. */
async function replace(row: Victim, bytes: Uint8Array, hash: Uint8Array = sm3(bytes)): Promise<void> {
  const parts = row.starts.slice(1).map((end, n) => row.certificates.subarray(row.starts[n], end));
  parts[1] = Buffer.from(bytes);
  const starts = [0];
  for (const { length } of parts) starts.push(starts.at(-1)! + length);
  const hashes = Buffer.from(row.certificate_hashes);
  hashes.set(hash, 32);
  await tables.query(
    'UPDATE issued_certificates SET certificates = $1, starts = $2, certificate_hashes = $3 WHERE batch = $4',
    [Buffer.concat(parts), starts, hashes, row.batch],
  );
}

/** Certificate 1 made anew by the real key over a bent to-be-signed part, and its intent made to fit. */
async function resigned(change: (tbs: ToBeSignedCertificate) => ToBeSignedCertificate): Promise<void> {
  const row = await victim();
  const tbs = change(certificateFromBytes(certificateOf(row)).value.toBeSigned.value);
  const bytes = toBeSignedBytes(tbs);
  const [signature] = await b.needs.issuer.signAll([bytes]);
  await replace(row, assembleCertificate(tbs, b.bench.member('a-pca').certificate, signature!).bytes);
  await tables.query('UPDATE issued SET tbs_hash = $1 WHERE batch = $2 AND place = 1', [
    Buffer.from(sm3(bytes)),
    row.batch,
  ]);
  const { id } = tbs;
  if (id.kind === 'linkageData')
    await tables.query('UPDATE issued SET lv = $1 WHERE batch = $2 AND place = 1', [
      Buffer.from(id.value['linkage-value']),
      row.batch,
    ]);
}
const onPlace = async (sql: string, ...values: unknown[]): Promise<void> => {
  const { batch } = await victim();
  await tables.query(sql, [batch, ...values]);
};

describe('the check of what a PCA stored (BI15, BI16)', () => {
  it('finds all good where nothing was planted, and says when it ran (BI17)', async () => {
    expect(await check()).toEqual({ code: 0, findings: [], counts: { good: 2 * SIZE, bad: 0, open: 0, errors: 0 } });
    const run = await checkRuns(tables).last();
    expect(run).toMatchObject({ sinceI: 0, good: 2 * SIZE, bad: 0, open: 0, errors: 0 });
    expect(run?.endedMillis).toBeGreaterThanOrEqual(b.bench.clock.nowMillis());
  });

  const planted: [string, () => Promise<void>][] = [
    ['unreadable', async () => replace(await victim(), Uint8Array.of(0x80, 0x03, 0x00))],
    [
      'hash-differs',
      async () => {
        const row = await victim();
        await replace(row, certificateOf(row), systemRandom.bytes(32));
      },
    ],
    [
      'not-valid',
      async () => {
        const row = await victim();
        const bytes = certificateOf(row);
        bytes[bytes.length - 1]! ^= 1;
        await replace(row, bytes);
      },
    ],
    [
      'unknown-field',
      async () => {
        const row = await victim();
        const whole = certificateOf(row);
        const { toBeSigned } = certificateFromBytes(whole).value;
        // A fifth addition, which no edition has: the bit that says so, a bitmap of five, an open type of one byte.
        const tbs = concat(toBeSigned.bytes, Uint8Array.of(0x02, 0x03, 0x08, 0x01, 0x00));
        tbs[0]! |= 0x80;
        const at = toBeSigned.bytes.byteOffset - whole.byteOffset;
        const [signature] = await b.needs.issuer.signAll([tbs]);
        const behind = whole.slice(at + toBeSigned.bytes.length);
        behind.set(signature!.subarray(0, 32), behind.length - 64);
        behind.set(signature!.subarray(32), behind.length - 32);
        await replace(row, concat(whole.subarray(0, at), tbs, behind));
        await tables.query('UPDATE issued SET tbs_hash = $1 WHERE batch = $2 AND place = 1', [
          Buffer.from(sm3(tbs)),
          row.batch,
        ]);
      },
    ],
    [
      'issuer-unknown',
      async () => {
        const row = await victim();
        const { toBeSigned } = certificateFromBytes(certificateOf(row)).value;
        const [signature] = await b.needs.issuer.signAll([toBeSigned.bytes]);
        await replace(
          row,
          assembleCertificate(toBeSigned.value, b.bench.member('a-eca').certificate, signature!).bytes,
        );
      },
    ],
    ['lint', () => resigned((tbs) => ({ ...tbs, crlSeries: 0 }))],
    [
      'has-ca-rights',
      () =>
        resigned((tbs) => ({
          ...tbs,
          certIssuePermissions: [
            {
              subjectPermissions: { kind: 'explicit', value: [{ psid: 111 }] },
              minChainLength: 1,
              chainLengthRange: 0,
              eeType: new Set(['app'] as const),
            },
          ],
        })),
    ],
    [
      'period-differs',
      () =>
        resigned((tbs) => ({
          ...tbs,
          id: { kind: 'linkageData', value: { iCert: b.currentI + 1, 'linkage-value': systemRandom.bytes(9) } },
        })),
    ],
    [
      'validity-differs',
      () =>
        resigned((tbs) => ({
          ...tbs,
          validityPeriod: { ...tbs.validityPeriod, duration: { kind: 'hours', value: 167 } },
        })),
    ],
    ['no-intent', () => onPlace('DELETE FROM issued WHERE batch = $1 AND place = 1')],
    [
      'linkage-value-differs',
      () => onPlace('UPDATE issued SET lv = $2 WHERE batch = $1 AND place = 1', Buffer.alloc(9, 7)),
    ],
    [
      'tbs-differs',
      () => onPlace('UPDATE issued SET tbs_hash = $2 WHERE batch = $1 AND place = 1', Buffer.alloc(32, 7)),
    ],
    [
      'tags-missing',
      () => onPlace('UPDATE issued SET first_tag = $2 WHERE batch = $1 AND place = 1', Buffer.alloc(16)),
    ],
    ['tags-missing', () => onPlace('UPDATE issued SET second_tag = NULL WHERE batch = $1 AND place = 1')],
    ['answer-missing', () => onPlace('DELETE FROM issued_answers WHERE batch = $1')],
    [
      'result-missing',
      () =>
        onPlace(
          `INSERT INTO issued SELECT i, sha256(item_hash), substr(tbs_hash, 1, 9), sha256(key_hash), substr(tbs_hash, 1, 16),
           substr(tbs_hash, 9, 16), tbs_hash, pra, batch, 1 FROM issued WHERE batch = $1 AND place = 1`,
        ),
    ],
  ];

  it('misses no second tag where there is one LA, and misses it where there are two', async () => {
    const ofOneLa = ({ secondLinkageInfo: _, ...request }: Request): Request => request;
    const items = [b.item(ofOneLa), b.item(ofOneLa)];
    expect(isRefused(await issueBatch(items, 'pra.a.chrysalis.example', { ...needs(), ...oneLa }))).toBe(false);
    expect((await check()).findings.map(({ kind }) => kind)).toEqual(['tags-missing', 'tags-missing']);
    const settings = JSON.parse(await readFile(config, 'utf8')) as { roleSettings: object };
    const roleSettings = { ...settings.roleSettings, linkageAuthorities: 1 };
    await writeFile(config, JSON.stringify({ ...settings, roleSettings }));
    expect(await check()).toMatchObject({ code: 0, counts: { good: 2 * SIZE + 2, bad: 0 } });
  });

  it.each(planted)('finds one with %s, names it, and does not end well', async (kind, plant) => {
    await plant();
    const { code, findings, counts } = await check();
    expect(code).toBe(1);
    expect(findings.map((finding) => finding.kind)).toContain(kind);
    const { certificate_hashes: hashes, i } = await victim();
    const known = [hex(hashes.subarray(32, 64)), ...(await hashesOf('item_hash', 'issued'))];
    for (const finding of findings.filter((one) => one.kind === kind)) {
      expect(finding.i).toBe(i);
      if (kind !== 'answer-missing') expect(known).toContain(finding.id);
    }
    expect(counts.bad).toBe(kind === 'answer-missing' ? SIZE : 1);
    expect(counts.errors).toBe(0);
    expect((await checkRuns(tables).last())?.bad).toBe(counts.bad);
  });

  const hashesOf = async (column: string, table: string): Promise<string[]> =>
    (await tables.query<{ hash: Buffer }[]>(`SELECT ${column} AS hash FROM ${table}`)).map(({ hash }) => hex(hash));

  it('counts intents without a result as open, not as bad', async () => {
    const { batch } = await victim();
    for (const table of ['issued_certificates', 'issued_answers'])
      await tables.query(`DELETE FROM ${table} WHERE batch = $1`, [batch]);
    expect(await check()).toEqual({ code: 0, findings: [], counts: { good: SIZE, bad: 0, open: SIZE, errors: 0 } });
  });

  it('looks at the periods from the one that is named on', async () => {
    await issue(1, b.currentI + 1);
    expect((await check('--since-period', String(b.currentI + 1))).counts).toMatchObject({ good: 1 });
    await resigned((tbs) => ({ ...tbs, crlSeries: 0 }));
    expect(await check('--since-period', String(b.currentI + 1))).toMatchObject({ code: 0 });
    expect(await check()).toMatchObject({ code: 1 });
  });

  it('misses no answers of a period that is over', async () => {
    await issuedStore(tables, systemRandom).erase(b.currentI + 1, b.currentI);
    expect(await check()).toMatchObject({ code: 1, counts: { bad: 2 * SIZE } });
    await writeFile(join(folder, 'clock'), clockAt(b.bench.clock.nowMillis() + WEEK_MILLIS));
    expect(await check()).toMatchObject({ code: 0, counts: { good: 2 * SIZE } });
  });

  it('counts what cannot be read as an error, never as good (BI17)', async () => {
    await tables.query('ALTER TABLE issued RENAME COLUMN tbs_hash TO moved');
    const { code, counts } = await check();
    expect(code).toBe(1);
    expect(counts).toEqual({ good: 0, bad: 0, open: 0, errors: 2 });
    expect((await checkRuns(tables).last())?.errors).toBe(2);
  });

  it('takes certificates of a former certificate of ours only when that is named', async () => {
    const own = b.bench.member('a-pca').certificate.bytes;
    await writeFile(join(folder, 'certificate.coer'), b.bench.member('a-eca').certificate.bytes);
    await writeFile(join(folder, 'former'), own);
    expect((await check()).findings.map(({ kind }) => kind)).toEqual(Array(2 * SIZE).fill('issuer-unknown'));
    expect(await check('--former', join(folder, 'former'))).toMatchObject({ code: 0 });
  });

  it.each([[[]], [['--config']], [['--config', 'x', '--since-period', 'soon']], [['--config', 'x', '--all']]])(
    'refuses the words %j',
    (words) => {
      expect(() => checkWords(checkedPca, words)).toThrow();
    },
  );
});
