import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Command } from 'commander';
import { certificateFromBytes, hashedId8, verificationKeyOf } from '#credentials/certificate-facts.js';
import { sm2PublicKey } from '#crypto/sm2.js';
import type { CliContext } from '../cli-context.js';
import { allKinds } from '../sample/all-kinds.js';
import { add } from './sample.command.js';

const bytesOf = (text: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(text ?? '', 'hex'));

describe('chrysalis sample', () => {
  let ended: number[];
  let said: string[];
  let whispered: string[];
  let folder: string;
  const run = async (...words: string[]): Promise<void> => {
    const context: CliContext = {
      root: '/nowhere/',
      environment: {},
      progress: (line) => whispered.push(line),
      result: (line) => said.push(line),
      finish: (code) => ended.push(code),
    };
    const program = new Command().exitOverride();
    add(program, context);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: jest.fn() });
    await program.parseAsync(['sample', ...words], { from: 'user' });
  };

  beforeEach(() => {
    [ended, said, whispered] = [[], [], []];
    folder = mkdtempSync(join(tmpdir(), 'sample-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lists every kind once', async () => {
    await run('list');
    expect(said.map((line) => line.split(' ')[0])).toEqual([...new Set(allKinds.map(({ name }) => name))]);
    expect(ended).toEqual([0]);
  });

  it('prints hexadecimal digits, the same for one seed', async () => {
    await run('root', '--seed', '7');
    await run('root', '--seed', '7', '--at', '2026-01-01T00:00:00Z');
    expect(said[0]).toMatch(/^800300/);
    expect(said[1]).toBe(said[0]);
    expect(certificateFromBytes(bytesOf(said[0])).value.issuer.kind).toBe('self');
  });

  it('prints the chain as JSON, from the signer upwards', async () => {
    await run('spdu', '--json', '--seed', '7', '--profile', 'ieee', '--at', '2030-05-06T07:08:09Z');
    const line = JSON.parse(said[0] as string) as {
      hex: string;
      chain: { name: string; hashedId8: string; hex: string }[];
    };
    expect(line).toMatchObject({ kind: 'spdu', type: 'V2XSecData', profile: 'ieee', at: '2030-05-06T07:08:09.000Z' });
    expect(line.hex).toMatch(/^0381/);
    expect(line.chain.map(({ name }) => name)).toEqual(['pc', 'pca', 'ica', 'root']);
    for (const { hashedId8: id, hex } of line.chain)
      expect(Buffer.from(hashedId8(certificateFromBytes(bytesOf(hex)))).toString('hex')).toBe(id);
  });

  it('writes a file of bytes', async () => {
    await run('pc', '--seed', '7', '--out', join(folder, 'pc.coer'));
    await run('pc', '--seed', '7');
    expect(said).toEqual([readFileSync(join(folder, 'pc.coer')).toString('hex')]);
    expect(readdirSync(folder)).toEqual(['pc.coer']);
  });

  it('writes a folder with everybody and their keys, marked as for tests', async () => {
    await run('spdu', '--seed', '7', '--out', `${folder}/all/`);
    const files = readdirSync(join(folder, 'all')).sort();
    expect(files).toEqual(
      ['cra.coer', 'ica.coer', 'pc.coer', 'pca.coer', 'root.coer', 'spdu.coer', 'spdu.keys.json'].sort(),
    );
    const { warning, keys } = JSON.parse(readFileSync(join(folder, 'all/spdu.keys.json'), 'utf8')) as {
      warning: string;
      keys: { certificate: string; signingKey: string; issuer: string }[];
    };
    expect(warning).toMatch(/^TEST KEYS/);
    expect(keys.length).toBe(5);
    for (const { certificate, signingKey } of keys) {
      const bytes = new Uint8Array(readFileSync(join(folder, 'all', certificate)));
      expect(verificationKeyOf(certificateFromBytes(bytes))).toEqual(sm2PublicKey(bytesOf(signingKey)));
    }
  });

  it.each([
    ['a kind that there is not', ['bicycle'], 'bicycle is no kind of sample'],
    ['a kind of the other profile', ['trcl', '--profile', 'ieee'], 'the ieee profile has no trcl'],
    ['a place that cannot be written', ['root', '--out', '/nowhere/at/all'], '/nowhere/at/all'],
  ])('refuses %s', async (_, words, sentence) => {
    await run(...words);
    expect(whispered.join()).toContain(sentence);
    expect(said).toEqual([]);
    expect(ended).toEqual([2]);
  });

  it.each([
    [['root', '--at', 'yesterday']],
    [['root', '--at', '2020-02-29T00:00:00Z']],
    [['root', '--at', '2101-01-01T00:00:00Z']],
    [['root', '--seed', '-1']],
    [['root', '--seed', '1.5']],
    [['root', '--profile', 'etsi']],
    [[]],
  ])('does not understand %j', async (words) => {
    await expect(run(...words)).rejects.toThrow();
    expect(said).toEqual([]);
  });

  it.each(['2020-03-01T00:00:00Z', '2100-01-01T00:00:00Z'])('makes samples at %s', async (at) => {
    await run('spdu', '--at', at);
    expect(ended).toEqual([0]);
  });
});
