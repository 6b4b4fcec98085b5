/** A monitor over several looks, at a log that keeps its word and at logs that do not. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from '#coer/codec.js';
import { signCaCrl } from '#credentials/ca-crl.js';
import { certificateToBytes, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { certificateLeaf, crlLeaf, tdclLeaf, trclLeaf, type Leaf } from '#credentials/transparency/log-entry.js';
import { LogDouble } from '#credentials/transparency/log-double.fixture.js';
import { buildLinkedCrl, signCrl } from '#credentials/linked-crl.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { CA_CRL_PATH, CRL_PATH, LOG_HEAD_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { CrlContents } from '#wire/crl.js';
import type { SignedData } from '#wire/secured-data.js';
import { SignedTreeHead } from '#wire/transparency-log.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { CliContext } from '../cli-context.js';
import { NoAnswer } from './log-client.js';
import { runMonitor, type MonitorOptions } from './run-monitor.js';

const HOUR_MILLIS = 3_600_000;
let bench: Bench;
let leaves: Leaf[];
let directory: string;
let log: LogDouble;
/** What is served beside the log, by its path or its URL. */
let served: Map<string, Uint8Array>;
let said: string[];
let progress: string[];

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  const names = ['ica', 'aaa', 'eca', 'pra', 'pca', 'la1', 'la2', 'ara', 'aca', 'ma', 'cra'];
  leaves = ['a', 'b']
    .flatMap((domain) => names.map((name) => bench.member(`${domain}-${name}`).certificate))
    .map(certificateLeaf);
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chrysalis-monitor-'));
  log = new LogDouble(bench.member('b-ma').signer, () => bench.clock.nowMillis()).add(...leaves.slice(0, 7));
  served = new Map();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const get = async (path: string): Promise<Uint8Array | undefined> => served.get(path) ?? (await log.answer(path));
const file = (name: string): string => join(directory, name);

/** Looks once; the lines of JSON. */
async function look(options: Partial<MonitorOptions> = {}, from = get): Promise<{ code: number; lines: unknown[] }> {
  said = [];
  progress = [];
  const context: CliContext = {
    root: '/nowhere/',
    environment: {},
    progress: (line) => progress.push(line),
    result: (line) => said.push(line),
    finish: () => undefined,
  };
  const defaults = { certificate: [], head: [], name: [], maxAge: 60, grace: 60, all: false, lists: false };
  const place = { log: 'http://log.example', state: file('state.json'), at: bench.clock.nowMillis(), json: true };
  const code = await runMonitor({ ...defaults, ...place, ...options }, context, from);
  return { code, lines: options.json === false ? said : said.map((line) => JSON.parse(line) as unknown) };
}
const kinds = ({ lines }: { lines: unknown[] }): string[] => lines.map((line) => (line as { kind: string }).kind);
const state = (): Promise<string> => readFile(file('state.json'), 'utf8');
const keepHead = async (name: string): Promise<string> => {
  await writeFile(file(name), encode(SignedTreeHead, await log.head()));
  return file(name);
};

