/** How a company joins: the TCMF in its container, the offline programs as they are, and everything that is refused on the way. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { rootCa } from '#apps/root-ca/src/ceremony.js';
import { tcmfAuthority, TCMF_OPERATOR, type TcmfOperator } from '#apps/tcmf/src/tcmf.authority.js';
import { trcla } from '#apps/trcla/src/ceremony.js';
import { ceremonyMain } from '#ceremony/program.js';
import { REVIEW_SIGNING_ID, reviewInput, type Application } from '#ceremony/reviewed-application.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes, certificateToBytes, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { issueSelfSigned } from '#credentials/issue-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { TrustStore } from '#credentials/trust-store.js';
import { TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { openDataSource } from '#persistence/data-source.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../support/authority-bench.js';
import { withPostgres } from '../support/postgres.js';

const postgres = withPostgres();
const MINUTE = 60_000;
const ONBOARDING = '/ydt/v1/onboarding';

/** A key that signs as an account does. */
function newAccount() {
  const privateKey = newSm2PrivateKey(systemRandom);
  const publicKey = sm2PublicKey(privateKey);
  const sign = sm2SignerFor(privateKey, publicKey);
  return { publicKey, key: hex(publicKey), sign };
}
type Account = ReturnType<typeof newAccount>;
const [ACCOUNT, REVIEW] = [new TextEncoder().encode('chrysalis account 1'), REVIEW_SIGNING_ID];

interface Shown extends Application {
  state: string;
  contacts: unknown[] | null;
  certificate: string | null;
  steps: { act: string; state: string; account: string; reason: string | null }[];
}
interface Answer {
  status: number;
  body: Shown & { refused?: string; sentence?: string };
}

