/** The command: its lines, its files, its exit codes. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artefacts, ofChain, trcla, usMessage } from '#wire/real-artefacts.fixture.js';
import { Certificate, V2XSecData } from '#wire/secured-data.js';
import { ccsa } from '#credentials/profile.js';
import type { CliContext } from '../cli-context.js';
import { describeProgram } from '../program.js';
import { diceOf } from '../sample/dice.js';
import { House } from '../sample/house.js';
import { roadsideSpdu } from '../sample/road-messages.js';
import type { RoadsideKind } from '../sample/roadside-payloads.js';
import { inspectFiles } from './inspect-files.js';
import { hexOf } from './json-value.js';
import { samples } from './samples.fixture.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'inspect-'))));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => process.stdout.removeAllListeners('error'));

function file(name: string, bytes: Uint8Array | string): string {
  const place = join(folder, name);
  writeFileSync(place, bytes);
  return place;
}

interface Ended {
  readonly results: string[];
  readonly progress: string[];
  readonly exitCode: number | undefined;
}

async function inspect(...words: string[]): Promise<Ended> {
  const results: string[] = [];
  const progress: string[] = [];
  let exitCode: number | undefined;
  const context: CliContext = {
    root: '/nowhere/',
    environment: {},
    progress: (line) => void progress.push(line),
    result: (line) => void results.push(line),
    finish: (code) => void (exitCode = code),
  };
  const program = await describeProgram(context);
  for (const command of program.commands) command.configureOutput({ writeErr: (line) => void progress.push(line) });
  await program.parseAsync(['inspect', ...words], { from: 'user' });
  return { results, progress, exitCode };
}

const jsonOf = (line: string | undefined): Record<string, unknown> => JSON.parse(line ?? '') as Record<string, unknown>;

describe('inspect --json', () => {
  it('says one line a file, and ends with 0 when all were decoded', async () => {
    const places = samples.map(([, , , bytes], index) => file(`${index}.coer`, bytes));
    const { results, exitCode, progress } = await inspect('--json', ...places);
    expect(exitCode).toBe(0);
    expect(progress).toEqual([]);
    expect(results.map((line) => [jsonOf(line)['type'], jsonOf(line)['profile'], jsonOf(line)['file']])).toEqual(
      samples.map(([type, profile], index) => [type, profile, places[index]]),
    );
    for (const line of results) {
      expect(Object.keys(jsonOf(line))).toEqual(['file', 'type', 'profile', 'bytes', 'hashedId8', 'value']);
    }
  });

  it('has the names of the standard, octets in hexadecimal', async () => {
    const { results } = await inspect('--json', file('pc.coer', ofChain('pc_cert')));
    expect(jsonOf(results[0])).toEqual({
      file: join(folder, 'pc.coer'),
      type: 'Certificate',
      profile: 'ccsa',
      bytes: 152,
      hashedId8: '82ccba1f1a1d08b2',
      value: {
        version: 3,
        type: 'explicit',
        issuer: { sm3AndDigest: 'b565242d1ee9f500' },
        toBeSigned: {
          id: { linkageData: { iCert: 1, 'linkage-value': '9f1d982cbee0423571' } },
          cracaId: '8c14bc',
          crlSeries: 1,
          validityPeriod: { start: 0x25000000, duration: { hours: 168 } },
          region: { identifiedRegion: [{ countryOnly: 156 }] },
          appPermissions: [{ psid: 111 }],
          verifyKeyIndicator: {
            verificationKey: {
              ecsigSm2: { 'compressed-y-1': '8c8c9df1251781f2345dc32f0e8437a6b06919dc4ad047d5c8d6bf61acc7c988' },
            },
          },
        },
        signature: {
          sm2Signature: {
            rSig: 'aa4d6b31373ca082571ae2fc98eb540a1a7bc9b11abac4f49043858d84396193',
            sSig: '6d77563fab334f90a57fc6cbf8a7a93fa0e8ebdb52502202a26c323a277e3fc6',
          },
        },
      },
    });
  });

  it('goes on behind a file that is not decoded, and ends with 1', async () => {
    const { results, exitCode } = await inspect(
      '--json',
      file('a.coer', trcla.subarray(0, 100)),
      file('b.coer', trcla),
    );
    expect(exitCode).toBe(1);
    expect(jsonOf(results[0])).toMatchObject({
      type: 'Certificate',
      profile: null,
      bytes: 100,
      hashedId8: null,
      value: null,
    });
    expect(jsonOf(results[0])['error']).toContain('@95: unexpected end');
    expect(jsonOf(results[1])).not.toHaveProperty('error');
  });

  it('goes on behind a file that cannot be read, names it, and ends with 2', async () => {
    const missing = join(folder, 'missing');
    const broken = file('broken', 'no certificate at all');
    const { results, progress, exitCode } = await inspect('--json', missing, folder, broken, file('c.coer', trcla));
    expect(exitCode).toBe(2);
    expect(progress).toEqual([
      `chrysalis: ${missing}: there is no such file`,
      `chrysalis: ${folder}: it is a directory`,
    ]);
    expect(results.map((line) => jsonOf(line)['type'])).toEqual([null, null, 'text', 'Certificate']);
    expect(jsonOf(results[0])['error']).toBe('cannot be read: there is no such file');
  });
});

describe('inspect for people', () => {
  it('says what a certificate is, and shows each field beside its bytes', async () => {
    const { results, exitCode } = await inspect(file('trcla.hex', hexOf(trcla)));
    expect(exitCode).toBe(0);
    const said = results.join('\n');
    expect(results[0]).toBe(
      `${join(folder, 'trcla.hex')}: Certificate 证书, 195 bytes from hexadecimal text, profile ccsa (YD/T 3957)`,
    );
    expect(said).toMatch(/^ {2}HashedId8 +0b2c85a0f3b2622c \(SM3\)$/m);
    expect(said).toMatch(/^ {2}valid 有效期 +2020-08-26T02:18:08Z to 2050-08-26T08:54:08Z, 30 years$/m);
    expect(said).toMatch(/^ {2}region +China 中国$/m);
    expect(said).toMatch(/^ {5}6 {2}810f7632782e6361696374… +id\.name +"v2x\.caict\.ac\.cn"$/m);
    expect(said).toMatch(/^ {4}28 {2}1f526365 +start +2020-08-26T02:18:08Z$/m);
    expect(said).toMatch(/^ {32,} +minChainLength +1 \(default, not encoded\)$/m);
    expect(said).toMatch(/^ {4}51 {2}01 +version +1$/m);
  });

  it('--hex shows every byte, once', async () => {
    for (const [, , , bytes] of samples) {
      const { results } = await inspect('--hex', file('hex.coer', bytes));
      const rows = results
        .slice(results.indexOf('') + 1)
        .map((line) => /^ *\d+ {2}((?:[0-9a-f]{2})+)(?: |$)/.exec(line)?.[1] ?? '');
      expect(rows.join('')).toBe(hexOf(bytes));
    }
  });

  it.each([
    ['map', /MessageFrame\.mapFrame/, /laneWidth +3\.50 m/, /maneuvers +maneuverStraightAllowed, maneuverLeftAllowed/, /refPos +39\.9088230°/],
    ['spat', /MessageFrame\.spatFrame/, /light +protected-green/, /status +fixedTimeOperation/, /likelyEndTime +42\.0 s/],
    ['rsi', /MessageFrame\.rsiFrame/, /eventType +707/, /pathRadius +7\.0 m/, /referenceLanes +lane1$/m],
    ['rsm', /MessageFrame\.rsmFrame/, /ptcType +pedestrian/, /position-LL2/, /speed +1\.20 m\/s/],
  ])('a signed %s by its field names', async (kind, ...words) => {
    const house = new House(ccsa, Date.UTC(2026, 10, 21, 8), diceOf(1));
    const { bytes } = await roadsideSpdu(house, kind as RoadsideKind);
    const { results, exitCode } = await inspect(file(`spdu-${kind}`, bytes));
    expect(exitCode).toBe(0);
    for (const one of words) expect(results.join('\n')).toMatch(one);
    const { results: lines } = await inspect('--json', file(`spdu-${kind}`, bytes));
    expect(lines[0]).toContain(`"unsecuredData as MessageFrame":{"${kind}Frame":{"msgCnt":1`);
  }); // prettier-ignore

  it.each([
    ['SecuredCrl', /revokes +2 devices/],
    ['SecuredCrl', /CRL +fullLinkedCrl, series 1 of CRACA 0b0b0b0b0b0b0b0b/],
    ['RootCtl', /root 根CA +certificate of "rca\.v2xca\.catarc\.info", HashedId8 0b89cb67a93ca58c \(SM3\), "http:/],
    ['PkiCtl', /CA +certificate of a pseudonym/],
    ['RaEeCertAckSpdu', /carries +signedData › unsecuredData › ScmsPdu › ee-ra › raEeCertAck/],
    ['V2XSecData', /signed by +certificate of a pseudonym of period 1/],
    ['V2XSecData', /MessageFrame\.bsmFrame/],
    ['V2XSecData', / pos +28\.1260343°, 112\.8799971°/],
    ['V2XSecData', / speed +0\.12 m\/s/],
    ['V2XSecData', / heading +74\.3000°/],
    ['CrlContents', /revokes +4 devices/],
    ['CompositeCrl', /CRL +fullLinkedCrl, series 1 of CRACA 0b0b0b0b0b0b0b0b, revokes 2 devices/],
    ['MisbehaviourReportData', /report +about 111 .*, of 2020-02-20T21:45:36\.877Z/],
  ])('%s: %s', async (type, words) => {
    const places = samples
      .filter(([name]) => name === type)
      .map(([, , , bytes], index) => file(`${type}-${index}`, bytes));
    const { results } = await inspect(...places);
    expect(results.join('\n')).toMatch(words);
  });

  it('names what is no V2X data, in two lines', async () => {
    const { results, exitCode } = await inspect(file('a.json', '{}'));
    expect(results).toEqual([
      `${join(folder, 'a.json')}: JSON, 2 bytes`,
      '  not decoded: cannot be decoded as IEEE 1609.2 data: JSON',
    ]);
    expect(exitCode).toBe(1);
  });
});

describe('inspect --reencode', () => {
  const files = artefacts.filter(
    ([, codec]) => (codec as unknown) === Certificate || (codec as unknown) === V2XSecData,
  );
  it.each(files.map(([name, , bytes]) => [name, bytes] as const))('writes the same bytes: %s', async (_, bytes) => {
    const out = join(folder, 'again.coer');
    const { exitCode, progress } = await inspect('--reencode', out, file('once.hex', hexOf(bytes)));
    expect(hexOf(readFileSync(out))).toBe(hexOf(bytes));
    expect(exitCode).toBe(0);
    expect(progress).toEqual([`chrysalis: ${out}: ${bytes.length} bytes, the same as the input`]);
  });

  it('writes nothing of a file that is not decoded', async () => {
    const out = join(folder, 'nothing.coer');
    const { exitCode } = await inspect('--reencode', out, file('cut.coer', trcla.subarray(0, 100)));
    expect(exitCode).toBe(1);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });

  it('ends with 2 where it may not write', async () => {
    const { exitCode, progress } = await inspect('--reencode', folder, file('whole.coer', trcla));
    expect(exitCode).toBe(2);
    expect(progress).toEqual([`chrysalis: ${folder}: it is a directory`]);
  });
});

describe('the command line of inspect', () => {
  it.each([
    [[]],
    [['--reencode', '/tmp/out', 'a', 'b']],
    [['--profile', 'etsi', 'a']],
    [['--type', 'Nonsense', 'a']],
    [['--type', 'toString', 'a']],
    [['--sometimes', 'a']],
  ])('refuses %j', async (words) => {
    await expect(inspect(...words)).rejects.toThrow(
      expect.objectContaining({ code: expect.stringContaining('commander.') }),
    );
  });

  it('--type and --profile are heard', async () => {
    const place = file('us.coer', usMessage);
    const { results } = await inspect('--json', '--type', 'Ieee1609Dot2Data', '--profile', 'ccsa', place);
    expect(jsonOf(results[0])).toMatchObject({ type: 'V2XSecData', profile: 'ccsa' });
    expect((await inspect('--json', '--type', 'RootCtl', place)).exitCode).toBe(1);
  });

  it('--help teaches by two examples', async () => {
    let help = '';
    const program = await describeProgram({
      root: '',
      environment: {},
      progress: () => undefined,
      result: () => undefined,
      finish: () => undefined,
    });
    const command = program.commands.find((one) => one.name() === 'inspect');
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help.match(/^ {2}\.\/chrysalis inspect /gm)).toHaveLength(2);
  });
});

describe('who waits', () => {
  function waitFor(files: string[], now?: () => number): { progress: string[]; exitCode: number } {
    const progress: string[] = [];
    const context: CliContext = {
      root: '',
      environment: {},
      progress: (line) => void progress.push(line),
      result: () => undefined,
      finish: () => undefined,
    };
    return { exitCode: inspectFiles(files, { json: true }, context, now), progress };
  }

  it('is told of progress every two seconds, and not at the end', () => {
    const places = Array.from({ length: 6 }, () => file('again', trcla));
    let millis = 0;
    const { progress } = waitFor(places, () => (millis += 700));
    expect(progress).toEqual(['chrysalis: 3 of 6 files']);
    expect(waitFor(places, () => 0).progress).toEqual([]);
  });

  it('is told of a large file before it is begun, and a larger one is refused', () => {
    const large = file('large', new Uint8Array(2 * 1024 * 1024 + 1));
    expect(waitFor([large])).toEqual({ exitCode: 1, progress: [`chrysalis: ${large}: 2097153 bytes …`] });
    truncateSync(large, 32 * 1024 * 1024 + 1);
    expect(waitFor([large])).toEqual({ exitCode: 2, progress: [`chrysalis: ${large}: it is larger than 32 MiB`] });
  });
});