describe('a log that keeps its word', () => {
  it('is followed from look to look, and only new entries are read', async () => {
    expect(await look()).toMatchObject({ code: 0, lines: [{ kind: 'look', size: 7, read: 7, findings: 0 }] });
    expect(progress.join()).toContain('--certificate');
    log.add(...leaves.slice(7, 19));
    expect(await look()).toMatchObject({ code: 0, lines: [{ size: 19, read: 12 }] });
    expect(progress).toEqual([]);
    expect(await look()).toMatchObject({ code: 0, lines: [{ size: 19, read: 0 }] });
    expect(await look({ all: true })).toMatchObject({ code: 0, lines: [{ size: 19, read: 19 }] });
  });

  it('is followed from its first moment, when it has no entry', async () => {
    log.cut(0);
    expect((await look()).code).toBe(0);
    log.add(...leaves.slice(0, 2));
    expect(await look()).toMatchObject({ code: 0, lines: [{ size: 2, read: 2 }] });
  });

  it('is asked for names: the new entries that concern them are told', async () => {
    const name = bench.member('a-pra').hostname;
    const { code, lines } = await look({ name: [name, 'nobody.example'] });
    const id = idKey(hashedId8(bench.member('a-pra').certificate));
    expect([code, lines[0]]).toEqual([0, { kind: 'entry', index: 3, entry: 'certificate', id, names: [name] }]);
    expect(kinds(await look({ name: [name] }))).toEqual(['look']);
  });

  it('continues heads that others were shown', async () => {
    const earlier = await keepHead('earlier');
    log.add(...leaves.slice(7));
    expect((await look({ head: [earlier, await keepHead('same')] })).code).toBe(0);
  });

  it('is told to people in sentences', async () => {
    const { code, lines } = await look({ json: false, name: [bench.member('a-ica').hostname] });
    expect([code, lines[0]]).toEqual([0, expect.stringMatching(/^entry 0: certificate [0-9a-f]{16}$/)]);
    expect(lines[1]).toContain('7 entries');
  });

  it('signs under a new certificate when that is named', async () => {
    await look();
    const next = bench.member('a-ma');
    log = new LogDouble(next.signer, () => bench.clock.nowMillis()).add(...leaves.slice(0, 9));
    expect(await look()).toMatchObject({ code: 1, lines: [{ kind: 'head-of-another-log' }, {}] });
    await writeFile(file('next'), certificateToBytes(next.certificate));
    expect((await look({ certificate: [file('next')] })).code).toBe(0);
    expect((await look()).code).toBe(0);
  });
});

describe('a planted fork is found', () => {
  /** As the log, but for entry `at`. */
  const forkOf = (size: number, at: number): LogDouble => {
    const others = leaves.slice(0, size).map((leaf, n) => (n === at ? (leaves.at(-1) as Leaf) : leaf));
    return new LogDouble(log.signer, () => bench.clock.nowMillis()).add(...others);
  };

  it.each([7, 8, 12, 19])(
    'when a tree of %i entries is shown that has another one in the part that was seen',
    async (size) => {
      await look();
      const before = await state();
      log = forkOf(size, 3);
      const { code, lines } = await look();
      expect([code, kinds({ lines })]).toEqual([1, ['log-forked', 'look']]);
      const { known, shown } = lines[0] as { known: string; shown: string };
      expect([known === shown, Buffer.from(shown, 'hex').length]).toEqual([false, Buffer.from(known, 'hex').length]);
      expect(await state()).toBe(before);
    },
  );

  it('between two who look at one log, by the head that one gives the other', async () => {
    log.add(...leaves.slice(7, 11));
    await look();
    const own = log;
    log = forkOf(9, 8);
    const shownToAnother = await keepHead('another');
    log = own;
    expect((await look()).code).toBe(0);
    expect(kinds(await look({ head: [shownToAnother] }))).toEqual(['log-forked', 'look']);
  });

  it('but nothing is made of a head that another log signed', async () => {
    log = new LogDouble(bench.member('a-pca').signer, () => bench.clock.nowMillis()).add(...leaves.slice(0, 3));
    const foreign = await keepHead('foreign');
    log = new LogDouble(bench.member('b-ma').signer, () => bench.clock.nowMillis()).add(...leaves.slice(0, 7));
    await look();
    expect(kinds(await look({ head: [foreign] }))).toEqual(['known-head-not-of-this-log', 'look']);
  });
});

describe('a log that goes back is found', () => {
  it('when it is smaller than before', async () => {
    await look();
    log.cut(6);
    expect(kinds(await look())).toEqual(['head-goes-back', 'look']);
  });

  it('when its head is dated before the last one', async () => {
    await look();
    const now = bench.clock.nowMillis();
    log.headMillis = () => now - 1000;
    expect(kinds(await look())).toEqual(['head-goes-back', 'look']);
  });

  it('when somebody was shown more than it has', async () => {
    log.add(...leaves.slice(7));
    const more = await keepHead('more');
    log.cut(9);
    expect(kinds(await look({ head: [more] }))).toEqual(['head-goes-back', 'look']);
  });
});

