/** The two offline programs over a folder: what they refuse, what they write, and that they open no socket. */
import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCa } from '#apps/root-ca/src/ceremony.js';
import { trcla } from '#apps/trcla/src/ceremony.js';
import { ceremonyMain, type ProgramRim } from '#ceremony/program.js';
import { decode, encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { certificateFromBytes, hashedId8, hostnameOf, scmsRoleOf } from '#credentials/certificate-facts.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { spanOf } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import { verifyCertificate, verifySelfSigned } from '#credentials/verify-certificate.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { memoryDevice } from '#keys/software-device.js';
import { authorityKeys } from '#service/identity.js';
import { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { childEnvironment } from '../support/child-environment.js';

// Passphrases are stretched, and the machine may be busy.
jest.setTimeout(60_000);

const AT = Date.UTC(2026, 10, 17, 4);
const PROJECT = process.cwd();
const YEARS = { root: 20, trcla: 20, ica: 10 };

describe('a ceremony', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const bytesAt = async (name: string): Promise<Uint8Array> => new Uint8Array(await readFile(at(name)));
  const certificateAt = async (name: string): Promise<Certificate> => certificateFromBytes(await bytesAt(name));
  const isThere = (name: string): Promise<boolean> =>
    access(at(name)).then(
      () => true,
      () => false,
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-ceremony-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const createRoot = () => ({
    kind: 'create-root',
    hostname: 'root.example',
    years: YEARS.root,
    certificate: at('root.coer'),
  });
  const createTrcla = () => ({
    kind: 'create-trcla',
    hostname: 'trcla.example',
    years: YEARS.trcla,
    certificate: at('trcla.coer'),
  });
  const signAuthority = (changes: object = {}) => ({
    kind: 'sign-authority',
    as: 'ica',
    hostname: 'ica.a.example',
    years: YEARS.ica,
    request: at('ica.request'),
    root: at('root.coer'),
    certificate: at('ica.coer'),
    ...changes,
  });
  const signTdcl = (certificates: string[], changes: object = {}) => ({
    kind: 'sign-tdcl',
    root: at('root.coer'),
    series: 1,
    issuedAt: AT,
    validForDays: 30,
    entries: [{ certificates: certificates.map(at), crlUrl: 'http://cra.example', maUrl: 'http://ma.example' }],
    list: at('tdcl.coer'),
    ...changes,
  });
  const signTrcl = (roots: string[], changes: object = {}) => ({
    kind: 'sign-trcl',
    trcla: at('trcla.coer'),
    series: 1,
    issuedAt: AT,
    validForDays: 30,
    roots: roots.map((root) => ({ certificate: at(root), caListUrl: 'http://tcmf.example' })),
    list: at('trcl.coer'),
    ...changes,
  });

  interface Outcome {
    code: number;
    said: string;
  }
  let configs = 0;
  /** One custodian, a machine: who they are is not what these tests are about (see custodians.spec.ts). */
  async function configFile(operations: object[], keys: string, changes: object = {}): Promise<string> {
    const path = at(`config-${++configs}.json`);
    const [share, passphraseFile] = [at(`${keys}.share`), at(`${keys}.passphrase`)];
    const isFounded = await isThere(keys);
    if (!isFounded) for (const left of [share, passphraseFile]) await rm(left, { force: true });
    const custodians = { threshold: 1, work: 14, custodians: [{ name: 'machine', share, passphraseFile }] };
    const who = isFounded ? { shares: [{ share, passphraseFile }] } : { custodians };
    const config = { at: AT, keys: at(keys), transcripts: at(`${keys}-transcripts`), ...who, operations, ...changes };
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  /** Holds a ceremony in this process, signing unless told otherwise. */
  async function hold(
    program: typeof rootCa | typeof trcla,
    operations: object[],
    options: { sign?: boolean; keys?: string; changes?: object } = {},
  ): Promise<Outcome> {
    const { sign = true, keys = `${program.name}-keys`, changes } = options;
    return say(program, ['--config', await configFile(operations, keys, changes), ...(sign ? ['--sign'] : [])]);
  }

  async function say(program: typeof rootCa | typeof trcla, words: string[]): Promise<Outcome> {
    const lines: string[] = [];
    const main = ceremonyMain as (program: unknown, argv: string[], rim: ProgramRim) => Promise<number>;
    const code = await main(program, words, { tell: (line) => lines.push(line) });
    return { code, said: lines.join('\n') };
  }

  const refusal = (sentence: string): Outcome => ({ code: 1, said: expect.stringContaining(sentence) as string });

  async function request(
    name: string,
    options: { kind?: AuthorityKind; device?: CryptoDevice; signWith?: string } = {},
  ) {
    const { kind = 'ica', device = memoryDevice(systemRandom), signWith = 'verification' } = options;
    const validity = { start: time32FromMillis(AT), duration: { kind: 'years', value: 60 } } as const;
    const tbs = authorityTbs({ kind, hostname: 'asked.example', ...(await authorityKeys(device)), validity }, ccsa);
    const sign = (id: Uint8Array, message: Uint8Array) => device.sign(signWith, id, message);
    await writeFile(at(name), await requestAuthorityCertificate(tbs, sign, { profile: ccsa, nowMillis: AT }));
    return device;
  }

  async function found(): Promise<void> {
    expect((await hold(rootCa, [createRoot()])).code).toBe(0);
  }

  it('writes nothing in a dry run, and says what it would sign', async () => {
    await request('ica.request');
    const before = await readdir(folder);
    const outcome = await hold(rootCa, [createRoot(), signAuthority(), signTdcl(['ica.coer'])], { sign: false });
    expect(outcome.code).toBe(0);
    expect(outcome.said).toContain('would sign: root CA certificate of root.example for 20 years');
    expect(outcome.said).toContain('would run sign-authority once');
    expect((await readdir(folder)).filter((name) => !name.startsWith('config-'))).toEqual(before);
  });

  it('changes nothing in a dry run over what is there', async () => {
    await found();
    await request('ica.request');
    const keys = await readdir(at('root-ca-keys'));
    expect((await hold(rootCa, [signAuthority()], { sign: false })).code).toBe(0);
    expect(await isThere('ica.coer')).toBe(false);
    expect(await readdir(at('root-ca-keys'))).toEqual(keys);
  });

  it.each([true, false])('refuses a second founding (signing: %s)', async (sign) => {
    await found();
    const root = await bytesAt('root.coer');
    expect(await hold(rootCa, [createRoot()], { sign })).toEqual(refusal('founding happens once'));
    expect(await bytesAt('root.coer')).toEqual(root);
  });

  it('refuses to sign before there is a key', async () => {
    await found();
    await request('ica.request');
    const outcome = await hold(rootCa, [signAuthority()], { keys: 'other-keys' });
    expect(outcome).toEqual(refusal('there is no key yet'));
  });

  it('refuses the certificate of a root whose key is elsewhere', async () => {
    await found();
    await request('ica.request');
    await hold(rootCa, [{ ...createRoot(), certificate: at('other.coer') }], { keys: 'other-keys' });
    const outcome = await hold(rootCa, [signAuthority({ root: at('other.coer') })]);
    expect(outcome).toEqual(refusal('names another key than this program holds'));
    expect(await isThere('ica.coer')).toBe(false);
  });

  it('refuses a root certificate with a changed byte', async () => {
    await found();
    await request('ica.request');
    const bytes = await bytesAt('root.coer');
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await writeFile(at('root.coer'), bytes);
    expect(await hold(rootCa, [signAuthority()])).toEqual(refusal('not a root certificate that verifies'));
  });

  it('EN5 refuses a request that is signed by another key than it names', async () => {
    await found();
    await request('ica.request', { signWith: 'encryption' });
    expect(await hold(rootCa, [signAuthority()])).toEqual(refusal('request-signature'));
    expect(await isThere('ica.coer')).toBe(false);
  });

  it('refuses a request that is no request, and one that is missing', async () => {
    await found();
    expect(await hold(rootCa, [signAuthority()])).toEqual(refusal('cannot read'));
    await writeFile(at('ica.request'), 'hello');
    expect(await hold(rootCa, [signAuthority()])).toEqual(refusal('request-malformed'));
  });

  it('TL7 refuses a life that ends after the root’s', async () => {
    await found();
    await request('ica.request');
    expect(await hold(rootCa, [signAuthority({ years: 20 })])).toEqual(refusal('validity does not lie inside'));
    expect((await hold(rootCa, [signAuthority({ years: 19 })])).code).toBe(0);
  });

  it('refuses to overwrite the root with what it signs', async () => {
    await found();
    await request('ica.request');
    const outcome = await hold(rootCa, [signAuthority({ certificate: at('root.coer') })]);
    expect(outcome).toEqual(refusal('would overwrite its own input'));
    expect(hostnameOf(await certificateAt('root.coer'))).toBe('root.example');
  });

  it('BI4 refuses a name that is no host name before there is a key, and a list that breaks a rule', async () => {
    expect((await hold(rootCa, [{ ...createRoot(), hostname: 'root example' }])).said).toContain('no host name');
    expect((await hold(trcla, [{ ...createTrcla(), hostname: '' }])).said).toContain('no host name');
    await found();
    await request('ica.request');
    await hold(rootCa, [signAuthority()]);
    const twice = await hold(rootCa, [signTdcl(['ica.coer', 'ica.coer'])]);
    expect(twice).toEqual(refusal('the TDCL is not signed: list-names-once'));
    expect(await isThere('tdcl.coer')).toBe(false);
  });

  it('refuses what it does not know: a kind, a field, a role, a file that is no JSON', async () => {
    await found();
    await request('ica.request');
    expect((await hold(rootCa, [{ ...createRoot(), kind: 'create-world' }])).code).toBe(1);
    expect((await hold(rootCa, [signAuthority({ permissions: 'all' })])).said).toContain('permissions');
    expect((await hold(rootCa, [signAuthority({ as: 'pca' })])).code).toBe(1);
    await writeFile(at('broken.json'), '{');
    expect((await say(rootCa, ['--config', at('broken.json'), '--sign'])).code).toBe(1);
    for (const words of [
      ['--sign'],
      [],
      ['--config'],
      ['--config', 'a', '--verify-transcript', 'b'],
      ['--config', 'a', '--sing'],
    ])
      expect((await say(rootCa, words)).code).toBe(2);
    expect(await say(rootCa, ['--help'])).toEqual({ code: 0, said: expect.stringContaining('根CA') as string });
  });

  it('TL3 refuses a TDCL that names a CA of another root', async () => {
    await found();
    await hold(rootCa, [{ ...createRoot(), certificate: at('foreign-root.coer') }], { keys: 'foreign' });
    await request('ica.request');
    const foreign = signAuthority({ root: at('foreign-root.coer'), certificate: at('foreign.coer') });
    expect((await hold(rootCa, [foreign], { keys: 'foreign' })).code).toBe(0);
    const outcome = await hold(rootCa, [signTdcl(['foreign.coer'])]);
    expect(outcome).toEqual(refusal('does not stand under this root'));
    // Naming the foreign root beside its CA makes it no better.
    const both = await hold(rootCa, [signTdcl(['foreign-root.coer', 'foreign.coer'])]);
    expect(both).toEqual(refusal('does not stand under this root'));
    expect(await isThere('tdcl.coer')).toBe(false);
  });

  it('TL7 refuses a TDCL with a CA that its ICA may not issue', async () => {
    await found();
    const device = await request('ica.request');
    await hold(rootCa, [signAuthority()]);
    const ica = await certificateAt('ica.coer');
    const keys = await authorityKeys(memoryDevice(systemRandom));
    const validity = { start: time32FromMillis(AT), duration: { kind: 'years', value: 1 } } as const;
    const tbs = authorityTbs({ kind: 'ica', hostname: 'sub.example', ...keys, validity }, ccsa);
    const sign = (id: Uint8Array, message: Uint8Array) => device.sign('verification', id, message);
    await writeFile(at('sub.coer'), encode(Certificate, await issueUnlinted(tbs, { certificate: ica, sign })));
    const outcome = await hold(rootCa, [signTdcl(['ica.coer', 'sub.coer'])]);
    expect(outcome).toEqual(refusal('certificate-permissions-outside-issuer'));
  });

  it('M2 refuses an ICA on the TRCL and says how it joins', async () => {
    await found();
    await request('ica.request');
    await hold(rootCa, [signAuthority()]);
    const outcome = await hold(trcla, [createTrcla(), signTrcl(['root.coer', 'ica.coer'])]);
    expect(outcome).toEqual(
      refusal('ica.a.example is not a root CA: it was issued by another; it joins through its root’s TDCL'),
    );
    expect(await isThere('trcl.coer')).toBe(false);
  });

  it('refuses a root on the TRCL that does not verify, or has not the role of one', async () => {
    await found();
    const bytes = await bytesAt('root.coer');
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await writeFile(at('bent.coer'), bytes);
    const bent = await hold(trcla, [createTrcla(), signTrcl(['bent.coer'])]);
    expect(bent).toEqual(refusal('does not verify under its own key'));
    await writeFile(at('no-certificate.coer'), 'hello');
    expect(await hold(trcla, [signTrcl(['no-certificate.coer'])])).toEqual(refusal('is no certificate'));
  });

  it('refuses a list that begins before its signer', async () => {
    await found();
    const early = await hold(trcla, [createTrcla(), signTrcl(['root.coer'], { issuedAt: AT - 86_400_000 })]);
    expect(early).toEqual(refusal('list-issuer-expired'));
  });

  it('takes from a request the keys and nothing else', async () => {
    await found();
    const device = await request('ica.request', { kind: 'root' });
    expect((await hold(rootCa, [signAuthority()])).code).toBe(0);
    const [root, ica] = [await certificateAt('root.coer'), await certificateAt('ica.coer')];
    expect(verifyCertificate(ica, root)).toEqual({ kind: 'checked' });
    expect([hostnameOf(ica), scmsRoleOf(ica, ccsa.aid.management)?.kind]).toEqual(['ica.a.example', 'ica']);
    expect(ica.value.toBeSigned.value.validityPeriod.duration).toEqual({ kind: 'years', value: YEARS.ica });
    expect(await device.labels()).toEqual(['encryption', 'verification']);
  });

  it('founds a root an hour back and what it signs half an hour back', async () => {
    await found();
    await request('ica.request');
    await hold(rootCa, [signAuthority()]);
    const startOf = async (name: string) =>
      spanOf((await certificateAt(name)).value.toBeSigned.value.validityPeriod).startMillis;
    expect(verifySelfSigned(await certificateAt('root.coer'))).toEqual({ kind: 'checked' });
    expect([await startOf('root.coer'), await startOf('ica.coer')]).toEqual([AT - 3_600_000, AT - 1_800_000]);
  });

  it('makes lists that a device takes', async () => {
    await found();
    await request('ica.request');
    expect((await hold(rootCa, [signAuthority(), signTdcl(['ica.coer'])])).code).toBe(0);
    expect((await hold(trcla, [createTrcla(), signTrcl(['root.coer'])])).code).toBe(0);
    const store = new TrustStore(await certificateAt('trcla.coer'));
    expect(isRefused(store.takeTrcl(await bytesAt('trcl.coer'), AT))).toBe(false);
    expect(isRefused(store.takeTdcl(await bytesAt('tdcl.coer'), AT))).toBe(false);
    const listed = store.authority(hashedId8(await certificateAt('ica.coer')), AT);
    expect(listed).toMatchObject({ crlUrl: 'http://cra.example', maUrl: 'http://ma.example' });
  });

  it('signs nothing when it can be seen beforehand that a later operation will be refused', async () => {
    await found();
    await request('ica.request');
    const late = signAuthority({ years: 50, certificate: at('late.coer') });
    expect((await hold(rootCa, [signAuthority(), late])).code).toBe(1);
    expect(await isThere('ica.coer')).toBe(false);
    expect(await readdir(at('root-ca-keys-transcripts'))).toEqual(['0001.transcript.json']);
  });

  it('keeps no key of a founding that signed nothing', async () => {
    // The name is sound and the list is not: that shows only when the key is there.
    const outcome = await hold(trcla, [signTrcl([])]);
    expect(outcome.code).toBe(1);
    expect(await isThere('trcla-keys')).toBe(false);
  });

  describe('as a program of its own', () => {
    function run(words: string[], environment: Record<string, string> = {}): Promise<Outcome> {
      const guarded = ['--import', './test/support/typescript.mjs', '--import', './test/support/offline-guard.mjs'];
      return new Promise((resolve) => {
        const options = { cwd: PROJECT, env: childEnvironment(environment) };
        execFile(process.execPath, [...guarded, ...words], options, (error, _stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, said: stderr });
        });
      });
    }

    it('TL5 would be ended by the guard at every door to a network', async () => {
      const { code, said } = await run(['apps/root-ca/src/main.ts'], { PROVE_GUARD: '1' });
      expect([code, said.match(/open: .*/g)]).toEqual([0, null]);
      expect(new Set(said.match(/the guard met \S+/g)).size).toBe(12);
    });

    it('TL5 refuses a wrong configuration without opening a socket', async () => {
      const config = await configFile([{ kind: 'create-world' }], 'keys');
      expect((await run(['apps/trcla/src/main.ts', '--config', config, '--sign'])).code).toBe(1);
    });

    it('TL5 holds both ceremonies without opening a socket', async () => {
      await request('ica.request');
      const root = await configFile([createRoot(), signAuthority(), signTdcl(['ica.coer'])], 'root-keys');
      const lists = await configFile([createTrcla(), signTrcl(['root.coer'])], 'trcla-keys');
      for (const [program, config] of [
        ['root-ca', root],
        ['trcla', lists],
      ] as const) {
        const outcome = await run([`apps/${program}/src/main.ts`, '--config', config, '--sign']);
        expect(outcome).toEqual({ code: 0, said: expect.stringContaining('signed: ') as string });
        expect(outcome.said).not.toContain('guard');
      }
      expect(decode(Certificate, await bytesAt('ica.coer')).value.version).toBe(3);
      expect(await isThere('trcl.coer')).toBe(true);
    });
  });
});
