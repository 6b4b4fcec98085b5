/** The ICA in its container, with real tables: who came first, what a restart finds, what two workers do. */
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ICA_OPERATOR, icaAuthority, type IcaOperator } from '#apps/ica/src/ica.authority.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes, certificateHash } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { refused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { memoryDevice } from '#keys/software-device.js';
import { openDataSource } from '#persistence/data-source.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { authorityKeys } from '#service/identity.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
const as = (kind: AuthorityKind, hostname: string, laId?: number) => ({
  kind,
  hostname,
  validForHours: 1000,
  ...(laId === undefined ? {} : { laId }),
});

describe('the ICA', () => {
  let bench: Bench;
  let url: string;
  let dataSource: DataSource;
  let host: HostedAuthority;
  let ica: IcaOperator;
  let running = false;

  beforeAll(async () => {
    bench = await authorityBench();
    url = await (await postgres()).instanceUrl('a-ica');
  });

  async function start(sign = bench.member('a-ica').signer.sign): Promise<void> {
    const { entities, migrations } = icaAuthority;
    dataSource = await openDataSource({
      url,
      instance: 'a-ica',
      entities: [...entities] as Function[],
      migrations: [...migrations] as Function[],
    });
    const context = await bench.contextFor('a-ica', { dataSource });
    const identity = { ...context.identity, signer: { ...context.identity.signer, sign } };
    const settings = icaAuthority.settings.parse({});
    host = await hostAuthority(icaAuthority, { ...context, identity }, settings, { host: '127.0.0.1', port: 0 });
    running = true;
    ica = host.app.get<IcaOperator>(ICA_OPERATOR, { strict: false });
  }

  async function stop(): Promise<void> {
    if (running) await host.close();
    running = false;
    if (dataSource.isInitialized) await dataSource.destroy();
  }

  beforeEach(() => start());
  afterEach(stop);

  async function request(device: CryptoDevice = memoryDevice(systemRandom), hostname = 'x.example') {
    const nowMillis = bench.clock.nowMillis();
    const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: 1 } } as const;
    const tbs = authorityTbs({ kind: 'aaa', hostname, ...(await authorityKeys(device)), validity }, ccsa);
    const sign = (id: Uint8Array, message: Uint8Array) => device.sign('verification', id, message);
    return requestAuthorityCertificate(tbs, sign, { profile: ccsa, nowMillis });
  }

  const rows = async (): Promise<number> => {
    const [{ count }] = await dataSource.query<[{ count: string }]>('SELECT count(*) FROM certified_key');
    return Number(count);
  };
  const freshName = (): string => `${randomUUID()}.example`;

  it('BI12 does not start with the certificate of another role', async () => {
    await stop();
    const context = await bench.contextFor('a-pca', { dataSource });
    const started = async () =>
      hostAuthority(icaAuthority, context, { beginsHoursBefore: 24 }, { host: '127.0.0.1', port: 0 });
    await expect(started()).rejects.toThrow('not that of an ICA');
  });

  it('refuses a key that was certified for anything else, and leaves nothing of the attempt', async () => {
    const asked = await request();
    const [first, second] = [freshName(), freshName()];
    await ica.certifyAuthority(asked, as('pca', first));
    const before = await rows();
    expect(await ica.certifyAuthority(asked, as('pca', second))).toEqual(refused('key-certified-otherwise'));
    expect(await rows()).toBe(before);
    const names = await dataSource.query<unknown[]>('SELECT * FROM authority_name WHERE hostname = $1', [second]);
    expect(names).toEqual([]);
  });

  it('refuses a host name that is another kind of authority', async () => {
    const name = freshName();
    await ica.certifyAuthority(await request(), as('pca', name));
    const before = await rows();
    expect(await ica.certifyAuthority(await request(), as('ma', name))).toEqual(refused('hostname-of-another-kind'));
    expect(await rows()).toBe(before);
  });

  it('LK4 refuses a second LA with the same LA id', async () => {
    await ica.certifyAuthority(await request(), as('la', freshName(), 77));
    expect(await ica.certifyAuthority(await request(), as('la', freshName(), 77))).toEqual(refused('la-id-taken'));
  });

  it('refuses an LA that comes back under another id', async () => {
    const name = freshName();
    await ica.certifyAuthority(await request(), as('la', name, 78));
    const again = await ica.certifyAuthority(await request(), as('la', name, 79));
    expect(again).toEqual(refused('hostname-of-another-kind'));
  });

  it('answers no line and lists nothing to the network', async () => {
    const at = `http://127.0.0.1:${host.port}`;
    expect((await fetch(`${at}/lines/ica-pca`, { method: 'POST', body: new Uint8Array(3) })).status).toBe(403);
    expect((await fetch(`${at}/certificates`)).status).toBe(404);
    expect(await (await fetch(`${at}/health`)).json()).toEqual({
      status: 'up',
      instance: 'a-ica',
      role: 'ica',
      alarms: [],
    });
  });

  it('certifies every authority of a domain; each verifies under the ICA', async () => {
    const kinds: [AuthorityKind, number?][] = [
      ['aaa'],
      ['eca'],
      ['pra'],
      ['pca'],
      ['la', 1],
      ['la', 2],
      ['ara'],
      ['aca'],
      ['ma'],
      ['cra'],
    ];
    for (const [kind, laId] of kinds) {
      const bytes = await ica.certifyAuthority(await request(), as(kind, freshName(), laId));
      const certificate = certificateFromBytes(bytes as Uint8Array);
      expect(verifyCertificate(certificate, bench.member('a-ica').certificate)).toEqual({ kind: 'checked' });
      const [kept] = await dataSource.query<{ certificate: Buffer }[]>(
        'SELECT certificate FROM certified_key WHERE certificate_id = $1',
        [Buffer.from(certificateHash(certificate))],
      );
      expect(new Uint8Array(kept?.certificate as Buffer)).toEqual(bytes);
    }
  });

  it('certifies a new key for a name that is known', async () => {
    const name = freshName();
    const first = await ica.certifyAuthority(await request(), as('pca', name));
    const second = await ica.certifyAuthority(await request(), as('pca', name));
    expect(second).toBeInstanceOf(Uint8Array);
    expect(second).not.toEqual(first);
  });

  it('gives the same order the same answer, also after a restart and at another time', async () => {
    const [asked, order] = [await request(), as('eca', freshName())];
    const first = await ica.certifyAuthority(asked, order);
    await stop();
    bench.clock.advance(3_600_000);
    await start();
    expect(await ica.certifyAuthority(asked, order)).toEqual(first);
  });

  it('BI6 gives two workers who have one order one certificate', async () => {
    const [asked, order] = [await request(), as('eca', freshName())];
    const before = await rows();
    const answers = await Promise.all([1, 2, 3].map(() => ica.certifyAuthority(asked, order)));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(await rows()).toBe(before + 1);
  });

  it('BI2 has the intent on disk when it is stopped right after signing, and completes it later', async () => {
    await stop();
    await start(() => Promise.reject(new Error('the power is cut')));
    const [asked, order] = [await request(), as('eca', freshName())];
    await expect(ica.certifyAuthority(asked, order)).rejects.toThrow('the power is cut');
    const open = 'SELECT to_be_signed FROM certified_key WHERE certificate IS NULL';
    const [intent] = await dataSource.query<{ to_be_signed: Buffer }[]>(open);
    await stop();
    bench.clock.advance(60_000);
    await start();
    const certificate = certificateFromBytes((await ica.certifyAuthority(asked, order)) as Uint8Array);
    expect(Buffer.from(certificate.value.toBeSigned.bytes)).toEqual(intent?.to_be_signed);
    expect(await dataSource.query<unknown[]>(open)).toEqual([]);
  });
});