describe('onboarding', () => {
  let bench: Bench;
  let folder: string;
  let dataSource: DataSource;
  let host: HostedAuthority;
  let tcmf: TcmfOperator;
  let logged: { event: string; fields: object }[];
  const [company, other, one, two] = [newAccount(), newAccount(), newAccount(), newAccount()];
  let configs = 0;
  const at = (file: string): string => join(folder, file);
  const bytesAt = async (file: string): Promise<Uint8Array> => new Uint8Array(await readFile(at(file)));
  const base64At = async (file: string): Promise<string> => (await readFile(at(file))).toString('base64');

  /** Holds a ceremony a minute after the last one; what it said, and the exit code. */
  async function hold(program: 'root-ca' | 'trcla', operations: object[]): Promise<{ code: number; said: string }> {
    bench.clock.advance(MINUTE);
    const [share, passphraseFile] = [at(`${program}.share`), at(`${program}.passphrase`)];
    const isFounded = (await readFile(share).catch(() => undefined)) !== undefined;
    const custodians = { threshold: 1, work: 14, custodians: [{ name: 'machine', share, passphraseFile }] };
    const who = isFounded ? { shares: [{ share, passphraseFile }] } : { custodians };
    const config = at(`config-${String(++configs)}.json`);
    const folders = { keys: at(`${program}-keys`), transcripts: at(`${program}-transcripts`) };
    await writeFile(config, JSON.stringify({ at: bench.clock.nowMillis(), ...folders, ...who, operations }));
    const said: string[] = [];
    const rim = { tell: (line: string): void => void said.push(line) };
    const words = ['--config', config, '--sign'];
    const code = await (program === 'trcla' ? ceremonyMain(trcla, words, rim) : ceremonyMain(rootCa, words, rim));
    return { code, said: said.join('\n') };
  }
  const reviewers = [one.key, two.key];
  const signTrcl = (roots: object[], changes: object = {}) =>
    hold('trcla', [
      {
        ...{ kind: 'sign-trcl', trcla: at('trcla.coer'), series: 1, validForDays: 60, reviewers },
        ...{ roots, list: at('trcl.coer') },
        ...changes,
      },
    ]);
  const signTdcl = (certificates: string[], removes: string[] = []) =>
    hold('root-ca', [
      {
        ...{ kind: 'sign-tdcl', root: at('root.coer'), series: 1, validForDays: 60, list: at('tdcl.coer') },
        entries: certificates.length === 0 ? [] : [{ certificates: certificates.map(at) }],
        removes: removes.map(at),
      },
    ]);

  beforeAll(async () => {
    bench = await authorityBench();
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-onboarding-'));
    const create = (kind: string, hostname: string, file: string) => [
      { kind, hostname, years: 20, certificate: at(file) },
    ];
    await hold('root-ca', create('create-root', 'root.example', 'root.coer'));
    await hold('trcla', create('create-trcla', 'trcla.example', 'trcla.coer'));
    await signTrcl([{ certificate: at('root.coer') }]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    const instance = 'tcmf-onboarding';
    dataSource = await openDataSource({
      url: await (await postgres()).instanceUrl(instance),
      instance,
      entities: [...tcmfAuthority.entities] as Function[],
      migrations: [...tcmfAuthority.migrations] as Function[],
    });
    const note = (event: string, fields: object = {}): void => void logged.push({ event, fields });
    const context: AuthorityContext = {
      ...(await bench.contextFor('a-ica', { dataSource })),
      ...{ instance, operators: [one.publicKey, two.publicKey] },
      trust: new TrustStore(certificateFromBytes(await bytesAt('trcla.coer'))),
      log: { info: note, warn: note, error: (event, error) => note(event, { error }) },
    };
    logged = [];
    host = await hostAuthority(tcmfAuthority, context, tcmfAuthority.settings.parse({}), {
      host: '127.0.0.1',
      port: 0,
    });
    tcmf = host.app.get<TcmfOperator>(TCMF_OPERATOR, { strict: false });
    expect(await tcmf.publish({ trcl: await bytesAt('trcl.coer') })).toEqual({ kind: 'published' });
  });
  afterAll(async () => {
    await host.close();
    if (dataSource.isInitialized) await dataSource.destroy();
  });
  // The allowance of a source grows with the clock.
  beforeEach(() => bench.clock.advance(MINUTE));

  function proof({ key, sign }: Account, method: string, path: string, body: unknown): string {
    const millis = bench.clock.nowMillis();
    const text = body === undefined ? '' : JSON.stringify(body);
    const input = `${method} ${path} ${String(millis)} ${hex(sm3(new TextEncoder().encode(text)))}`;
    return `${key}:${String(millis)}:${hex(sign(ACCOUNT, new TextEncoder().encode(input)))}`;
  }
  async function send(account: Account, path: string, body?: object, header?: string): Promise<Answer> {
    const method = body === undefined ? 'GET' : 'POST';
    const headers: Record<string, string> = { 'chrysalis-account': header ?? proof(account, method, path, body) };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`http://127.0.0.1:${String(host.port)}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }
  const get = async (path: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${String(host.port)}${path}`)).status;
  const refusedAs = (status: number, reason: string): object => ({
    status,
    body: { refused: reason, sentence: expect.stringMatching(/^[A-Z].*\.$/) as string },
  });

  const tbsOf = (kind: AuthorityKind, hostname: string, verificationKey: Uint8Array) => {
    const start = time32FromMillis(bench.clock.nowMillis() - MINUTE);
    const encryptionKey = kind === 'root' ? undefined : newAccount().publicKey;
    const validity = { start, duration: { kind: 'years', value: 9 } } as const;
    return authorityTbs({ kind, hostname, verificationKey, encryptionKey, validity }, ccsa);
  };
  const requestOf = (hostname: string, keys = newAccount(), signer = keys): Promise<Uint8Array> =>
    requestAuthorityCertificate(
      tbsOf('ica', hostname, keys.publicKey),
      (id, message) => Promise.resolve(signer.sign(id, message)),
      { profile: ccsa, nowMillis: bench.clock.nowMillis() },
    );
  const wish = (hostname: string, request: Uint8Array, changes: object = {}) => ({
    ...{ kind: 'ica', organisation: 'Brand A', hostname, permissions: [111, 3618], regions: [156] },
    request: Buffer.from(request).toString('base64'),
    contacts: [{ name: 'Li Hua', email: 'li.hua@brand-a.example' }],
    ...changes,
  });
  const apply = async (hostname: string, account = company): Promise<Shown> =>
    (await send(account, ONBOARDING, wish(hostname, await requestOf(hostname)))).body;
  function approve(account: Account, application: Shown): Promise<Answer> {
    const signature = hex(account.sign(REVIEW, reviewInput(application)));
    return send(account, `${ONBOARDING}/${application.applicationId}/review`, { verdict: 'approve', signature });
  }
  const act = (account: Account, { applicationId }: Shown, word: string, body: object = {}): Promise<Answer> =>
    send(account, `${ONBOARDING}/${applicationId}/${word}`, body);
  async function approved(hostname: string): Promise<Shown> {
    const application = await apply(hostname);
    await approve(one, application);
    return (await approve(two, application)).body;
  }
  async function exported(application: Shown, file: string): Promise<void> {
    await writeFile(at(file), JSON.stringify((await act(one, application, 'export')).body));
  }
  const signIca = (application: string, hostname: string, changes: object = {}) =>
    hold('root-ca', [
      {
        ...{ kind: 'sign-authority', as: 'ica', hostname, years: 5, application: at(application), reviewers },
        ...{ root: at('root.coer'), certificate: at('ica.coer') },
        ...changes,
      },
    ]);

  describe('an application', () => {
    it.each<[string, number, string, (hostname: string) => Promise<object>]>([
      ['malformed', 400, 'without contacts', async (h) => wish(h, await requestOf(h), { contacts: [] })],
      ['malformed', 400, 'with a field too many', async (h) => wish(h, await requestOf(h), { colour: 'red' })],
      [
        'permissions-not-offered',
        409,
        'for the AID of CRLs',
        async (h) => wish(h, await requestOf(h), { permissions: [ccsa.aid.crl] }),
      ],
      [
        'regions-not-offered',
        409,
        'for another country',
        async (h) => wish(h, await requestOf(h), { regions: [156, 840] }),
      ],
      ['request-malformed', 409, 'with bytes', async (h) => wish(h, Uint8Array.of(1, 2, 3))],
      [
        'request-signature',
        409,
        'without proof of possession',
        async (h) => wish(h, await requestOf(h, newAccount(), newAccount())),
      ],
      [
        'request-names-another',
        409,
        'with the request of another name',
        async (h) => wish(h, await requestOf('ica.b.example')),
      ],
      [
        'request-not-a-root',
        409,
        'of an ICA as a root',
        async (h) => wish(h, certificateToBytes(bench.member('a-ica').certificate), { kind: 'root' }),
      ],
      [
        'too-large',
        413,
        'of great length',
        async (h) => wish(h, await requestOf(h), { organisation: 'x'.repeat(30_000) }),
      ],
    ])('is refused as %s with %i: %s', async (reason, status, _, make) => {
      const before = (await send(one, ONBOARDING)).body;
      expect(await send(company, ONBOARDING, await make('ica.bad.example'))).toEqual(refusedAs(status, reason));
      expect((await send(one, ONBOARDING)).body).toEqual(before);
      expect(logged).toContainEqual({ event: 'onboarding.refused', fields: { act: 'apply', reason } });
    });

    it('is taken once, and seen by who applied and by operators only', async () => {
      const body = wish('ica.once.example', await requestOf('ica.once.example'));
      const first = await send(company, ONBOARDING, body);
      expect(first).toMatchObject({ status: 201, body: { state: 'submitted', applicant: company.key } });
      expect(await send(other, ONBOARDING, body)).toEqual(refusedAs(409, 'already-applied'));
      const path = `${ONBOARDING}/${first.body.applicationId}`;
      expect((await send(company, path)).body).toEqual(first.body);
      expect((await send(two, path)).body).toEqual(first.body);
      expect(await send(other, path)).toEqual(refusedAs(404, 'application-unknown'));
      expect((await send(other, ONBOARDING)).body).toEqual([]);
      expect(JSON.stringify(logged)).not.toContain('Li Hua');
    });

    it('is refused from who does not prove their account, says another thing than they signed, or says it too late', async () => {
      const path = ONBOARDING;
      const unproved = refusedAs(401, 'account-not-proved');
      expect(await send(company, path, undefined, '')).toEqual(unproved);
      expect(await send(company, path, undefined, proof(company, 'GET', `${path}/x`, undefined))).toEqual(unproved);
      const body = wish('ica.other.example', await requestOf('ica.other.example'));
      expect(await send(company, path, body, proof(company, 'POST', path, { ...body, organisation: 'B' }))).toEqual(
        unproved,
      );
      const foreign = proof(other, 'GET', path, undefined).replace(other.key, company.key);
      expect(await send(company, path, undefined, foreign)).toEqual(unproved);
      const early = proof(company, 'GET', path, undefined);
      bench.clock.advance(MINUTE + 1000);
      expect(await send(company, path, undefined, early)).toEqual(unproved);
    });

    it('is not taken while a thousand wait for a review', async () => {
      const body = wish('ica.late.example', await requestOf('ica.late.example'));
      await dataSource.query(`INSERT INTO onboarding
        SELECT md5(n::text), '', '', n::text, NULL, 'submitted', NULL, 0 FROM generate_series(1, 999) n`);
      expect(await send(company, ONBOARDING, body)).toEqual(refusedAs(429, 'too-many-open'));
      await dataSource.query(`DELETE FROM onboarding WHERE applicant = ''`);
      expect((await send(company, ONBOARDING, body)).status).toBe(201);
    });

    it('TL5 is reviewed by two different operators, neither of them the applicant', async () => {
      const application = await apply('ica.review.example');
      expect(await approve(company, application)).toEqual(refusedAs(403, 'not-an-operator'));
      const forged = { ...application, permissions: [111] };
      expect(await approve(one, forged)).toEqual(refusedAs(409, 'review-signature'));
      expect((await approve(one, application)).body.state).toBe('under-review');
      expect(await approve(one, application)).toEqual(refusedAs(403, 'reviewer-reviewed-already'));
      expect(await act(one, application, 'export')).toEqual(refusedAs(409, 'act-not-in-this-state'));
      expect((await approve(two, application)).body.state).toBe('approved');
      const own = await apply('ica.own.example', one);
      expect(await approve(one, own)).toEqual(refusedAs(403, 'reviewer-is-applicant'));
    });

    it('is withdrawn by its applicant or refused with a reason, and then has no contacts any more', async () => {
      const [first, second] = [await apply('ica.w.example'), await apply('ica.r.example')];
      expect(await act(one, first, 'withdraw')).toEqual(refusedAs(403, 'not-the-applicant'));
      expect((await act(company, first, 'withdraw')).body).toMatchObject({ state: 'withdrawn', contacts: null });
      const said = await act(two, second, 'review', { verdict: 'refuse', reason: 'not registered in this country' });
      expect(said.body).toMatchObject({ state: 'refused', contacts: null });
      expect(said.body.steps.at(-1)).toMatchObject({ account: two.key, reason: 'not registered in this country' });
      expect(await approve(one, second)).toEqual(refusedAs(409, 'act-not-in-this-state'));
      const rows = await dataSource.query<object[]>(`SELECT * FROM onboarding WHERE state IN ('withdrawn', 'refused')`);
      expect(rows).toHaveLength(2);
      expect(JSON.stringify(rows)).not.toContain('Li Hua');
    });
  });

  describe('a company with an ICA', () => {
    const hostname = 'ica.a.example';
    let application: Shown;
    const standing = async (): Promise<string> =>
      (await send(company, `${ONBOARDING}/${application.applicationId}`)).body.state;
    const tdclPath = async (): Promise<string> =>
      `${TDCL_PATH}?root=${idKey(hashedId8(certificateFromBytes(await bytesAt('root.coer'))))}`;

    it('goes to the ceremony as a file with both approvals; the root refuses one that lacks them', async () => {
      application = await approved(hostname);
      await exported(application, 'a.json');
      expect(await standing()).toBe('at-ceremony');
      const file = JSON.parse((await readFile(at('a.json'))).toString()) as { reviews: object[] };
      await writeFile(at('one.json'), JSON.stringify({ ...file, reviews: file.reviews.slice(1) }));
      expect(await signIca('one.json', hostname)).toMatchObject({
        code: 1,
        said: expect.stringContaining('approved by 1') as string,
      });
      expect(await signIca('a.json', 'ica.b.example')).toMatchObject({
        code: 1,
        said: expect.stringContaining('was approved for ica ica.a.example') as string,
      });
      expect(await signIca('a.json', hostname, { request: at('a.json') })).toMatchObject({
        code: 1,
        said: expect.stringContaining('and not both') as string,
      });
      expect((await signIca('a.json', hostname)).code).toBe(0);
    });

    it('has not joined by a certificate that is another, or on no list', async () => {
      await writeFile(at('other.request'), await requestOf(hostname));
      for (const [file, as, name] of [
        ['other', 'ica', hostname],
        ['tcmf', 'tcmf', hostname],
        ['named', 'ica', 'ica.c.example'],
      ] as const)
        await hold('root-ca', [
          {
            ...{ kind: 'sign-authority', as, hostname: name, years: 5, root: at('root.coer') },
            ...{ request: at('other.request'), certificate: at(`${file}.coer`) },
          },
        ]);
      const imported = async (file: string): Promise<Answer> =>
        act(one, application, 'import', { certificate: await base64At(file) });
      expect(await imported('other.coer')).toEqual(refusedAs(409, 'answer-has-another-key'));
      expect(await imported('tcmf.coer')).toEqual(refusedAs(409, 'answer-has-another-role'));
      expect(await imported('named.coer')).toEqual(refusedAs(409, 'answer-names-another'));
      expect(await imported('config-1.json')).toEqual(refusedAs(409, 'answer-malformed'));
      expect(await imported('ica.coer')).toEqual(refusedAs(409, 'answer-not-on-the-lists'));
      expect(await standing()).toBe('at-ceremony');
      expect(await get(await tdclPath())).toBe(404);
    });

    it('has joined when the list that names it is published, in one act', async () => {
      expect((await signTdcl(['ica.coer'])).code).toBe(0);
      bench.clock.advance(1000);
      const answer = { certificate: await base64At('ica.coer'), tdcl: await base64At('tdcl.coer') };
      expect(await act(company, application, 'import', answer)).toEqual(refusedAs(403, 'not-an-operator'));
      expect((await act(one, application, 'import', { ...answer, tdcl: answer.certificate })).body.refused).toBe(
        'list-malformed',
      );
      expect((await act(one, application, 'import', answer)).body).toMatchObject({
        state: 'joined',
        certificate: answer.certificate,
      });
      expect(await get(await tdclPath())).toBe(200);
      expect(await act(one, application, 'import', answer)).toEqual(refusedAs(409, 'act-not-in-this-state'));
    });

    it('is suspended, comes back and is removed by what the lists say, and not without them', async () => {
      const why = { reason: 'audit of the plant is overdue' };
      expect(await act(one, application, 'suspend', why)).toEqual(refusedAs(409, 'lists-still-name-it'));
      await signTdcl([], ['ica.coer']);
      const gone = { ...why, tdcl: await base64At('tdcl.coer') };
      expect((await act(one, application, 'suspend', gone)).body.state).toBe('suspended');
      expect(await act(one, application, 'resume', why)).toEqual(refusedAs(409, 'lists-do-not-name-it'));
      await signTdcl(['ica.coer']);
      const back = { reason: 'audit is done', tdcl: await base64At('tdcl.coer') };
      expect((await act(two, application, 'resume', back)).body.state).toBe('joined');
      await hold('root-ca', [
        {
          ...{ kind: 'sign-crl', root: at('root.coer'), validForDays: 30, crl: at('ca-crl.coer') },
          revoke: [{ certificate: at('ica.coer') }],
        },
      ]);
      const revoked = { reason: 'the key was stolen', caCrl: await base64At('ca-crl.coer') };
      const removed = (await act(one, application, 'remove', revoked)).body;
      expect(removed).toMatchObject({ state: 'removed', contacts: null });
      expect(removed.steps.map((step) => step.act)).toEqual([
        ...['apply', 'approve', 'approve', 'export', 'import', 'suspend', 'resume', 'remove'],
      ]);
    });
  });

  describe('a company with a root of its own', () => {
    const hostname = 'root.own.example';
    const keys = newAccount();
    let application: Shown;
    const listed = (changes: object = {}) => [
      { certificate: at('root.coer') },
      { certificate: at('own.coer'), ...changes },
    ];

    it('is refused by the TRCLA when it comes directly, and so is its ICA', async () => {
      const sign = (id: Uint8Array, message: Uint8Array) => Promise.resolve(keys.sign(id, message));
      await writeFile(
        at('own.coer'),
        certificateToBytes(await issueSelfSigned(tbsOf('root', hostname, keys.publicKey), sign)),
      );
      const said = (sentence: string): object => ({ code: 1, said: expect.stringContaining(sentence) as string });
      expect(await signTrcl(listed())).toEqual(said('comes from no reviewed application'));
      expect(await signTrcl(listed({ application: at('own.coer') }))).toEqual(
        said('a request does not come here directly'),
      );
      expect(await signTrcl(listed({ application: at('a.json') }))).toEqual(said('only roots stand here'));
      expect(await signTrcl([{ certificate: at('root.coer') }, { certificate: at('ica.coer') }])).toEqual(
        said('is not a root CA'),
      );
    });

    it('stands on the TRCL when its application was reviewed, and has joined when that is published', async () => {
      const asked = wish(hostname, await bytesAt('own.coer'), { kind: 'root' });
      application = (await send(company, ONBOARDING, asked)).body;
      await approve(one, application);
      await approve(two, application);
      await exported(application, 'own.json');
      const strangers = { reviewers: [one.key, company.key] };
      expect((await signTrcl(listed({ application: at('own.json') }), strangers)).said).toContain('approved by 1');
      expect((await signTrcl(listed({ application: at('own.json') }))).code).toBe(0);
      bench.clock.advance(1000);
      const answer = { certificate: await base64At('own.coer'), trcl: await base64At('trcl.coer') };
      expect((await act(two, application, 'import', answer)).body.state).toBe('joined');
      expect(await get(TRCL_PATH)).toBe(200);
    });
  });

  it('is described in the OpenAPI page, each of its acts', async () => {
    const api = (await (await fetch(`http://127.0.0.1:${String(host.port)}/api.json`)).json()) as {
      paths: Record<string, Record<string, { requestBody?: object }>>;
    };
    const acts = ['review', 'withdraw', 'export', 'import', 'suspend', 'resume', 'remove'];
    const paths = Object.keys(api.paths).filter((path) => path.startsWith(ONBOARDING));
    expect(paths.sort()).toEqual(
      [ONBOARDING, ...['', ...acts.map((word) => `/${word}`)].map((word) => `${ONBOARDING}/{id}${word}`)].sort(),
    );
    for (const word of acts) expect(api.paths[`${ONBOARDING}/{id}/${word}`]?.['post']?.requestBody).toBeDefined();
  });

  it('lets a source in only so often', async () => {
    const statuses = [];
    for (let n = 0; n < 25; n++) statuses.push((await send(company, ONBOARDING)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(await send(company, ONBOARDING)).toEqual(refusedAs(429, 'too-many-requests'));
  });
});
