import { readFileSync } from 'node:fs';
import { decode, encode, tryDecode } from '#coer/codec.js';
import { fromHex, hex } from '#crypto/bytes.js';
import { advanceLinkageSeed, preLinkageValue } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { CrlContents, type IMaxGroup, type ToBeSignedLinkageValueCrl } from '#wire/crl.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { CRL_SERIES } from './authority-certificate.js';
import { hashedId3 } from './certificate-facts.js';
import { issueUnlinted, signCrlUnlinted } from './chain.fixture.js';
import { pointOf } from './keys-on-the-wire.js';
import {
  advanceEntry,
  buildLinkedCrl,
  entriesOf,
  expandEntry,
  LONGEST_WALK,
  RevocationStore,
  verifyCrl,
  type LinkedEntry,
} from './linked-crl.js';
import { lintCrl } from './lint/lint-crl.js';
import { periodAt, periodStartMillis, periodValidity, WEEK_MILLIS } from './period.js';
import { ccsa } from './profile.js';
import { signData } from './signed-data.js';
import type { TrustStore } from './trust-store.js';

const HOUR = 3_600_000;
const derived = JSON.parse(readFileSync('test/vectors/derived/linkage.json', 'utf8')) as {
  cases: (Record<'alg' | 'la1' | 'la2' | 'ls1_0' | 'ls2_0', string> & {
    rows: { i: number; j: number; lv: string }[];
  })[];
};
let bench: Bench;
let trust: TrustStore;
let cra: Member;
let now: number;
let i: number;

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  trust = await bench.trust();
  cra = bench.member('a-cra');
  now = bench.clock.nowMillis();
  i = periodAt(ccsa.epochMillis, now);
});

const entry = (over: Partial<LinkedEntry> = {}): LinkedEntry => ({
  iRev: i,
  iMax: i + 3,
  jMax: 20,
  la1Id: Uint8Array.of(0, 1),
  seed1: systemRandom.bytes(16),
  la2Id: Uint8Array.of(0, 2),
  seed2: systemRandom.bytes(16),
  ...over,
});

/** Of a domain with one LA. */
const single = (over: Partial<LinkedEntry> = {}): LinkedEntry => {
  const { la2Id: _la, seed2: _seed, ...one } = entry(over);
  return one;
};
const chains: [string, () => LinkedEntry][] = [
  ['two LAs', entry],
  ['one LA', single],
];

interface Parts {
  entries?: LinkedEntry[];
  iRev?: number;
  indexWithinI?: number;
  issueMillis?: number;
  nextMillis?: number;
  series?: number;
  craca?: Member;
  signer?: Member;
  kind?: 'full' | 'delta';
  change?: (contents: CrlContents) => CrlContents;
}

function contentsOf(parts: Parts = {}): CrlContents {
  const {
    kind = 'full',
    entries = [],
    iRev = i,
    indexWithinI = 0,
    issueMillis = now,
    series = CRL_SERIES,
    craca = cra,
  } = parts;
  const nextMillis = parts.nextMillis ?? issueMillis + 168 * HOUR;
  const list = { kind, craca: craca.certificate, series, entries, iRev, indexWithinI, issueMillis, nextMillis };
  const contents = buildLinkedCrl(list);
  return parts.change?.(contents) ?? contents;
}
const crl = (parts: Parts = {}): Promise<Uint8Array> =>
  signCrlUnlinted(contentsOf(parts), (parts.signer ?? parts.craca ?? cra).signer, ccsa);

/** A pseudonym certificate with this linkage value; only what a CRL looks at matters. */
async function certificate(iCert: number, lv: Uint8Array, over: Partial<ToBeSignedCertificate> = {}) {
  const key = await bench.member('a-aaa').device.publicKey('verification');
  return issueUnlinted(
    {
      id: { kind: 'linkageData', value: { iCert, 'linkage-value': lv } },
      cracaId: hashedId3(cra.certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(ccsa.epochMillis, iCert),
      appPermissions: [{ psid: ccsa.aid.bsm }],
      verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: pointOf(key as Uint8Array) } },
      ...over,
    },
    bench.member('a-pca').signer,
  );
}

