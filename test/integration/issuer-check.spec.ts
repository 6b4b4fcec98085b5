/** The check of what an ECA and an ACA stored: one bad row of each kind is planted in a real database, with the real key. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { acaAuthority } from '#apps/aca/src/aca.authority.js';
import { checkedAca } from '#apps/aca/src/check.js';
import { issueApplication } from '#apps/aca/src/domain/issue-application.js';
import { testItem, testKeys } from '#apps/aca/src/domain/item.fixture.js';
import { issuedStore } from '#apps/aca/src/store/issued.store.js';
import { ecaAuthority } from '#apps/eca/src/eca.authority.js';
import { checkedEca } from '#apps/eca/src/check.js';
import { enrol, type EnrolNeeds } from '#apps/eca/src/domain/enrol.js';
import { sealedBody, serialBirth, testDevice, testRequest } from '#apps/eca/src/domain/enrolment-request.fixture.js';
import { enrolmentStore } from '#apps/eca/src/store/enrolment.store.js';
import { concat, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { assembleCertificate, toBeSignedBytes } from '#credentials/issue-certificate.js';
import { isRefused } from '#credentials/refusal.js';
import { signerId } from '#credentials/sm2-binding.js';
import { openDataSource } from '#persistence/data-source.js';
import type { AuthorityFace } from '#service/authority-context.js';
import { hostAuthority } from '#service/authority-host.js';
import { checkMain, checkWords, type CheckedRole } from '#service/check-main.js';
import { checkRuns } from '#service/check-run.store.js';
import type { Finding } from '#service/check-walk.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const SIZE = 3;
const HOUR_MILLIS = 3_600_000;
const postgres = withPostgres();
let count = 0;
/** The file of a scenario's clock. */
const clockAt = (millis: number): string => JSON.stringify({ offsetMillis: millis - systemClock.nowMillis() });

interface Case {
  readonly name: string;
  readonly face: AuthorityFace<object>;
  readonly checked: CheckedRole;
  readonly table: string;
  readonly issue: (bench: Bench, tables: DataSource) => Promise<void>;
}

const CASES: readonly Case[] = [
  {
    name: 'eca',
    face: ecaAuthority,
    checked: checkedEca,
    table: 'enrolment',
    async issue(bench, tables) {
      const { identity } = await bench.contextFor('a-eca');
      const allowed = {
        deviceId: systemRandom.bytes(16),
        allowedAids: [111, 3629],
        validForHours: 24,
        country: 156,
        region: undefined,
        sspRanges: [],
      };
      const needs: EnrolNeeds = {
        identity,
        store: enrolmentStore(tables),
        // An AAA that allows every device to enrol; another is not asked.
        aaa: { authoriseEnrolment: async () => allowed } as unknown as EnrolNeeds['aaa'],
        aaaFailed: () => undefined,
        waitOfKey: () => 0,
        indexOf: async (deviceId) => sm3(deviceId),
      };
      const request = await testRequest(await testDevice(), bench.clock.nowMillis());
      const proof = serialBirth('any', systemRandom.bytes(16), request);
      const answer = await enrol(sealedBody(bench.member('a-eca').certificate, request, proof), needs);
      if (isRefused(answer)) throw new Error(answer.reason);
    },
  },
  {
    name: 'aca',
    face: acaAuthority,
    checked: checkedAca,
    table: 'issued',
    async issue(bench, tables) {
      const { identity } = await bench.contextFor('a-aca');
      const lifetimes = { applicationHours: 8760, identityHours: 720 };
      const item = testItem(await testKeys(), bench.clock.nowMillis());
      const answer = await issueApplication(item, { identity, store: issuedStore(tables), lifetimes });
      if (isRefused(answer)) throw new Error(answer.reason);
    },
  },
];

