/** `chrysalis onboard` against a TCMF in its container, as people type it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { add } from '#apps/cli/src/commands/onboard.command.js';
import { TCMF_OPERATOR, tcmfAuthority, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { readReviewed, requestBytes } from '#ceremony/reviewed-application.js';
import { encode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateToBytes } from '#credentials/certificate-facts.js';
import { systemClock } from '#credentials/clock.js';
import { issueCertificate } from '#credentials/issue-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { signPkiCtl } from '#credentials/trust-lists.js';
import { openDataSource } from '#persistence/data-source.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { authorityBench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();

describe('chrysalis onboard', () => {
  let folder: string;
  let dataSource: DataSource;
  let host: HostedAuthority;
  let url: string;
  let keys: string[];
  let id: string;
  const at = (file: string): string => join(folder, file);

  /** Types a command; options that all have stand last. */
  async function type(account: string, ...words: string[]): Promise<{ code: number; told: string[]; said: string }> {
    const told: string[] = [];
    const said: string[] = [];
    let code = -1;
    const program = new Command().exitOverride();
    add(program, {
      ...{ root: folder, environment: {}, finish: (ended) => void (code = ended) },
      ...{ progress: (line) => void said.push(line), result: (line) => void told.push(line) },
    });
    const where = words[0] === 'account' ? [] : ['--tcmf', url];
    await program.parseAsync(['onboard', ...words, '--account', at(account), ...where], { from: 'user' });
    return { code, told, said: said.join('\n') };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-onboard-'));
    const bench = await authorityBench({ startMillis: systemClock.nowMillis() });
    keys = [];
    for (const name of ['brand', 'one', 'two']) keys.push((await type(name, 'account')).told[0] ?? '');
    const instance = 'tcmf-onboard-command';
    dataSource = await openDataSource({
      url: await (await postgres()).instanceUrl(instance),
      instance,
      entities: [...tcmfAuthority.entities] as Function[],
      migrations: [...tcmfAuthority.migrations] as Function[],
    });
    const operators = keys.slice(1).map(fromHex);
    const context = { ...(await bench.contextFor('a-ica', { dataSource })), instance, operators, clock: systemClock };
    host = await hostAuthority(tcmfAuthority, context, tcmfAuthority.settings.parse({}), {
      host: '127.0.0.1',
      port: 0,
    });
    url = `http://127.0.0.1:${String(host.port)}`;
    await host.app.get<TcmfOperator>(TCMF_OPERATOR, { strict: false }).publish({ trcl: bench.trcl });

    const nowMillis = systemClock.nowMillis();
    const privateKey = newSm2PrivateKey(systemRandom);
    const signer = sm2SignerFor(privateKey);
    const tbs = authorityTbs(
      {
        ...{ kind: 'ica', hostname: 'ica.brand.example', verificationKey: sm2PublicKey(privateKey) },
        encryptionKey: sm2PublicKey(newSm2PrivateKey(systemRandom)),
        validity: { start: time32FromMillis(nowMillis - 60_000), duration: { kind: 'years', value: 5 } },
      },
      ccsa,
    );
    const sign = (signingId: Uint8Array, message: Uint8Array) => Promise.resolve(signer(signingId, message));
    await writeFile(at('request.coer'), await requestAuthorityCertificate(tbs, sign, { profile: ccsa, nowMillis }));
    const certificate = await issueCertificate(tbs, bench.root.signer);
    await writeFile(at('ica.coer'), certificateToBytes(certificate));
    const tdcl = await signPkiCtl(
      {
        ...{ series: 1, issueDate: time32FromMillis(nowMillis - 1000) },
        nextPkiCtl: time32FromMillis(nowMillis + 30 * 86_400_000),
        pkiCertInfoList: [{ certificate: [certificate] }],
      },
      bench.root.signer,
    );
    await writeFile(at('tdcl.coer'), encode(PkiCtl, tdcl));
    const wish = {
      kind: 'ica',
      organisation: 'Brand',
      hostname: 'ica.brand.example',
      permissions: [111],
      regions: [156],
    };
    const contacts = [{ name: 'Li Hua', email: 'li.hua@brand.example' }];
    await writeFile(at('brand.json'), JSON.stringify({ ...wish, contacts }));
  });
  afterAll(async () => {
    await host.close();
    if (dataSource.isInitialized) await dataSource.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const applied = ['apply', '--application'] as const;

  it('makes an account once, and tells its public key each time', async () => {
    expect(keys.every((key) => /^0[23][0-9a-f]{64}$/.test(key))).toBe(true);
    expect((await type('one', 'account', '--json')).told).toEqual([JSON.stringify({ account: keys[1] })]);
  });

  it('ends with 2 when an account or a file is not there, and asks nobody', async () => {
    expect(await type('nobody', 'list')).toMatchObject({
      code: 2,
      said: expect.stringContaining('there is no account') as string,
    });
    expect((await type('brand', ...applied, at('none.json'), '--request', at('request.coer'))).code).toBe(2);
    expect((await type('brand', ...applied, at('request.coer'), '--request', at('request.coer'))).code).toBe(2);
    expect((await type('one', 'review', '00'.repeat(16))).code).toBe(2);
    expect((await type('one', 'list')).told).toEqual([]);
  });

  it('applies, and tells why not in a sentence when it is refused', async () => {
    const words = [...applied, at('brand.json'), '--request', at('request.coer'), '--json'];
    const done = await type('brand', ...words);
    expect(done.code).toBe(0);
    ({ applicationId: id } = JSON.parse(done.told[0] ?? '{}') as { applicationId: string });
    const again = await type('brand', ...words);
    expect([again.code, JSON.parse(again.told[0] ?? '{}')]).toEqual([
      1,
      { refused: 'already-applied', sentence: 'This very request was handed in before.' },
    ]);
    expect((await type('one', 'list')).told).toEqual([`${id}  submitted     ica   ica.brand.example  Brand`]);
  });

  it('has two operators review, and shows them what they sign', async () => {
    const first = await type('one', 'review', id, '--approve');
    expect([first.code, first.said]).toEqual([0, expect.stringContaining('permissions 111; regions 156')]);
    expect(await type('one', 'review', id, '--approve')).toMatchObject({
      ...{ code: 1, told: [] },
      said: expect.stringContaining('refused (reviewer-reviewed-already): The second review') as string,
    });
    expect((await type('brand', 'review', id, '--approve')).code).toBe(1);
    expect((await type('two', 'review', id, '--approve')).told[0]).toContain('approved');
  });

  it('exports what a ceremony takes, and imports what it answers', async () => {
    expect((await type('one', 'export', id, '--out', at('reviewed.json'))).code).toBe(0);
    const read = async (path: string): Promise<Uint8Array> => new Uint8Array(await readFile(path));
    const application = await readReviewed(at('reviewed.json'), keys.slice(1), { read });
    expect(requestBytes(application)).toEqual(await read(at('request.coer')));
    expect((await type('one', 'import', id, '--certificate', at('ica.coer'))).said).toContain(
      'answer-not-on-the-lists',
    );
    const words = ['import', id, '--certificate', at('ica.coer'), '--tdcl', at('tdcl.coer')];
    expect((await type('two', ...words)).told[0]).toContain('joined');
  });

  it('suspends and removes only by lists', async () => {
    for (const word of ['suspend', 'remove'])
      expect((await type('one', word, id, '--reason', 'audit is overdue')).said).toContain('lists-still-name-it');
    expect((await type('one', 'resume', id, '--reason', 'audit is done')).said).toContain('act-not-in-this-state');
    const { told } = await type('brand', 'show', id);
    expect(told.slice(3).map((line) => line.trim().split(/ +/)[1])).toEqual([
      'apply',
      'approve',
      'approve',
      'export',
      'import',
    ]);
  });

  it('ends with 1 when nobody answers, or somebody else does', async () => {
    const former = url;
    for (const other of ['http://127.0.0.1:9', `${former}/ydt/v1/lists?`]) {
      url = other;
      expect(await type('one', 'list')).toMatchObject({
        code: 1,
        said: expect.stringContaining('no-answer') as string,
      });
    }
    url = former;
  });
});
