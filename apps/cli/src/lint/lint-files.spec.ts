import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '#coer/codec.js';
import { issueUnlinted, recertify, signCrlUnlinted, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { buildLinkedCrl } from '#credentials/linked-crl.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { message, pseudonym } from '#credentials/spdu.fixture.js';
import { SequenceOfCertificate } from '#wire/dot2dot1/cert-management.js';
import { CrlContents } from '#wire/crl.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { unsecured } from '#credentials/signed-data.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { CliContext } from '../cli-context.js';
import { lintFiles, type LintOptions } from './lint-files.js';

interface Line {
  file: string;
  kind: string | null;
  findings: { rule: string; severity: string; path: string; message: string; clause: string }[];
  error?: string;
}

describe('chrysalis lint', () => {
  let folder: string;
  let bench: Bench;
  let now: number;
  let said: string[];
  let heard: string[];
  const context: CliContext = {
    root: '/nowhere/',
    environment: {},
    progress: (line) => heard.push(line),
    result: (line) => said.push(line),
    finish: () => undefined,
  };
  const file = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const run = (files: string[], options: LintOptions = {}): number => {
    [said, heard] = [[], []];
    return lintFiles(files, options, context);
  };
  const lines = (): Line[] => said.map((line) => JSON.parse(line) as Line);
  const rules = (): string[] => lines().flatMap(({ findings }) => findings.map(({ rule }) => rule));
  const of = (name: string): Certificate => bench.member(name).certificate;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lint-'));
    bench = await authorityBench();
    now = bench.clock.nowMillis();
    file('root.coer', bench.root.certificate.bytes);
    file('pca.hex', Buffer.from(of('a-pca').bytes).toString('hex'));
    file('ica.b64', Buffer.from(of('a-ica').bytes).toString('base64'));
    const wide = await issueUnlinted(
      { ...of('a-eca').value.toBeSigned.value, crlSeries: 7, canRequestRollover: null },
      bench.member('a-ica').signer,
    );
    file('wide.coer', wide.bytes);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);

  it('ends with 0 and a summary for what is clean, in bytes, hexadecimal and base64', () => {
    expect(run([at('root.coer'), at('pca.hex'), at('ica.b64')])).toBe(0);
    expect(said).toEqual([
      `${at('root.coer')}: Certificate (root), ccsa: nothing to complain of`,
      `${at('pca.hex')}: Certificate (pca), ccsa: nothing to complain of`,
      `${at('ica.b64')}: Certificate (ica), ccsa: nothing to complain of`,
      '3 files: 0 errors, 0 warnings, 0 notices',
    ]);
  });

  it('ends with 1 and a line for each finding, the worst first, with severity, rule, place, sentence and clause', () => {
    expect(run([at('wide.coer')])).toBe(1);
    expect(said).toEqual([
      `${at('wide.coer')}: Certificate (eca), ccsa`,
      '  error   rollover-is-unused  toBeSigned.canRequestRollover is present (IEEE 1609.2-2022, 6.4.8)',
      '  warning craca-and-series-go-together  toBeSigned.crlSeries is not 0, and no CRACA is named (IEEE 1609.2-2022, 6.4.8)',
      '1 file: 1 error, 1 warning, 0 notices',
    ]);
  });

  it('says with --json one line a file', () => {
    expect(run([at('root.coer'), at('wide.coer')], { json: true })).toBe(1);
    expect(lines()[0]).toEqual({ file: at('root.coer'), kind: 'root', findings: [] });
    expect(lines()[1]?.kind).toBe('eca');
    expect(lines()[1]?.findings[0]).toEqual({
      rule: 'rollover-is-unused',
      severity: 'error',
      path: 'toBeSigned.canRequestRollover',
      message: 'is present',
      clause: 'IEEE 1609.2-2022, 6.4.8',
    });
  });

  it('ends with 2 for what cannot be read, and goes on with the others', () => {
    const text = file('notes.txt', 'not a certificate');
    const plain = file('plain.coer', encode(V2XSecData, unsecured(Uint8Array.of(1))));
    expect(run([at('nothing.coer'), text, plain, at('root.coer')], { json: true })).toBe(2);
    expect(lines().map(({ kind }) => kind)).toEqual([null, null, null, 'root']);
    expect(lines()[0]?.error).toBe('there is no such file');
    expect(lines()[2]?.error).toContain('not signed');
    expect(heard).toHaveLength(3);
    expect(run([at('root.coer')], { issuer: [at('nothing.coer')] })).toBe(2);
  });

  it('holds a certificate against its issuer when it is given, and against nobody else', async () => {
    const tbs = { ...of('a-pca').value.toBeSigned.value, id: { kind: 'name', value: 'b.example' } as const };
    const elsewhere = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 840 }] } as const;
    const abroad = await issueUnlinted(
      { ...tbs, region: { ...elsewhere, value: [...elsewhere.value] } },
      bench.member('a-ica').signer,
    );
    file('abroad.coer', abroad.bytes);
    const options = { json: true };
    expect(run([at('abroad.coer')], options)).toBe(0);
    expect(run([at('abroad.coer')], { ...options, issuer: [at('root.coer')] })).toBe(0);
    expect(run([at('abroad.coer')], { ...options, issuer: [at('ica.b64')] })).toBe(1);
    expect(rules()).toContain('region-within-issuer');
    const chain = encode(SequenceOfCertificate, [of('a-ica'), abroad]);
    expect(run([file('chain.coer', chain)], options)).toBe(1);
    expect(lines()[0]?.kind).toBe('several');
    expect(lines()[0]?.findings.find(({ severity }) => severity === 'error')?.path).toBe(
      'certificate 2 of 2: toBeSigned.region',
    );
  });

  it('takes the word of --kind and --profile', () => {
    expect(run([at('pca.hex')], { json: true, kind: 'eca' })).toBe(1);
    expect(rules()).toEqual(expect.arrayContaining(['management-ssp-fits-kind', 'eca-issues-enrolments']));
    run([at('pca.hex')], { json: true, profile: 'ieee' });
    expect(lines()[0]?.kind).toBe('unknown');
  });

  it('lints CRLs, signed and by their contents alone', async () => {
    const { certificate, signer } = bench.member('a-cra');
    const contents = buildLinkedCrl({
      craca: certificate,
      series: 1,
      entries: [],
      iRev: periodAt(ccsa.epochMillis, now),
      indexWithinI: 0,
      issueMillis: now,
      nextMillis: now + 3_600_000,
    });
    expect(run([file('crl.coer', await signCrlUnlinted(contents, signer, ccsa))], { json: true })).toBe(0);
    expect(lines()[0]).toMatchObject({ kind: 'crl', findings: [] });
    const bent = { ...contents, version: 3, crlSeries: 5 };
    expect(run([file('bent.coer', await signCrlUnlinted(bent, signer, ccsa))], { json: true })).toBe(1);
    expect(rules()).toEqual(['crl-version-is-1', 'crl-signer-is-permitted']);
    const late = { ...contents, nextCrl: contents.issueDate };
    expect(run([file('contents.coer', encode(CrlContents, late))], { json: true })).toBe(1);
    expect(rules()).toEqual(['crl-ends-after-it-begins']);
  });

  it('lints lists, and the certificates in them under one another', async () => {
    expect(run([file('trcl.coer', bench.trcl)], { json: true })).toBe(0);
    expect(lines()[0]?.kind).toBe('trcl');
    const list = await signPkiCtlUnlinted(
      {
        series: 1,
        issueDate: time32FromMillis(now),
        nextPkiCtl: time32FromMillis(now),
        pkiCertInfoList: [{ certificate: [of('a-pca')] }],
      },
      bench.root.signer,
    );
    expect(run([file('tdcl.coer', encode(PkiCtl, list))], { json: true })).toBe(1);
    expect(rules()).toEqual(['list-ends-after-it-begins', 'tdcl-names-its-domain']);
  });

  it('lints messages with the certificate of their signer, carried or given', async () => {
    const signer = await pseudonym(bench.member('a-pca').signer, of('a-cra'), now);
    file('pc.coer', signer.certificate.bytes);
    expect(run([file('bsm.coer', await message(signer, now))], { json: true })).toBe(0);
    expect(lines()[0]?.kind).toBe('spdu');
    const digest = file('map.coer', await message(signer, now, { named: 'digest', header: { psid: 112 } }));
    expect(run([digest], { json: true })).toBe(0);
    expect(run([digest], { json: true, issuer: [at('pc.coer')] })).toBe(1);
    expect(rules()).toEqual(['spdu-application-is-permitted']);
    const bent = await recertify(signer.certificate, bench.member('a-pca').signer, { tbs: { crlSeries: 0 } });
    const carried = file('carried.coer', await message({ ...signer, certificate: bent }, now));
    expect(run([carried], { json: true })).toBe(1);
    expect(lines()[0]?.findings[0]?.path).toBe('signer 1: toBeSigned.crlSeries');
  });
});