describe('entries that are not those of the tree are found', () => {
  it('when one was rewritten before anybody read it, by its place', async () => {
    await look();
    log.add(...leaves.slice(7, 13));
    log.entries[10] = (leaves[20] as Leaf).bytes;
    expect(await look()).toMatchObject({ code: 1, lines: [{ kind: 'entry-rewritten', index: 10 }, {}] });
  });

  it('when one was rewritten after it was read: by reading all again', async () => {
    await look();
    log.entries[2] = (leaves[20] as Leaf).bytes;
    expect((await look()).code).toBe(0);
    expect(await look({ all: true })).toMatchObject({ code: 1, lines: [{ kind: 'entry-rewritten', index: 2 }, {}] });
  });

  it('when two have changed places', async () => {
    const [a, b] = [log.entries[2], log.entries[3]] as [Uint8Array, Uint8Array];
    [log.entries[2], log.entries[3]] = [b, a];
    expect(await look()).toMatchObject({ code: 1, lines: [{ kind: 'entry-rewritten', index: 2 }, {}] });
  });

  it('when the head is of another tree than the one that all entries are proved in', async () => {
    const other = new LogDouble(log.signer, () => bench.clock.nowMillis()).add(...leaves.slice(1, 8));
    const mixed = (path: string): Promise<Uint8Array | undefined> =>
      (path === LOG_HEAD_PATH ? other : log).answer(path);
    expect(kinds(await look({}, mixed))).toEqual(['entries-do-not-fit', 'look']);
  });

  it('when one is counted and not given, and when one is no entry', async () => {
    log.entries.pop();
    expect(await look()).toMatchObject({ code: 1, lines: [{ kind: 'entry-missing', index: 6 }, {}] });
    log.entries.push(Uint8Array.of(0xff));
    expect(await look()).toMatchObject({ code: 1, lines: [{ kind: 'entry-malformed', index: 6 }, {}] });
  });
});

describe('a head that is not to be believed is found', () => {
  it('when it is old', async () => {
    await look();
    const now = bench.clock.nowMillis();
    expect(kinds(await look({ at: now + HOUR_MILLIS + 1000 }))).toEqual(['head-stale', 'look']);
    expect(kinds(await look({ at: now - HOUR_MILLIS }))).toEqual(['head-from-the-future', 'look']);
  });

  it('when another than the certificate that was named signed it', async () => {
    await writeFile(file('named'), certificateToBytes(bench.member('a-pca').certificate));
    expect(kinds(await look({ certificate: [file('named')] }))).toEqual(['head-of-another-log', 'look']);
    await expect(state()).rejects.toThrow('ENOENT');
  });
});

