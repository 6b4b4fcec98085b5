/** Ceremonies with people: M of N at the table, the key shared anew, restored, and the lists that only go forward. */
import { jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { add } from '#apps/cli/src/commands/ceremony.command.js';
import { CEREMONY_KEY } from '#ceremony/ceremony.js';
import { openCustody } from '#ceremony/custody.js';
import { readTranscript } from '#ceremony/transcript.js';
import { systemRandom } from '#crypto/random.js';
import { verifyCaCrl } from '#credentials/ca-crl.js';
import { hashedId10, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { verifyPkiCtl } from '#credentials/trust-lists.js';
import { isRefused } from '#credentials/refusal.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import {
  CeremonyTable,
  CEREMONY_START,
  DAY_MILLIS,
  passphraseOf,
  PEOPLE,
  type Outcome,
} from '../support/ceremony-table.js';
import { childEnvironment } from '../support/child-environment.js';

// Passphrases are stretched, and the machine may be busy.
jest.setTimeout(60_000);

const START = CEREMONY_START;
const DAY = DAY_MILLIS;
const refusal = (sentence: string): Outcome => ({ code: 1, said: expect.stringContaining(sentence) as string });
const done: unknown = expect.objectContaining({ code: 0 });

describe('a ceremony with custodians', () => {
  let table: CeremonyTable;
  const root = (operations: object[], there: string[], more: { at?: number; words?: string[]; config?: object } = {}) =>
    table.hold(operations, { of: 'root', there, at: START + DAY, ...more });
  const checkShares = (there: string[]): Promise<Outcome> => root([], there, { words: ['--check-shares'] });

  let founded: CeremonyTable;
  beforeAll(async () => {
    founded = await CeremonyTable.lay();
    for (const name of ['ica', 'icb', 'icc']) await founded.request(name);
    expect(await founded.hold([founded.createRoot()], { of: 'root' })).toEqual(done);
  });
  afterAll(() => founded.clear());
  beforeEach(async () => {
    table = await founded.copy();
  });
  afterEach(() => table.clear());

  it('TL5 needs as many of them as were agreed: one is refused, two sign', async () => {
    expect(await root([table.signIca('ica')], ['Security'])).toEqual(
      refusal('2 of 3 custodians are needed, and here are Security'),
    );
    expect(await readdir(table.folder)).not.toContain('ica.coer');
    expect(await root([table.signIca('ica')], ['Operations', 'Security'])).toEqual(done);
    expect(verifyCertificate(await table.certificate('ica.coer'), await table.certificate('root.coer'))).toEqual({
      kind: 'checked',
    });
  });

  it('asks nobody for a passphrase in a dry run, nor when something is refused beforehand', async () => {
    table.asked.length = 0;
    expect(await root([table.signIca('ica')], [], { words: [] })).toEqual(done);
    expect(await root([table.signIca('ica', { years: 50 })], ['Board', 'Security'])).toEqual(refusal('validity'));
    expect(table.asked).toEqual([]);
    expect(await readdir(table.at('root-transcripts'))).toHaveLength(1);
  });

  it('shows what it would sign before it asks for a passphrase', async () => {
    const { said } = await root([table.signIca('ica')], ['Security']);
    expect(said).toMatch(
      /^ceremony 2 of root-ca\nwould sign: ica certificate of ica.example for 10 years .*\nroot-ca: refused: 2 of 3 custodians/,
    );
  });

  it('leaves nothing in the key folder that opens it', async () => {
    expect((await readdir(table.at('root-keys'))).sort()).toEqual(['generation-1', 'state.json']);
    expect(await readdir(table.at('root-keys/generation-1'))).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.key$/)]);
  });

  describe('as a program of its own', () => {
    async function run(words: string[], typed: string): Promise<Outcome> {
      const config = await table.configFile([table.signIca('ica')], {
        of: 'root',
        there: ['Board', 'Operations'],
        at: START + DAY,
      });
      const guarded = ['--import', './test/support/typescript.mjs', '--import', './test/support/offline-guard.mjs'];
      const child = spawn(
        process.execPath,
        [...guarded, 'apps/root-ca/src/main.ts', '--config', config, '--sign', ...words],
        {
          ...{ cwd: process.cwd(), env: childEnvironment({ REPORT_SOCKETS: '1' }), stdio: ['pipe', 'ignore', 'pipe'] },
        },
      );
      let said = '';
      child.stderr?.on('data', (text) => (said += String(text)));
      child.stdin?.end(typed);
      return new Promise((resolve) => child.once('close', (code) => resolve({ code: code ?? -1, said })));
    }

    it('TL5 takes passphrases from a descriptor, a line each, and ends without a socket', async () => {
      const outcome = await run(['--passphrase-fd', '0'], `${passphraseOf('Board')}\n${passphraseOf('Operations')}\n`);
      expect(outcome).toEqual({ code: 0, said: expect.stringContaining('signed: ica certificate') as string });
      expect(outcome.said).toContain('sockets at the end: 0');
      expect(outcome.said).not.toContain('guard met');
    });

    it('TL5 would be seen with a socket at the end', async () => {
      const guarded = ['--import', './test/support/typescript.mjs', '--import', './test/support/offline-guard.mjs'];
      const env = childEnvironment({ REPORT_SOCKETS: 'PROVE' });
      const child = spawn(process.execPath, [...guarded, 'apps/root-ca/src/main.ts', '--help'], { env });
      let said = '';
      child.stderr.on('data', (text) => (said += String(text)));
      await new Promise((resolve) => child.once('close', resolve));
      expect(said).toContain('sockets at the end: 1');
    });

    it('refuses to sign with nobody to ask', async () => {
      expect(await run([], `${passphraseOf('Board')}\n`)).toEqual(refusal('are asked for at a terminal'));
    });
  });

  describe('that shares the key anew', () => {
    const leave = () =>
      root([], ['Board', 'Security'], {
        config: { shareAnew: table.custodians('root', ['Board', 'Operations', 'Audit'], 2, '-2') },
      });

    it('ends the shares of before, says what it cannot end, and goes on with the new ones', async () => {
      await cp(table.at('root-keys'), table.at('kept-keys'), { recursive: true });
      await cp(table.at('root-transcripts'), table.at('kept-transcripts'), { recursive: true });
      const outcome = await leave();
      expect(outcome).toEqual(done);
      expect(outcome.said).toContain(
        'Whoever kept a copy of the former key folder and enough former shares still has the key',
      );
      expect((await readdir(table.at('root-keys'))).sort()).toEqual(['generation-2', 'state.json']);
      expect(await checkShares(['Board', 'Security'])).toEqual(
        refusal('is of sharing 1, and the key has been shared anew'),
      );
      expect(await checkShares(['Board-2', 'Operations'])).toEqual(refusal('the share of Operations in'));
      expect(await root([table.signIca('ica')], ['Board-2', 'Audit-2'])).toEqual(done);
      expect(verifyCertificate(await table.certificate('ica.coer'), await table.certificate('root.coer'))).toEqual({
        kind: 'checked',
      });
      // What the sentence means: with the folders of before, two former shares still open it.
      for (const name of ['keys', 'transcripts']) {
        await rm(table.at(`root-${name}`), { recursive: true });
        await rename(table.at(`kept-${name}`), table.at(`root-${name}`));
      }
      expect(await checkShares(['Security', 'Operations'])).toEqual(done);
    });

    it('says in a dry run who would hold it, and makes no share', async () => {
      const config = { shareAnew: table.custodians('root', ['Board', 'Audit'], 2, '-2') };
      const outcome = await root([], [], { config, words: [] });
      expect(outcome.said).toContain('would share the key anew: 2 of 2 custodians: Board, Audit');
      expect((await readdir(table.folder)).filter((name) => name.includes('-2'))).toEqual([]);
    });

    it('refuses to write over a share, before anybody is asked', async () => {
      table.asked.length = 0;
      const config = { shareAnew: table.custodians('root', ['Board', 'Audit'], 2) };
      expect(await root([], ['Board', 'Security'], { config })).toEqual(
        refusal('is there already; a new share has a place of its own'),
      );
      expect(table.asked).toEqual([]);
    });

    it('erases what a ceremony left that was cut off in the middle of it', async () => {
      await cp(table.at('root-keys/generation-1'), table.at('root-keys/generation-2'), { recursive: true });
      const outcome = await root([table.signIca('ica')], ['Board', 'Security']);
      expect(outcome.said).toContain('erased the keys of sharing 2');
      expect((await readdir(table.at('root-keys'))).sort()).toEqual(['generation-1', 'state.json']);
    });
  });

  describe('and a backup', () => {
    it('is restored elsewhere: every pair of custodians opens the key, and it signs', async () => {
      const parts = ['root-keys', 'root-transcripts', ...PEOPLE.map((name) => `root-${name}.share`)];
      for (const part of parts) await cp(table.at(part), table.at(`backup/${part}`), { recursive: true });
      for (const part of parts) await rm(table.at(part), { recursive: true });
      expect((await checkShares(['Board', 'Security'])).code).toBe(1);
      for (const part of parts) await rename(table.at(`backup/${part}`), table.at(part));
      for (const pair of [
        ['Board', 'Security'],
        ['Security', 'Operations'],
        ['Operations', 'Board'],
      ])
        expect(await checkShares(pair)).toEqual({
          code: 0,
          said: expect.stringContaining(`of ${pair.join(', ')} open the key`) as string,
        });
      expect(await root([table.signIca('ica')], ['Security', 'Operations'])).toEqual(done);
      expect(
        await table.say('root', [
          '--verify-transcript',
          table.at('root-transcripts'),
          '--certificate',
          table.at('root.coer'),
        ]),
      ).toEqual(done);
    });

    it('of transcripts alone that is older is noticed; so is one that is gone or was changed', async () => {
      expect(await root([table.signIca('ica')], ['Board', 'Security'])).toEqual(done);
      const [first, last] = ['0001', '0002'].map((number) =>
        table.at(`root-transcripts/${number}.transcript.json`),
      ) as [string, string];
      const dry = () => root([], [], { words: [] });
      await rename(last, table.at('last'));
      expect(await dry()).toEqual(refusal('ends with number 1, and the last ceremony was number 2'));
      await rename(table.at('last'), last);
      await rename(first, table.at('first'));
      expect(await dry()).toEqual(refusal('the first transcript is missing'));
      await rename(table.at('first'), first);
      const text = await readFile(last, 'utf8');
      await writeFile(last, text.replace('ica.example', 'eve.example'));
      expect(await dry()).toEqual(refusal('does not follow'));
      await writeFile(last, text);
      await rename(table.at('root-keys/state.json'), table.at('state'));
      expect(await dry()).toEqual(refusal('cannot read'));
      await rename(table.at('state'), table.at('root-keys/state.json'));
      await rename(table.at('root-transcripts'), table.at('gone'));
      expect(await dry()).toEqual(refusal('bring the transcripts back'));
    });

    it('with another key in its place is refused, though the same shares open it', async () => {
      const words = async (name: string) => Promise.resolve(passphraseOf(name));
      const { opened } = await readTranscript(table.at('root-transcripts/0001.transcript.json'));
      const shares = ['Board', 'Security'].map((name) => ({ share: table.at(`root-${name}.share`) }));
      const { masterKey } = await openCustody(opened.custody, shares, { toOpen: words, toSeal: words });
      const directory = table.at('root-keys/generation-1');
      await rm(directory, { recursive: true });
      const device = await openSoftwareDevice({ directory, random: systemRandom, masterKey });
      await device.createKey(CEREMONY_KEY);
      await device.close();
      expect(await checkShares(['Board', 'Security'])).toEqual(refusal('the key folder holds another key'));
      expect(await root([table.signIca('ica')], ['Board', 'Security'])).toEqual(
        refusal('the key folder holds another key'),
      );
    });

    it('of another program in its place is refused', async () => {
      expect(await table.hold([table.createTrcla()], { of: 'trcla' })).toEqual(done);
      const config = { transcripts: table.at('trcla-transcripts'), keys: table.at('trcla-keys') };
      expect(await root([], [], { words: [], config })).toEqual(refusal('is of trcla'));
    });

    it('of a fork, held with the same shares, is refused beside the state', async () => {
      await cp(table.at('root-transcripts'), table.at('fork-transcripts'), { recursive: true });
      await cp(table.at('root-keys'), table.at('fork-keys'), { recursive: true });
      const config = { transcripts: table.at('fork-transcripts'), keys: table.at('fork-keys') };
      expect(await root([table.signIca('ica', { years: 5 })], ['Board', 'Security'], { config })).toEqual(done);
      expect(await root([table.signIca('ica', { into: 'other' })], ['Board', 'Security'])).toEqual(done);
      const forked = { transcripts: table.at('fork-transcripts') };
      expect(await root([], [], { words: [], config: forked })).toEqual(
        refusal('is not the transcript that was written here'),
      );
    });
  });

  it('refuses to be another than the one of the minutes: all folders may have been put back together', async () => {
    const backup = [`root-keys`, `root-transcripts`];
    for (const part of backup) await cp(table.at(part), table.at(`backup/${part}`), { recursive: true });
    expect(await root([table.signIca('ica')], ['Board', 'Security'], { config: { number: 2 } })).toEqual(done);
    for (const part of backup) {
      await rm(table.at(part), { recursive: true });
      await rename(table.at(`backup/${part}`), table.at(part));
    }
    const third = { words: [], config: { number: 3 } };
    expect(await root([], [], third)).toEqual(
      refusal('this would be ceremony 2, and the configuration is for ceremony 3'),
    );
  });

  it('refuses to be earlier than the last one', async () => {
    expect(await root([], [], { words: [], at: START - 1 })).toEqual(refusal('it is earlier than the last ceremony'));
  });

  it('says in its first words who would hold a key, and what does not fit', async () => {
    const founding = { of: 'successor', words: [] };
    expect(await table.hold([table.createRoot('successor')], founding)).toEqual({
      code: 0,
      said: expect.stringContaining('would make a key for 2 of 3 custodians: Board, Security, Operations') as string,
    });
    expect(await table.hold([], founding)).toEqual(refusal('the first ceremony has no operation'));
    const config = { custodians: undefined };
    expect(await table.hold([table.createRoot('successor')], { ...founding, config })).toEqual(
      refusal('"custodians" says who holds it'),
    );
    expect(
      await table.hold([table.createRoot('successor')], { ...founding, config: { shares: [{ share: 'x' }] } }),
    ).toEqual(refusal('this is the first ceremony'));
    expect(await root([], ['Board', 'Security'])).toEqual(refusal('there is nothing to do'));
    expect(await root([], [], { config: { custodians: table.custodians('root') } })).toEqual(
      refusal('founding happens once'),
    );
  });

  describe('its lists', () => {
    const lists = (operations: object[], at = START + DAY): Promise<Outcome> =>
      root(operations, ['Board', 'Security'], { at });
    const dry = (operations: object[], at = START + 2 * DAY): Promise<Outcome> =>
      root(operations, [], { at, words: [] });

    beforeEach(async () => {
      const operations = [table.signIca('ica'), table.signIca('icb'), table.signTdcl(['ica', 'icb'], START + DAY)];
      expect(await lists(operations)).toEqual(done);
    });

    it.each([
      ['a day earlier', -DAY],
      ['of the same second', 999],
    ])('TL2 refuse a TDCL %s', async (_, later) => {
      expect(await dry([table.signTdcl(['ica', 'icb'], START + DAY + later)])).toEqual(
        refusal('TDCL must be dated after'),
      );
    });

    it('TL2 refuse a lower series, and two of one date in one ceremony', async () => {
      const next = START + 2 * DAY;
      expect(await dry([table.signTdcl(['ica', 'icb'], next, { series: 0 })])).toEqual(
        refusal('series 0, and the last one had 1'),
      );
      const twice = [
        table.signTdcl(['ica', 'icb'], next, { into: 'a' }),
        table.signTdcl(['ica', 'icb'], next, { into: 'b' }),
      ];
      expect(await dry(twice)).toEqual(refusal('TDCL must be dated after'));
    });

    it('TL4 let a member go when it is said, and not otherwise', async () => {
      const next = START + 2 * DAY;
      const removes = (...names: string[]) => ({ removes: names.map((name) => table.at(`${name}.coer`)) });
      expect(await dry([table.signTdcl(['ica'], next)])).toEqual(refusal('the new TDCL leaves out icb.example'));
      expect(await dry([table.signTdcl(['ica'], next, removes('ica', 'icb'))])).toEqual(
        refusal('ica.example is to be removed, and stands on the new TDCL'),
      );
      expect(await lists([table.signTdcl(['ica'], next, removes('icb'))], next)).toEqual(done);
      const list = verifyPkiCtl(await table.bytes('tdcl.coer'), await table.certificate('root.coer'), next);
      if (isRefused(list)) throw new Error(list.reason);
      const named = list.toBeSignedPkiCtl.value.pkiCertInfoList.flatMap(({ certificate }) => certificate);
      expect(named.map((one) => idKey(hashedId8(one)))).toEqual([
        idKey(hashedId8(await table.certificate('ica.coer'))),
      ]);
      const again = table.signTdcl(['ica'], next + DAY, removes('icb'));
      expect(await dry([again], next + DAY)).toEqual(
        refusal('icb.example cannot be removed: the last TDCL does not name it'),
      );
    });

    it('let a member go unsaid that has ended', async () => {
      const later = START + 11 * 366 * DAY;
      const ask = [table.signIca('icc', { years: 3 }), table.signTdcl(['icc'], later)];
      expect(await dry(ask, later)).toEqual(done);
    });

    it('number the CA CRL, keep what is on it until it ends, and let nothing of it onto a TDCL', async () => {
      const next = START + 2 * DAY;
      expect(await lists([table.signCrl([], next)], next)).toEqual(done);
      expect(
        await dry([table.signTdcl(['ica', 'icb'], next + DAY), table.signCrl(['icb', 'icb'], next + DAY)], next + DAY),
      ).toEqual(refusal('icb.example is revoked already'));
      expect(await lists([table.signCrl(['icb'], next + DAY)], next + DAY)).toEqual({
        code: 0,
        said: expect.stringContaining(
          'CA CRL 2 of 2026-11-20T04:00:00.000Z with 1 revoked, new: icb.example',
        ) as string,
      });
      expect(await dry([table.signTdcl(['ica', 'icb'], next + 2 * DAY)], next + 2 * DAY)).toEqual(
        refusal('icb.example is revoked'),
      );
      expect(await lists([table.signCrl(['ica'], next + 2 * DAY)], next + 2 * DAY)).toEqual(done);
      const list = verifyCaCrl(await table.bytes('ca-crl.coer'), await table.certificate('root.coer'), next + 2 * DAY);
      if (isRefused(list)) throw new Error(list.reason);
      const ids = await Promise.all(
        ['ica', 'icb'].map(async (name) => idKey(hashedId10(await table.certificate(`${name}.coer`)))),
      );
      expect([list.serial, [...list.revoked].sort()]).toEqual([3, ids.sort()]);
      const after = START + 11 * 366 * DAY;
      expect(await dry([table.signCrl([], after)], after)).toEqual({
        code: 0,
        said: expect.stringContaining('CA CRL 4 of') as string,
      });
      expect((await dry([table.signCrl([], after)], after)).said).toContain('with 0 revoked');
    });

    it('refuse a CA CRL that goes back, and one with what is not below this root, or has ended', async () => {
      const next = START + 2 * DAY;
      expect(await lists([table.signCrl(['icb'], next)], next)).toEqual(done);
      expect(await dry([table.signCrl(['ica'], next)])).toEqual(refusal('CA CRL must be dated after'));
      expect(await dry([table.signCrl(['root'], next + DAY)], next + DAY)).toEqual(
        refusal('does not stand under this root'),
      );
      const after = START + 11 * 366 * DAY;
      expect(await dry([table.signCrl(['ica'], after)], after)).toEqual(refusal('there is nothing to revoke'));
    });
  });

  describe('./chrysalis ceremony verify', () => {
    async function verify(...words: string[]): Promise<{ code: number; lines: string[] }> {
      const lines: string[] = [];
      let code = -1;
      const program = new Command().exitOverride();
      const say = (line: string): void => void lines.push(line);
      add(program, { root: '/', environment: {}, progress: say, result: say, finish: (ended) => (code = ended) });
      await program.parseAsync(['ceremony', 'verify', ...words], { from: 'user' });
      return { code, lines };
    }

    it('says what was held, and finds a changed file, a foreign key and what is no transcript', async () => {
      expect(await root([table.signIca('ica')], ['Board', 'Security'])).toEqual(done);
      const transcripts = table.at('root-transcripts');
      const right = await verify(transcripts, '--certificate', table.at('root.coer'));
      expect([right.code, right.lines.at(-1), right.lines.length]).toEqual([0, 'holds', 5]);
      const foreign = await verify(transcripts, '--certificate', table.at('ica.coer'), '--json');
      expect([foreign.code, JSON.parse(foreign.lines[0] as string)]).toEqual([
        1,
        expect.objectContaining({
          holds: false,
          complaints: [`the key of ${table.at('ica.coer')} is not the one that signed`],
        }),
      ]);
      await writeFile(table.at('ica.coer'), 'something else');
      expect((await verify(transcripts)).lines.at(-2)).toBe(`${table.at('ica.coer')} is missing or was changed`);
      expect(await verify(table.at('root.config.json'))).toEqual({
        code: 1,
        lines: [expect.stringContaining('is no transcript')],
      });
      expect((await verify(table.at('nowhere'), '--json')).lines[0]).toContain('"holds":false');
    });
  });
});