describe('a linkage seed', () => {
  it('goes forward only: an earlier period than iRev is refused (RV8)', () => {
    expect(() => expandEntry(entry(), i - 1)).toThrow(/does not go back/);
    expect(() => advanceEntry(entry(), i - 1)).toThrow(/does not go back/);
  });

  it('is not walked further than three years', () => {
    expect(() => expandEntry(entry({ iMax: i + 500 }), i + LONGEST_WALK + 1)).toThrow(/too far/);
  });

  it('gives the same values by way of a later seed', () => {
    const one = entry();
    expect(expandEntry(advanceEntry(one, i + 2), i + 3)).toEqual(expandEntry(one, i + 3));
  });

  it('gives jMax different values of nine bytes, and none past iMax', () => {
    const values = expandEntry(entry(), i);
    expect(new Set(values.map((value) => Buffer.from(value).toString('hex'))).size).toBe(20);
    expect(values.every((value) => value.length === 9)).toBe(true);
    expect(expandEntry(entry(), i + 4)).toEqual([]);
  });

  it('gives the linkage values of the derived vector (SM3, SM4)', () => {
    const vector = derived.cases.find(({ alg }) => alg.startsWith('sm3'));
    if (vector === undefined) throw new Error('the vector has no SM3 case');
    const chain = entry({
      iRev: 0,
      iMax: 10,
      la1Id: fromHex(vector.la1),
      seed1: fromHex(vector.ls1_0),
      la2Id: fromHex(vector.la2),
      seed2: fromHex(vector.ls2_0),
    });
    expect(vector.rows.length).toBeGreaterThan(4);
    for (const { i: at, j, lv } of vector.rows) expect(hex(expandEntry(chain, at)[j] as Uint8Array)).toBe(lv);
  });
});

describe('a list of seeds', () => {
  it('is not built from seeds of different periods', () => {
    expect(() => contentsOf({ entries: [entry(), entry({ iRev: i - 1 })] })).toThrow(/iRev/);
  });

  it('says nothing revoked by an empty sequence', () => {
    expect(contentsOf().typeSpecific.value).toMatchObject({ iRev: i, indexWithinI: 0, individual: [] });
  });

  it('groups by jMax, pair of LAs and iMax, and gives every entry back', () => {
    const entries = [
      entry(),
      entry({ jMax: 10 }),
      entry({ iMax: i + 1 }),
      entry(),
      entry({ la2Id: Uint8Array.of(0, 9) }),
    ];
    const contents = contentsOf({ entries });
    expect(contents.typeSpecific.value).toMatchObject({ individual: [{ jmax: 10 }, { jmax: 20 }] });
    const back = entriesOf(contents);
    expect(back).toHaveLength(entries.length);
    for (const one of entries) expect(back).toContainEqual(one);
  });

  it('holds chains of one LA as single seeds under its name alone, beside those of two, and gives every entry back', () => {
    const entries = [single(), entry(), single({ iMax: i + 1 }), single()];
    const contents = contentsOf({ entries });
    const [las] = (contents.typeSpecific.value as ToBeSignedLinkageValueCrl).individual ?? [];
    expect(las?.contents.map(({ la1Id, la2Id }) => [la1Id[1], la2Id[1]])).toEqual([
      [1, 1],
      [1, 2],
    ]);
    const alone = las?.contents[0]?.contents ?? [];
    expect(alone.map(({ contents, singleSeeds }) => [contents.length, singleSeeds?.length])).toEqual([
      [0, 1],
      [0, 2],
    ]);
    const seeds = alone[1]?.singleSeeds ?? [];
    expect(Buffer.compare(seeds[0] as Uint8Array, seeds[1] as Uint8Array)).toBe(-1);
    const back = entriesOf(decode(CrlContents, encode(CrlContents, contents)));
    expect(back).toHaveLength(entries.length);
    for (const one of entries) expect(back).toContainEqual(one);
  });

  it('has its single seeds in order like its pairs, and the linter sees when not', () => {
    const contents = contentsOf({ entries: [single(), single(), single()] });
    const findings = (): string[] => lintCrl(contents, { profile: ccsa }).map(({ rule }) => rule);
    expect(findings()).toEqual([]);
    const { individual } = contents.typeSpecific.value as ToBeSignedLinkageValueCrl;
    individual?.[0]?.contents[0]?.contents[0]?.singleSeeds?.reverse();
    expect(findings()).toEqual(['linked-crl-seeds-are-in-order']);
  });

  it('gives a chain of one LA the pre-linkage values of its seed, week after week', () => {
    const one = single();
    const seed = advanceLinkageSeed(smSuite, one.la1Id, one.seed1, 2);
    expect(expandEntry(one, i + 2)).toEqual(
      Array.from({ length: 20 }, (_, j) => preLinkageValue(smSuite, one.la1Id, seed, j)),
    );
    const moved = advanceEntry(one, i + 2);
    expect(moved).toEqual({ ...one, iRev: i + 2, seed1: seed });
  });

  it('is not built of one LA and of a pair that is twice that LA', () => {
    expect(() => contentsOf({ entries: [single(), entry({ la2Id: Uint8Array.of(0, 1) })] })).toThrow(
      /one LA and a pair/,
    );
  });

  it('takes 33 bytes an entry beside the groups', () => {
    const size = (count: number) =>
      encode(CrlContents, contentsOf({ entries: Array.from({ length: count }, () => entry()) })).length;
    expect(size(101) - size(100)).toBe(33);
  });
});