describe('BI22 lists that are served', () => {
  const root = (): string => idKey(hashedId8(bench.root.certificate));
  const crlUrl = (domain: string): string =>
    `bench:${domain}-cra${CRL_PATH}?craca=${idKey(hashedId8(bench.member(`${domain}-cra`).certificate))}&crlSeries=1`;
  let tdcl: Uint8Array;
  let crls: Leaf[];

  beforeEach(async () => {
    tdcl = await bench.tdcl(['a', 'b']);
    crls = [];
    served.set(TRCL_PATH, bench.trcl);
    served.set(`${TDCL_PATH}?root=${root()}`, tdcl);
    for (const domain of ['a', 'b']) {
      const { signer, certificate } = bench.member(`${domain}-cra`);
      const [issueMillis, series] = [bench.clock.nowMillis(), CRL_SERIES];
      const dates = { iRev: 358, indexWithinI: 0, issueMillis, nextMillis: issueMillis + HOUR_MILLIS };
      const contents: CrlContents = buildLinkedCrl({ craca: certificate, series, entries: [], ...dates });
      const bytes = await signCrl(contents, signer, ccsa);
      served.set(crlUrl(domain), bytes);
      crls.push(crlLeaf(bytes, contents));
    }
  });

  it('are in the log, all of them', async () => {
    log.add(trclLeaf(bench.trcl), tdclLeaf(tdcl), ...crls);
    expect(await look({ lists: true })).toMatchObject({ code: 0, lines: [{ logged: 4, waiting: 0 }] });
  });

  it('and are not in it: an alarm, once the time for that is over', async () => {
    log.add(tdclLeaf(tdcl), crls[0] as Leaf);
    const soon = await look({ lists: true, grace: 1 });
    expect(soon).toMatchObject({ code: 0, lines: [{ logged: 2, waiting: 2 }] });
    bench.clock.advance(90_000);
    expect(await look({ lists: true, grace: 1 })).toMatchObject({
      code: 1,
      lines: [
        { kind: 'list-not-logged', list: 'trcl' },
        { kind: 'list-not-logged', list: `crl-${idKey(hashedId8(bench.member('b-cra').certificate))}` },
        { kind: 'look', logged: 2, waiting: 0 },
      ],
    });
  });

  it('of a root that revokes its authorities are looked for as well', async () => {
    const issueMillis = bench.clock.nowMillis();
    const dates = { issueMillis, nextMillis: issueMillis + HOUR_MILLIS };
    const bytes = await signCaCrl({ serial: 1, revoked: [], ...dates }, bench.root.signer);
    served.set(`${CA_CRL_PATH}?root=${root()}`, bytes);
    log.add(trclLeaf(bench.trcl), tdclLeaf(tdcl), ...crls);
    bench.clock.advance(61_000);
    const missing = { kind: 'list-not-logged', list: `ca-crl-${root()}` };
    expect(await look({ lists: true, grace: 1 })).toMatchObject({ code: 1, lines: [missing, { logged: 4 }] });
    const payload = signedPayload(asSignedData(bytes) as SignedData) as Uint8Array;
    log.add(crlLeaf(bytes, decode(CrlContents, payload)));
    expect(await look({ lists: true, grace: 1 })).toMatchObject({ code: 0, lines: [{ logged: 5 }] });
  });

  it('and are none, or are named and not there', async () => {
    log.add(trclLeaf(bench.trcl), tdclLeaf(tdcl), ...crls);
    served.set(crlUrl('a'), Uint8Array.of(1, 2));
    served.delete(crlUrl('b'));
    expect(kinds(await look({ lists: true }))).toEqual(['list-malformed', 'list-not-served', 'look']);
    served.set(`${TDCL_PATH}?root=${root()}`, Uint8Array.of(1));
    expect(kinds(await look({ lists: true }))).toEqual(['list-malformed', 'look']);
    served.set(TRCL_PATH, Uint8Array.of(1));
    expect(kinds(await look({ lists: true }))).toEqual(['list-malformed', 'look']);
  });
});

describe('what is no finding', () => {
  it('is a log that does not answer: said, with 1', async () => {
    const silent = (): Promise<never> => Promise.reject(new NoAnswer('log.example does not answer'));
    expect(await look({}, silent)).toEqual({ code: 1, lines: [{ kind: 'no-answer' }] });
    expect(await look({}, async () => undefined)).toMatchObject({ code: 1 });
    expect(await look({}, async () => Uint8Array.of(1))).toMatchObject({ code: 1 });
  });

  it.each([
    [
      'a state of another log',
      '{"version":1,"url":"http://other.example","certificates":["00"],"head":"00","frontier":[]}',
    ],
    ['a state that is none', '{"version":2}'],
    ['a state that is not JSON', 'no'],
  ])('is %s: said, with 2', async (_, text) => {
    await writeFile(file('state.json'), text);
    expect(await look()).toEqual({ code: 2, lines: [] });
    expect(progress.join()).toContain('state.json');
    expect(await state()).toBe(text);
  });

  it('is the state of another address', async () => {
    await look();
    expect((await look({ log: 'http://another.example' })).code).toBe(2);
  });

  it('is a file that is missing, or holds something else', async () => {
    expect((await look({ certificate: [file('nothing')] })).code).toBe(2);
    await writeFile(file('something'), 'else');
    expect((await look({ head: [file('something')] })).code).toBe(2);
  });
});
