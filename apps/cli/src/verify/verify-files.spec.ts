import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from '#coer/codec.js';
import { SequenceOfCertificate } from '#wire/dot2dot1/cert-management.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { identityOf } from '#credentials/explain/identity.js';
import {
  certified,
  crlBy,
  crlContents,
  DAY,
  house,
  NOON,
  pcaTbs,
  pcTbs,
  signedBy,
  type House,
} from '../../../../libs/credentials/src/explain/house.fixture.js';
import type { CliContext } from '../cli-context.js';
import { verifyFile, type VerifyOptions } from './verify-files.js';

interface Answer {
  valid: boolean;
  steps: { step: string; ok: boolean; why: string }[];
}

describe('chrysalis verify', () => {
  let folder: string;
  let sound: House;
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
  const run = (target: string, options: Partial<VerifyOptions> = {}): number => {
    said = [];
    heard = [];
    return verifyFile(target, { trust: [join(folder, 'root.coer')], at: NOON, ...options }, context, NOON);
  };
  const answer = (): Answer => JSON.parse(said[0] as string) as Answer;
  const wrong = (): string[] =>
    answer()
      .steps.filter(({ ok }) => !ok)
      .map(({ step }) => step);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'verify-'));
    sound = house('p256');
    const { root, pca, pc } = sound;
    file('root.coer', root.certificate.bytes);
    file('pca.hex', Buffer.from(pca.certificate.bytes).toString('hex'));
    file('pc.b64', Buffer.from(pc.certificate.bytes).toString('base64'));
    file('message.coer', encode(V2XSecData, signedBy(pc, { named: 'digest' })));
    file('garbage.coer', Uint8Array.of(0x80, 3, 0, 0x81));
    file('text.txt', 'No certificate at all.');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const at = (name: string): string => join(folder, name);

  it('ends with 0 for what is valid, in files of all forms, each step with its mark', () => {
    expect(run(at('pc.b64'), { chain: [at('pca.hex')] })).toBe(0);
    expect(said[0]).toBe(`${at('pc.b64')}: Certificate, ieee, ${sound.pc.certificate.bytes.length} bytes`);
    expect(said.slice(1, -1).every((line) => line.startsWith('✓ '))).toBe(true);
    expect(said.at(-1)).toBe('valid');
    expect(run(at('message.coer'), { chain: [at('pca.hex'), at('pc.b64')] })).toBe(0);
  });

  it('ends with 1 for what is not, and marks the step with a sentence', () => {
    expect(run(at('pc.b64'), { chain: [at('pca.hex')], at: NOON + 11 * DAY })).toBe(1);
    expect(said.filter((line) => line.startsWith('✗'))).toEqual([
      expect.stringMatching(/^✗ time {9}the certificate .* is no longer valid/),
    ]);
    expect(said.at(-1)).toBe('not valid: time');
  });

  it('says one line of JSON with exactly valid and steps', () => {
    expect(run(at('pc.b64'), { chain: [at('pca.hex')], json: true })).toBe(0);
    expect(said).toHaveLength(1);
    expect(Object.keys(answer())).toEqual(['valid', 'steps']);
    expect(answer().valid).toBe(true);
    for (const step of answer().steps) expect(Object.keys(step)).toEqual(['step', 'ok', 'why']);
    expect(run(at('pc.b64'), { json: true })).toBe(1);
    expect(answer().valid).toBe(false);
    expect(wrong()).toContain('chain');
  });

  it('takes chains as one file, and several roots', () => {
    const other = house('sm2');
    const bundle = file('bundle.coer', encode(SequenceOfCertificate, [sound.pca.certificate, other.root.certificate]));
    expect(run(at('pc.b64'), { chain: [bundle] })).toBe(0);
    const roots = file('roots.coer', encode(SequenceOfCertificate, [other.root.certificate, sound.root.certificate]));
    expect(run(at('pc.b64'), { trust: [roots], chain: [bundle] })).toBe(0);
  });

  it('asks the CRLs that are handed in, and judges one as a file of its own', () => {
    const { root } = sound;
    const cracaId = identityOf(root.certificate).hashedId8.subarray(5);
    const pca = certified('p256', root, { tbs: { ...pcaTbs, cracaId, crlSeries: 7 } });
    const pc = certified('p256', pca, { tbs: pcTbs });
    const entries = [{ id: identityOf(pca.certificate).hash.subarray(-10), expiry: time32FromMillis(NOON + DAY) }];
    const typeSpecific = { kind: 'fullHashCrl', value: { crlSerial: 2, entries } } as const;
    const crl = file('crl.coer', encode(V2XSecData, crlBy(root, crlContents(root.certificate, { typeSpecific }))));
    const target = file('revoked.coer', pc.certificate.bytes);
    const chain = [file('pca2.coer', pca.certificate.bytes)];
    expect(run(target, { chain, json: true })).toBe(0);
    expect(run(target, { chain, crl: [crl], json: true })).toBe(1);
    expect(wrong()).toEqual(['revocation']);
    expect(run(crl, { json: true })).toBe(0);
    expect(run(crl, { json: true, at: NOON + 2 * DAY })).toBe(1);
    expect(wrong()).toEqual(['time']);
  });

  it('judges the profile that is asked for', () => {
    expect(run(at('pc.b64'), { chain: [at('pca.hex')], profile: 'ieee', json: true })).toBe(0);
    expect(run(at('pc.b64'), { chain: [at('pca.hex')], profile: 'ccsa', json: true })).toBe(1);
    expect(wrong()).toEqual(['profile']);
  });

  it('ends with 1 for bytes that are no certificate, message or list, by their structure', () => {
    for (const name of ['garbage.coer', 'text.txt']) {
      expect(run(at(name), { json: true })).toBe(1);
      expect(wrong()).toEqual(['structure']);
    }
  });

  it.each<[string, string, Partial<VerifyOptions>, RegExp]>([
    ['a file that is not there', 'absent.coer', {}, /absent\.coer: there is no such file/],
    ['a folder', '.', {}, /it is a directory/],
    ['trust that is not there', 'pc.b64', { trust: ['/nowhere/x'] }, /x: there is no such file/],
  ])('ends with 2 for %s', (_, name, options, words) => {
    expect(run(at(name), options)).toBe(2);
    expect(said).toEqual([]);
    expect(heard[0]).toMatch(words);
  });

  it('ends with 2 when another file cannot be decoded or is of no use, and says what it is', () => {
    expect(run(at('pc.b64'), { trust: [at('garbage.coer')] })).toBe(2);
    expect(heard[0]).toContain('not a whole Certificate');
    expect(run(at('pc.b64'), { trust: [at('message.coer')] })).toBe(2);
    expect(heard[0]).toContain('holds no certificate that could be trusted; it is an Ieee1609Dot2Data');
    expect(run(at('pc.b64'), { crl: [at('pca.hex')] })).toBe(2);
    expect(heard[0]).toContain('holds no signed CRL; it is a Certificate');
  });
});