const seedOf = (value: number): Uint8Array => new Uint8Array(16).fill(value);
/** One group of LA 1 and another, with these entries. */
const withGroup =
  (group: Partial<IMaxGroup>, second = 2) =>
  (contents: CrlContents): CrlContents => {
    const ofLas = [{ iMax: i + 3, contents: [], ...group }];
    const individual = [
      { jmax: 20, contents: [{ la1Id: Uint8Array.of(0, 1), la2Id: Uint8Array.of(0, second), contents: ofLas }] },
    ];
    return { ...contents, typeSpecific: { kind: 'fullLinkedCrl', value: { iRev: i, indexWithinI: 0, individual } } };
  };

describe('a signed list', () => {
  const refusal = async (parts: Parts, at = now) => verifyCrl(await crl(parts), trust, at, ccsa);

  it('is refused when it is no CRL at all', async () => {
    expect(verifyCrl(Uint8Array.of(3, 128, 0), trust, now, ccsa)).toEqual({ kind: 'refused', reason: 'crl-malformed' });
    const other = await signData(Uint8Array.of(1, 2, 3), { psid: ccsa.aid.crl }, cra.signer);
    expect(verifyCrl(other, trust, now, ccsa)).toEqual({ kind: 'refused', reason: 'crl-malformed' });
  });

  it('is refused when it is cut short', async () => {
    const bytes = await crl({ entries: [entry()] });
    expect(verifyCrl(bytes.subarray(0, -1), trust, now, ccsa)).toMatchObject({ reason: 'crl-malformed' });
  });

  it('is refused under another application', async () => {
    const bytes = await signData(encode(CrlContents, contentsOf()), { psid: ccsa.aid.bsm }, cra.signer);
    expect(verifyCrl(bytes, trust, now, ccsa)).toEqual({ kind: 'refused', reason: 'crl-aid' });
  });

  it('is refused with a time in its header', async () => {
    const header = { psid: ccsa.aid.crl, generationTime: 1n };
    const bytes = await signData(encode(CrlContents, contentsOf()), header, cra.signer);
    expect(verifyCrl(bytes, trust, now, ccsa)).toEqual({ kind: 'refused', reason: 'crl-header' });
  });

  it.each<[string, string, () => Parts]>([
    ['another version', 'crl-version', () => ({ change: (contents) => ({ ...contents, version: 2 }) })],
    [
      'a list of groups',
      'crl-type',
      () => ({
        change: (contents) => ({
          ...contents,
          typeSpecific: {
            kind: 'fullLinkedCrl',
            value: { iRev: i, indexWithinI: 0, individual: [], groups: [] },
          },
        }),
      }),
    ],
    [
      'single seeds under the names of two LAs',
      'crl-type',
      () => ({ change: withGroup({ singleSeeds: [seedOf(1)] }) }),
    ],
    [
      'a pair of seeds under the name of one LA twice',
      'crl-type',
      () => ({ change: withGroup({ contents: [{ 'linkage-seed1': seedOf(1), 'linkage-seed2': seedOf(2) }] }, 1) }),
    ],
    ['a next list that is due before this one', 'crl-next-before-issue', () => ({ nextMillis: now })],
    ['a date in the future', 'crl-from-the-future', () => ({ issueMillis: now + 6_000 })],
    ['its successor overdue', 'crl-expired', () => ({ issueMillis: now - 2 * HOUR, nextMillis: now - HOUR })],
    ['the name of another CRACA', 'crl-signer-not-craca', () => ({ craca: bench.member('b-cra'), signer: cra })],
    ['another series', 'crl-signer-not-craca', () => ({ series: CRL_SERIES + 2 })],
    ['a signer who is no CRA', 'crl-signer-not-craca', () => ({ craca: bench.member('a-ma') })],
    ['a signer on no list', 'crl-signer-not-listed', () => ({ craca: bench.trcla })],
  ])('is refused with %s (RV10)', async (_, reason, parts) => {
    expect(await refusal(parts())).toEqual({ kind: 'refused', reason });
  });

  it('is refused after a change of one bit under the signature (RV10)', async () => {
    const bytes = await crl({ entries: [entry()] });
    const seed = bytes.length - 200;
    let refused = 0;
    for (let at = seed; at < seed + 8; at++) {
      const bent = bytes.slice();
      bent[at]! ^= 1;
      if ('reason' in verifyCrl(bent, trust, now, ccsa)) refused++;
    }
    expect(refused).toBe(8);
    const other = bytes.slice();
    other[other.length - 1]! ^= 1;
    expect(verifyCrl(other, trust, now, ccsa)).toEqual({ kind: 'refused', reason: 'crl-signature' });
  });

  it('is taken from the CRA of the list, named by certificate or by digest', async () => {
    expect(await refusal({ entries: [entry()] })).toMatchObject({ version: 1, crlSeries: CRL_SERIES });
    const digest = await signData(encode(CrlContents, contentsOf()), { psid: ccsa.aid.crl }, cra.signer, 'digest');
    expect(verifyCrl(digest, trust, now, ccsa)).toMatchObject({ version: 1 });
  });
});