describe.each(CASES)('the check of what an $name stored (BI15, BI16)', ({ name, face, checked, table, issue }) => {
  let bench: Bench;
  let tables: DataSource;
  let folder: string;
  let config: string;

  beforeAll(async () => {
    bench = await authorityBench();
    const instance = `check-${++count}`;
    const url = await (await postgres()).instanceUrl(instance);
    const { entities, migrations } = checked.face;
    tables = await openDataSource({ url, instance, entities: [...entities], migrations: [...migrations] });
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-check-'));
    const file = async (path: string, content: string | Uint8Array): Promise<string> => {
      await writeFile(join(folder, path), content);
      return join(folder, path);
    };
    const settings = {
      instance,
      role: name,
      hostname: bench.member(`a-${name}`).hostname,
      directory: folder,
      listen: { port: 0 },
      databaseUrlFile: await file('url', url),
      queue: { kind: 'postgres' },
      trclaCertificateFile: 'unused',
      tcmfUrl: 'http://127.0.0.1:1',
      peers: {},
      operators: [],
      clock: { kind: 'file', path: await file('clock', clockAt(bench.clock.nowMillis())) },
      roleSettings: {},
    };
    config = await file('config.json', JSON.stringify(settings));
    for (let n = 0; n < SIZE; n++) await issue(bench, tables);
    await tables.query(`CREATE TABLE sound AS SELECT * FROM ${table}`);
  });
  beforeEach(async () => {
    await tables.query(`DELETE FROM ${table}`);
    await tables.query(`INSERT INTO ${table} SELECT * FROM sound`);
    await writeFile(join(folder, 'certificate.coer'), bench.member(`a-${name}`).certificate.bytes);
  });
  afterAll(async () => {
    await tables.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  interface Outcome {
    code: number;
    findings: Finding[];
    counts: { good: number; bad: number; open: number; errors: number };
  }
  async function check(...words: string[]): Promise<Outcome> {
    const lines: string[] = [];
    const argv = ['--config', config, '--check', '--json', ...words];
    const code = await checkMain(
      checked,
      argv,
      (line) => lines.push(line),
      () => undefined,
    );
    const said = lines.map((line) => JSON.parse(line) as Finding & Outcome['counts']);
    return { code, findings: said.slice(0, -1), counts: said.at(-1) as Outcome['counts'] };
  }

  interface Row {
    readonly tbs: Buffer;
    readonly certificate: Buffer;
    readonly certificate_hash: Buffer;
  }
  const victim = async (): Promise<Row> =>
    (await tables.query<Row[]>(`SELECT tbs, certificate, certificate_hash FROM ${table} ORDER BY tbs LIMIT 1`))[0]!;
  const set = async (column: string, value: unknown): Promise<void> => {
    const { certificate_hash: hash } = await victim();
    await tables.query(`UPDATE ${table} SET ${column} = $1 WHERE certificate_hash = $2`, [value, hash]);
  };
  /** Other bytes in the place of the certificate, with their hash. */
  async function replace(bytes: Uint8Array): Promise<void> {
    const { certificate_hash: hash } = await victim();
    await tables.query(`UPDATE ${table} SET certificate = $1, certificate_hash = $2 WHERE certificate_hash = $3`, [
      Buffer.from(bytes),
      Buffer.from(sm3(bytes)),
      hash,
    ]);
  }
  const signed = (by: string, bytes: Uint8Array): Promise<Uint8Array> => {
    const { certificate, signer } = bench.member(by);
    return signer.sign(signerId(certificate), bytes);
  };
  /** The certificate made anew by the real key over a bent to-be-signed part, and its intent made to fit. */
  async function resigned(change: (tbs: ToBeSignedCertificate) => ToBeSignedCertificate): Promise<void> {
    const row = await victim();
    const tbs = change(certificateFromBytes(new Uint8Array(row.certificate)).value.toBeSigned.value);
    const bytes = toBeSignedBytes(tbs);
    await set('tbs', Buffer.from(bytes));
    const { certificate } = bench.member(`a-${name}`);
    const made = assembleCertificate(tbs, certificate, await signed(`a-${name}`, bytes)).bytes;
    await tables.query(`UPDATE ${table} SET certificate = $1, certificate_hash = $2 WHERE tbs = $3`, [
      Buffer.from(made),
      Buffer.from(sm3(made)),
      Buffer.from(bytes),
    ]);
  }

  it('finds all good where nothing was planted, and says when it ran (BI17)', async () => {
    expect(await check()).toEqual({ code: 0, findings: [], counts: { good: SIZE, bad: 0, open: 0, errors: 0 } });
    expect(await checkRuns(tables).last()).toMatchObject({ good: SIZE, bad: 0, open: 0, errors: 0 });
  });

  const planted: [string, () => Promise<void>][] = [
    ['unreadable', () => replace(Uint8Array.of(0x80, 0x03, 0x00))],
    ['hash-differs', () => set('certificate_hash', Buffer.alloc(32, 7))],
    [
      'not-valid',
      async () => {
        const bytes = new Uint8Array((await victim()).certificate);
        bytes[bytes.length - 1]! ^= 1;
        await replace(bytes);
      },
    ],
    [
      'unknown-field',
      async () => {
        const { certificate } = await victim();
        const whole = new Uint8Array(certificate);
        const { toBeSigned } = certificateFromBytes(whole).value;
        // A fifth addition, which no edition has: the bit that says so, a bitmap of five, an open type of one byte.
        const tbs = concat(toBeSigned.bytes, Uint8Array.of(0x02, 0x03, 0x08, 0x01, 0x00));
        tbs[0]! |= 0x80;
        const at = toBeSigned.bytes.byteOffset - whole.byteOffset;
        const behind = whole.slice(at + toBeSigned.bytes.length);
        behind.set(await signed(`a-${name}`, tbs), behind.length - 64);
        await set('tbs', Buffer.from(tbs));
        const bytes = concat(whole.subarray(0, at), tbs, behind);
        await tables.query(`UPDATE ${table} SET certificate = $1, certificate_hash = $2 WHERE tbs = $3`, [
          Buffer.from(bytes),
          Buffer.from(sm3(bytes)),
          Buffer.from(tbs),
        ]);
      },
    ],
    [
      'issuer-unknown',
      async () => {
        const { value, bytes } = certificateFromBytes(new Uint8Array((await victim()).certificate)).value.toBeSigned;
        await replace(
          assembleCertificate(value, bench.member('a-pca').certificate, await signed('a-pca', bytes)).bytes,
        );
      },
    ],
    ['lint', () => resigned((tbs) => ({ ...tbs, canRequestRollover: null }))],
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
    ['tbs-differs', async () => set('tbs', Buffer.concat([(await victim()).tbs, Buffer.of(0)]))],
    ['key-differs', () => set('key_hash', Buffer.alloc(32, 7))],
    ['validity-differs', () => set('expires_millis', bench.clock.nowMillis() + 99 * HOUR_MILLIS)],
    ['not-of-its-time', () => set('created_millis', bench.clock.nowMillis() - HOUR_MILLIS)],
    ['not-of-its-time', () => set('created_millis', bench.clock.nowMillis() + 25 * HOUR_MILLIS)],
    ...(name === 'aca'
      ? ([
          ['kind-differs', () => set('kind', 'identity')],
          ['answer-missing', () => set('response', null)],
        ] as [string, () => Promise<void>][])
      : []),
  ];

  it.each(planted)('finds one with %s, names it, and does not end well', async (kind, plant) => {
    await plant();
    const { code, findings, counts } = await check();
    expect(code).toBe(1);
    expect(findings.map((finding) => finding.kind)).toContain(kind);
    const known = (await tables.query<Row[]>(`SELECT certificate_hash FROM ${table}`)).map((row) =>
      hex(row.certificate_hash),
    );
    for (const { id } of findings) expect(known).toContain(id);
    expect(counts).toEqual({ good: SIZE - 1, bad: 1, open: 0, errors: 0 });
    expect((await checkRuns(tables).last())?.bad).toBe(1);
  });

  it('counts intents without a result as open, and what cannot be read as an error (BI17)', async () => {
    const answer = name === 'eca' ? 'answer = NULL, is_active = false' : 'response = NULL';
    await tables.query(`UPDATE ${table} SET certificate = NULL, certificate_hash = NULL, ${answer}`);
    expect(await check()).toEqual({ code: 0, findings: [], counts: { good: 0, bad: 0, open: SIZE, errors: 0 } });
    await tables.query(`ALTER TABLE ${table} RENAME COLUMN tbs TO moved`);
    expect(await check()).toMatchObject({ code: 1, counts: { good: 0, open: 0, errors: 1 } });
    await tables.query(`ALTER TABLE ${table} RENAME COLUMN moved TO tbs`);
  });

  it('takes certificates of a former certificate of ours only when that is named', async () => {
    await writeFile(join(folder, 'former'), bench.member(`a-${name}`).certificate.bytes);
    await writeFile(join(folder, 'certificate.coer'), bench.member('a-pca').certificate.bytes);
    expect((await check()).findings.map(({ kind }) => kind)).toEqual(Array(SIZE).fill('issuer-unknown'));
    expect(await check('--former', join(folder, 'former'))).toMatchObject({ code: 0 });
  });

  it('rings when nobody has checked for too long, and is quiet after a run (BI17)', async () => {
    await tables.query('DELETE FROM check_run');
    const start = bench.clock.nowMillis();
    bench.clock.advance(8 * 24 * HOUR_MILLIS);
    const parts = { entities: [...face.entities], migrations: [...face.migrations] };
    const url = (await readFile(join(folder, 'url'), 'utf8')).trim();
    const dataSource = await openDataSource({ url, instance: `check-${count}`, ...parts });
    const context = await bench.contextFor(`a-${name}`, { dataSource });
    const settings = face.settings.parse(name === 'aca' ? { araHostname: 'ara.example' } : {});
    const host = await hostAuthority(face, context, settings, { host: '127.0.0.1', port: 0 });
    const ask = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${host.port}${path}`)).json();
    const alarms = ['check-overdue'];
    expect(await ask('/health')).toMatchObject({ status: 'up', alarms });
    expect(await ask('/status')).toEqual({ lastCheck: null, alarms });
    await writeFile(join(folder, 'clock'), clockAt(bench.clock.nowMillis()));
    await check();
    expect(await ask('/status')).toMatchObject({ lastCheck: { good: SIZE, bad: 0 }, alarms: [] });
    await host.close();
    bench.clock.set(start);
    await writeFile(join(folder, 'clock'), clockAt(start));
  });

  it.each([[[]], [['--config']], [['--config', 'x', '--since-period', '7']], [['--config', 'x', '--all']]])(
    'refuses the words %j',
    (words) => {
      expect(() => checkWords(checked, words)).toThrow();
    },
  );
});