describe('a receiver', () => {
  const store = () => new RevocationStore(trust, ccsa);
  const other = systemRandom.bytes(9);

  it('takes back no older list: date, iRev and index only go forward (RV10)', async () => {
    const receiver = store();
    const held = await crl({ issueMillis: now - HOUR, indexWithinI: 3 });
    receiver.takeCrl(held, now);
    for (const older of [
      { issueMillis: now - 2 * HOUR, indexWithinI: 4 },
      { issueMillis: now, indexWithinI: 2 },
      { issueMillis: now, iRev: i - 1, indexWithinI: 9 },
      { issueMillis: now - HOUR, indexWithinI: 3, entries: [entry()] },
    ]) {
      expect(receiver.takeCrl(await crl(older), now)).toEqual({ kind: 'refused', reason: 'crl-rollback' });
    }
    expect(receiver.seedPlace(contentsOf().crlCraca, CRL_SERIES)).toMatchObject({ iRev: i, indexWithinI: 3 });
    expect(receiver.takeCrl(held, now)).toMatchObject({ version: 1 });
    expect(receiver.takeCrl(await crl({ issueMillis: now - HOUR, indexWithinI: 4 }), now)).toMatchObject({
      version: 1,
    });
    expect(receiver.takeCrl(await crl({ issueMillis: now, iRev: i + 1, indexWithinI: 0 }), now)).toMatchObject({
      version: 1,
    });
  });

  it('adds a delta to the list with the index before, and to what it has expanded already', async () => {
    const [first, second, third] = [entry(), entry({ jMax: 3 }), single()];
    const receiver = store();
    receiver.takeCrl(await crl({ entries: [first] }), now);
    expect(receiver.check(await certificate(i, other), now)).toBe('good');
    const added = await crl({ kind: 'delta', entries: [second], indexWithinI: 1, issueMillis: now + 1000 });
    for (let again = 0; again < 2; again++) expect(receiver.takeCrl(added, now)).toMatchObject({ version: 1 });
    receiver.takeCrl(await crl({ kind: 'delta', entries: [third], indexWithinI: 2, issueMillis: now + 2000 }), now);
    expect(receiver.seedPlace(contentsOf().crlCraca, CRL_SERIES)).toMatchObject({ iRev: i, indexWithinI: 2 });
    expect(receiver.held).toMatchObject({ chains: 3, seedBytes: 32 + 32 + 16 });
    const standings: string[] = [];
    for (const one of [first, second, third])
      for (const lv of expandEntry(one, i)) standings.push(receiver.check(await certificate(i, lv), now));
    expect([standings.length, new Set(standings)]).toEqual([20 + 3 + 20, new Set(['revoked'])]);
    // The next week, of which nothing was expanded before.
    const [lv] = expandEntry(second, i + 1) as [Uint8Array];
    expect(receiver.check(await certificate(i + 1, lv), now + WEEK_MILLIS)).toBe('revoked');
  });

  it.each<[string, string, () => Parts]>([
    ['that leaves one out', 'crl-gap', () => ({ indexWithinI: 5 })],
    ['of a later period', 'crl-gap', () => ({ iRev: i + 1, indexWithinI: 4 })],
    ['of an earlier period', 'crl-rollback', () => ({ iRev: i - 1, indexWithinI: 4 })],
    ['that was there before', 'crl-rollback', () => ({ indexWithinI: 3 })],
    ['that is older by its date', 'crl-gap', () => ({ indexWithinI: 4, issueMillis: now - 2 * HOUR })],
  ])('takes no delta %s, and keeps what it holds (RV10)', async (_, reason, parts) => {
    const receiver = store();
    receiver.takeCrl(await crl({ indexWithinI: 3, issueMillis: now - HOUR }), now);
    const change = parts();
    const bytes = await crl({ kind: 'delta', entries: [entry({ iRev: change.iRev ?? i })], ...change });
    expect(receiver.takeCrl(bytes, now)).toEqual({ kind: 'refused', reason });
    expect(receiver.held.chains).toBe(0);
  });

  it('takes no delta without a list to add it to, nor to the list of another CRACA', async () => {
    const receiver = store();
    receiver.takeCrl(await crl({ craca: bench.member('b-cra') }), now);
    const delta = await crl({ kind: 'delta', indexWithinI: 1, issueMillis: now + 1000 });
    expect(receiver.takeCrl(delta, now)).toEqual({ kind: 'refused', reason: 'crl-gap' });
  });

  it('keeps the last good list when a bad one comes', async () => {
    const revoked = entry();
    const receiver = store();
    receiver.takeCrl(await crl({ entries: [revoked] }), now);
    expect(receiver.takeCrl(await crl({ issueMillis: now + HOUR }), now)).toMatchObject({ kind: 'refused' });
    const [lv] = expandEntry(revoked, i) as [Uint8Array];
    expect(receiver.check(await certificate(i, lv), now)).toBe('revoked');
  });

  it('can say nothing without a list, with another CRACA or series, or without a linkage value', async () => {
    expect(store().check(await certificate(i, other), now)).toBe('no-crl');
    const receiver = store();
    receiver.takeCrl(await crl(), now);
    expect(receiver.check(await certificate(i, other), now)).toBe('good');
    expect(receiver.check(await certificate(i, other, { cracaId: new Uint8Array(3) }), now)).toBe('no-crl');
    expect(receiver.check(await certificate(i, other, { crlSeries: 7 }), now)).toBe('no-crl');
    expect(receiver.check(bench.member('a-pca').certificate, now)).toBe('no-crl');
  });

  it('takes an application certificate that names no list as good, and one that names a list as unknown', async () => {
    const application = (change: object): Promise<Certificate> =>
      certificate(i, other, { id: { kind: 'none', value: null }, cracaId: new Uint8Array(3), crlSeries: 0, ...change });
    const receiver = store();
    receiver.takeCrl(await crl(), now);
    expect(receiver.check(await application({}), now)).toBe('good');
    expect(receiver.check(await application({ cracaId: Uint8Array.of(1, 2, 3) }), now)).toBe('no-crl');
    expect(receiver.check(await application({ crlSeries: CRL_SERIES }), now)).toBe('no-crl');
  });

  it('says nothing good by a list whose successor is overdue, but still says revoked', async () => {
    const revoked = entry();
    const receiver = store();
    receiver.takeCrl(await crl({ entries: [revoked], nextMillis: now + HOUR }), now);
    const [lv] = expandEntry(revoked, i) as [Uint8Array];
    expect(receiver.check(await certificate(i, other), now + 2 * HOUR)).toBe('no-crl');
    expect(receiver.check(await certificate(i, lv), now + 2 * HOUR)).toBe('revoked');
  });

  it('does no work for a period far from the present, nor beyond the longest walk', async () => {
    const receiver = store();
    receiver.takeCrl(await crl({ entries: [entry()] }), now);
    expect(receiver.check(await certificate(i + 2, other), now)).toBe('no-crl');
    expect(receiver.check(await certificate(i - 2, other), now)).toBe('no-crl');
    const old = store();
    const issueMillis = now;
    old.takeCrl(await crl({ iRev: i - LONGEST_WALK - 1, issueMillis, entries: [] }), now);
    expect(old.check(await certificate(i, other), now)).toBe('no-crl');
    expect(old.check(await certificate(i - 1, other), now)).toBe('good');
  });

  it.each(chains)('refuses all of a device of %s from iRev on, every week to the last (RV7)', async (_, newChain) => {
    const revoked = newChain();
    let refused = 0;
    for (let week = i; week <= revoked.iMax; week++) {
      // Each week's list carries the seeds of that week, as the CRA moves them forward.
      const at = Math.max(now, periodStartMillis(ccsa.epochMillis, week) + HOUR);
      const receiver = store();
      receiver.takeCrl(await crl({ entries: [advanceEntry(revoked, week)], iRev: week, issueMillis: at }), at);
      for (const lv of expandEntry(revoked, week)) {
        if (receiver.check(await certificate(week, lv), at) === 'revoked') refused++;
      }
    }
    expect(refused).toBe(4 * 20);
  });

  it.each(chains)(
    'leaves the weeks of %s before iRev as they were: the list knows no value (RV8)',
    async (_, newChain) => {
      const first = newChain();
      const listed = advanceEntry(first, i + 2);
      const at = now + 2 * WEEK_MILLIS;
      const receiver = store();
      receiver.takeCrl(await crl({ entries: [listed], iRev: i + 2, issueMillis: at }), at);
      const standings: string[] = [];
      for (const lv of expandEntry(first, i + 1)) standings.push(receiver.check(await certificate(i + 1, lv), at));
      expect(standings).toHaveLength(20);
      expect(new Set(standings)).toEqual(new Set(['good']));
      const known = new Set(
        [i + 2, i + 3].flatMap((week) => expandEntry(listed, week)).map((lv) => Buffer.from(lv).toString('hex')),
      );
      const earlier = [i, i + 1].flatMap((week) => expandEntry(first, week));
      expect(earlier.filter((lv) => known.has(Buffer.from(lv).toString('hex')))).toEqual([]);
    },
  );

  it('expands entries of several jMax and iMax in one list, each to its own', async () => {
    const receiver = store();
    const entries = [entry({ jMax: 5 }), entry({ jMax: 40 }), entry({ jMax: 5, iMax: i + 1 }), entry({ jMax: 0 })];
    receiver.takeCrl(await crl({ entries }), now);
    const week = 7 * 24 * HOUR;
    const standings: [string, string][] = [];
    for (const [steps, at] of [
      [0, now],
      [2, now + 2 * week],
    ] as const) {
      for (const one of entries) {
        // Whatever was revoked of a chain stands from j = 0 to its jMax, and as long as iMax says.
        const listed = expandEntry({ ...one, jMax: 41, iMax: i + 3 }, i + steps);
        for (const [j, lv] of listed.entries()) {
          const expected = i + steps <= one.iMax && j < one.jMax ? 'revoked' : 'spared';
          const standing = receiver.check(await certificate(i + steps, lv), at);
          standings.push([expected, standing === 'revoked' ? 'revoked' : 'spared']);
        }
      }
    }
    expect(standings.filter(([expected]) => expected === 'revoked').length).toBe(5 + 40 + 5 + 5 + 40);
    expect(standings.filter(([expected, standing]) => standing !== expected)).toEqual([]);
  });

  it('hits nobody else: 100 000 other values, none matches (RV9)', async () => {
    // By chance one would match with probability below 100 000 × (100 entries × 20) / 2^72 ≈ 4·10^-14.
    const receiver = store();
    receiver.takeCrl(await crl({ entries: Array.from({ length: 100 }, () => entry()) }), now);
    const like = await certificate(i, other);
    const withValue = (lv: Uint8Array): Certificate => {
      const { toBeSigned } = like.value;
      const id = { kind: 'linkageData', value: { iCert: i, 'linkage-value': lv } } as const;
      return { ...like, value: { ...like.value, toBeSigned: { ...toBeSigned, value: { ...toBeSigned.value, id } } } };
    };
    const counts = { good: 0, revoked: 0, 'no-crl': 0 };
    for (let n = 0; n < 5_000; n++) {
      for (const lv of expandEntry(entry(), i)) counts[receiver.check(withValue(lv), now)]++;
    }
    expect(counts).toEqual({ good: 100_000, revoked: 0, 'no-crl': 0 });
  });
});

it('reads back what it wrote, byte for byte', () => {
  const bytes = encode(CrlContents, contentsOf({ entries: [entry(), entry()] }));
  const read = tryDecode(CrlContents, bytes);
  expect(read.ok && encode(CrlContents, read.value)).toEqual(bytes);
});
