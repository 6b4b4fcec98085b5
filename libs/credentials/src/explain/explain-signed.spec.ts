import { readFileSync } from 'node:fs';
import { encode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { advanceLinkageSeed, linkageValue, preLinkageValue } from '#crypto/linkage.js';
import { nistSuite, smSuite } from '#crypto/suite.js';
import type { CrlContents } from '#wire/crl.js';
import { V2XSecData, type SignerIdentifier, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis, time64FromMillis } from '#wire/time.js';
import { certificateFromBytes } from '../certificate-facts.js';
import { LONGEST_WALK } from '../linked-crl.js';
import { ccsa } from '../profile.js';
import { decodeSecured, unsecured } from '../signed-data.js';
import { CertificatePool } from './chain-paths.js';
import { explain } from './explain.js';
import { best } from './explain-signed.js';
import {
  asked,
  BSM_AID,
  certified,
  crlBy,
  crlContents,
  crlSsp,
  DAY,
  house,
  ieee,
  newKey,
  NOON,
  pcaTbs,
  pcTbs,
  poolOf,
  rootTbs,
  signedBy,
  signedSubject,
  whyOf,
  wrongIn,
  wrongSteps,
  type Bend,
  type Family,
  type Holder,
  type House,
} from './house.fixture.js';
import { identityOf } from './identity.js';
import { crlsIn } from './material.js';
import type { GivenCrl } from './question.js';
import { explanationOf, type Explanation } from './step.js';
import { subjectOf } from './subject.js';

const families: Family[] = ['sm2', 'p256'];
const given = (...lists: V2XSecData[]): GivenCrl[] =>
  lists.flatMap((list) => crlsIn({ label: 'crl', subject: signedSubject(list) }));

describe.each(families)('a message signed with %s', (family) => {
  let sound: House;
  let pool: CertificatePool;
  beforeAll(() => {
    sound = house(family);
  });
  beforeEach(() => {
    pool = poolOf([sound.root], [sound.pca]);
  });
  const wrong = (bend: Bend, by = sound.pc): string[] => wrongIn(signedSubject(signedBy(by, bend)), asked(pool));

  it('holds, with the certificate of its signer or its digest', () => {
    expect(wrong({ named: 'digest' })).toContain('chain');
    expect(wrong({})).toEqual([]);
    pool = poolOf([sound.root], [sound.pca]);
    pool.add(sound.pc.certificate);
    expect(wrong({ named: 'digest' })).toEqual([]);
  });

  it('holds with an implicit certificate, and not with another key than it stands for', () => {
    const implicit = house(family, 'implicit');
    pool = poolOf([implicit.root], [implicit.pca]);
    expect(wrong({}, implicit.pc)).toEqual([]);
    expect(wrong({ privateKey: newKey(family) }, implicit.pc)).toEqual(['signature']);
    expect(wrongIn(signedSubject(signedBy(implicit.pc)), asked(poolOf([implicit.root])))).toContain('signature');
  });

  it('says that the signer is missing, and whom it looked for', () => {
    const explanation = explain(signedSubject(signedBy(sound.pc, { named: 'digest' })), asked(pool));
    const id = Buffer.from(identityOf(sound.pc.certificate).hashedId8).toString('hex');
    expect(whyOf(explanation, 'chain')).toContain(`the signer ${id} is not among the files`);
    expect(explanation.steps.filter(({ why }) => why.startsWith('not judged because'))).toHaveLength(7);
  });

  it('is refused by structure alone in another protocol version, or without a payload', () => {
    expect(wrong({ protocolVersion: 2 })).toEqual(['structure']);
    expect(wrong({ body: {} })).toEqual(['structure']);
    expect(wrong({ body: { extDataHash: { kind: 'sm3HashedData', value: new Uint8Array(32) } } })).toEqual([]);
  });

  it('is refused by structure when it names no signer that has a certificate', () => {
    const signers: SignerIdentifier[] = [
      { kind: 'self', value: null },
      { kind: 'x509', value: new Uint8Array(3) },
      { kind: 'certificate', value: [] },
    ];
    for (const signer of signers) expect(wrong({ signed: { signer } })[0]).toBe('structure');
  });

  it('is refused by its signature alone when payload or key is another, or the hash not that of the key', () => {
    expect(wrong({ privateKey: newKey(family) })).toEqual(['signature']);
    const [one, other] = [signedBy(sound.pc), signedBy(sound.pc, { payload: new Uint8Array(21) })];
    if (one.content.kind !== 'signedData' || other.content.kind !== 'signedData') throw new Error('not signed');
    expect(wrong({ signed: { tbsData: other.content.value.tbsData, signature: one.content.value.signature } })).toEqual(
      ['signature'],
    );
    expect(wrong({ signed: { hashId: 'sha384' } })).toEqual(['signature']);
  });

  it('is refused by a signature above it, and not judged without what is above', () => {
    const forged = certified(family, sound.root, { tbs: pcaTbs, signedWith: newKey(family) });
    const pc = certified(family, forged, { tbs: pcTbs });
    expect(wrongIn(signedSubject(signedBy(pc)), asked(poolOf([sound.root], [forged])))).toEqual(['signature']);
    const explanation = explain(signedSubject(signedBy(sound.pc)), asked(poolOf([sound.root])));
    expect(whyOf(explanation, 'signature')).toMatch(/^not judged because the issuer of .*; its own verifies$/);
  });

  it('is refused by permissions alone for an application that its signer has not', () => {
    expect(wrong({ header: { psid: 99 } })).toEqual(['permissions']);
  });

  it('is refused by time alone when it was signed outside the validity of the signer, or after now', () => {
    const early = { header: { generationTime: time64FromMillis(NOON - 11 * DAY) } };
    const late = { header: { generationTime: time64FromMillis(NOON + 60_000) } };
    expect(wrong(early)).toEqual(['time']);
    expect(wrong(late)).toEqual(['time']);
    expect(wrong({ header: { generationTime: time64FromMillis(NOON + 4_000) } })).toEqual([]);
  });

  it('is judged as of its own time when nobody asks for another, and at both when one does', () => {
    const message = signedSubject(signedBy(sound.pc));
    const afterwards = { atMillis: NOON + 400 * DAY };
    expect(wrongIn(message, asked(pool, { ...afterwards, isAtGiven: false }))).toEqual([]);
    expect(wrongIn(message, asked(pool, afterwards))).toEqual(['time']);
    const timeless = signedSubject(signedBy(sound.pc, { header: { generationTime: undefined } }));
    expect(wrongIn(timeless, asked(pool, { ...afterwards, isAtGiven: false }))).toEqual(['time']);
  });

  it('is refused by time alone past its expiry, and when that lies before its making', () => {
    const expiring = { header: { expiryTime: time64FromMillis(NOON + DAY) } };
    expect(wrong(expiring)).toEqual([]);
    const message = signedSubject(signedBy(sound.pc, expiring));
    expect(wrongIn(message, asked(pool, { atMillis: NOON + 2 * DAY }))).toEqual(['time']);
    const senseless = signedSubject(signedBy(sound.pc, { header: { expiryTime: time64FromMillis(NOON) } }));
    expect(wrongIn(senseless, asked(pool, { isAtGiven: false }))).toEqual(['time']);
  });

  it('is refused by region alone when it was signed outside a circle', () => {
    const circle = {
      kind: 'circularRegion',
      value: { center: { latitude: 399_000_000, longitude: 1_163_000_000 }, radius: 1_000 },
    } as const;
    const world = { region: undefined };
    const root = certified(family, 'self', {
      tbs: { ...rootTbs(ieee.aid.crl, ieee.aid.management), ...world },
    });
    const pca = certified(family, root, { tbs: { ...pcaTbs, region: circle } });
    const rsu = certified(family, pca, { tbs: { ...pcTbs, ...world } });
    pool = poolOf([root], [pca]);
    const at = (latitude: number): Bend => ({
      header: { generationLocation: { latitude, longitude: 1_163_000_000, elevation: 0 } },
    });
    expect(wrong(at(399_050_000), rsu)).toEqual([]);
    expect(wrong(at(400_000_000), rsu)).toEqual(['region']);
    expect(wrong(at(900_000_001), rsu)).toEqual([]);
    // Of a country that is only named nothing can be said.
    pool = poolOf([sound.root], [sound.pca]);
    expect(wrong(at(400_000_000))).toEqual([]);
  });

  it('is refused by chain alone under a root that is not trusted', () => {
    expect(wrongIn(signedSubject(signedBy(sound.pc)), asked(poolOf([], [sound.root, sound.pca])))).toEqual(['chain']);
  });
});

describe.each(families)('revocation with %s', (family) => {
  const suite = family === 'sm2' ? smSuite : nistSuite;
  const I_REV = 300;
  const ids = [Uint8Array.of(0, 1), Uint8Array.of(0, 2)] as const;
  const seeds = [new Uint8Array(16).fill(3), new Uint8Array(16).fill(4)] as const;
  const half = (which: 0 | 1, i: number, j: number): Uint8Array =>
    preLinkageValue(suite, ids[which], advanceLinkageSeed(suite, ids[which], seeds[which], i - I_REV), j);
  const valueAt = (i: number, j: number): Uint8Array => linkageValue(half(0, i, j), half(1, i, j));

  let sound: House;
  beforeAll(() => {
    sound = house(family);
  });
  /** A device's certificate of period i of which the root is CRACA. */
  const pseudonym = (
    iCert: number,
    linkage: Uint8Array,
    change: Partial<ToBeSignedCertificate> = {},
    groupValue?: Uint8Array,
  ): Holder => {
    const group = groupValue && { jValue: Uint8Array.of(0, 0, 0, 9), value: groupValue };
    const id = {
      kind: 'linkageData',
      value: { iCert, 'linkage-value': linkage, ...(group ? { 'group-linkage-value': group } : {}) },
    } as const;
    const cracaId = identityOf(sound.root.certificate).hashedId8.subarray(5);
    return certified(family, sound.pca, { tbs: { ...pcTbs, id, cracaId, crlSeries: 7, ...change } });
  };
  const listed = (typeSpecific: CrlContents['typeSpecific'], change: Partial<CrlContents> = {}): GivenCrl[] =>
    given(crlBy(sound.root, crlContents(sound.root.certificate, { typeSpecific, ...change })));
  const wrong = ({ certificate }: Holder, crls: GivenCrl[]): string[] =>
    wrongIn({ kind: 'certificate', certificate }, asked(poolOf([sound.root], [sound.pca]), { crls }));
  const individual = (change: object = {}): CrlContents['typeSpecific'] => ({
    kind: 'fullLinkedCrl',
    value: {
      iRev: I_REV,
      indexWithinI: 0,
      individual: [
        {
          jmax: 3,
          contents: [
            {
              la1Id: ids[0],
              la2Id: ids[1],
              contents: [
                { iMax: I_REV + 10, contents: [{ 'linkage-seed1': seeds[0], 'linkage-seed2': seeds[1] }], ...change },
              ],
            },
          ],
        },
      ],
    },
  });

  it.each(['fullHashCrl', 'deltaHashCrl'] as const)('refuses by revocation alone one whose hash is on a %s', (kind) => {
    const holder = pseudonym(I_REV, valueAt(I_REV, 0));
    const id = identityOf(holder.certificate).hash.subarray(-10);
    const entry = { id, expiry: 0 };
    expect(wrong(holder, listed({ kind, value: { crlSerial: 1, entries: [entry] } }))).toEqual(['revocation']);
    expect(
      wrong(pseudonym(I_REV, valueAt(I_REV, 1)), listed({ kind, value: { crlSerial: 1, entries: [entry] } })),
    ).toEqual([]);
  });

  it('refuses all under a PCA whose hash is on the list', () => {
    const cracaId = identityOf(sound.root.certificate).hashedId8.subarray(5);
    const pca = certified(family, sound.root, { tbs: { ...pcaTbs, cracaId, crlSeries: 7 } });
    const pc = certified(family, pca, { tbs: pcTbs });
    const entries = [{ id: identityOf(pca.certificate).hash.subarray(-10), expiry: 0 }];
    const crls = listed({ kind: 'fullHashCrl', value: { crlSerial: 1, entries } });
    const question = asked(poolOf([sound.root], [pca, sound.pca]), { crls });
    expect(wrongIn({ kind: 'certificate', certificate: pc.certificate }, question)).toEqual(['revocation']);
    expect(wrongIn(signedSubject(signedBy(pc)), question)).toEqual(['revocation']);
    expect(wrongIn({ kind: 'certificate', certificate: sound.pc.certificate }, question)).toEqual([]);
  });

  it.each<[string, number, number, boolean]>([
    ['of iRev', I_REV, 0, true],
    ['of a later period', I_REV + 4, 2, true],
    ['of iMax', I_REV + 10, 1, true],
    ['past iMax', I_REV + 11, 1, false],
    ['of an index past jMax', I_REV, 3, false],
  ])('finds a linkage value %s: %#', (_, i, j, isRevoked) => {
    expect(wrong(pseudonym(i, valueAt(i, j)), listed(individual()))).toEqual(isRevoked ? ['revocation'] : []);
  });

  it('says nothing of periods before iRev, and does not walk further than three years', () => {
    expect(wrong(pseudonym(I_REV - 1, valueAt(I_REV, 0)), listed(individual()))).toEqual([]);
    const far = I_REV + LONGEST_WALK + 1;
    expect(wrong(pseudonym(far, new Uint8Array(9)), listed(individual()))).toEqual(['revocation']);
    expect(wrong(pseudonym(far - 1, new Uint8Array(9)), listed(individual()))).toEqual([]);
  });

  it('finds a value of one LA alone, a group, and a group of one LA', () => {
    const i = I_REV + 2;
    const single = individual({ contents: [], singleSeeds: [seeds[0]] });
    expect(wrong(pseudonym(i, half(0, i, 1)), listed(single))).toEqual(['revocation']);
    expect(wrong(pseudonym(i, half(0, i, 3)), listed(single))).toEqual([]);
    const member = pseudonym(i, new Uint8Array(9), {}, valueAt(i, 9));
    const ofOne = pseudonym(i, new Uint8Array(9), {}, half(1, i, 9));
    const groups = (iMax: number): CrlContents['typeSpecific'] => ({
      kind: 'deltaLinkedCrl',
      value: {
        iRev: I_REV,
        indexWithinI: 0,
        groups: [{ iMax, la1Id: ids[0], linkageSeed1: seeds[0], la2Id: ids[1], linkageSeed2: seeds[1] }],
        groupsSingleSeed: [{ iMax, laId: ids[1], linkageSeed: seeds[1] }],
      },
    });
    expect(wrong(member, listed(groups(i)))).toEqual(['revocation']);
    expect(wrong(ofOne, listed(groups(i)))).toEqual(['revocation']);
    expect(wrong(member, listed(groups(i - 1)))).toEqual([]);
    expect(wrong(ofOne, listed(groups(i - 1)))).toEqual([]);
    expect(wrong(pseudonym(i, new Uint8Array(9), {}, valueAt(i, 8)), listed(groups(i)))).toEqual([]);
  });

  it('asks only lists of the certificate’s CRACA and series', () => {
    const holder = pseudonym(I_REV, valueAt(I_REV, 0));
    expect(wrong(holder, listed(individual(), { crlSeries: 8 }))).toEqual([]);
    expect(
      wrong(pseudonym(I_REV, valueAt(I_REV, 0), { cracaId: Uint8Array.of(1, 2, 3) }), listed(individual())),
    ).toEqual([]);
    // Zeros stand for a CA above.
    expect(wrong(pseudonym(I_REV, valueAt(I_REV, 0), { cracaId: new Uint8Array(3) }), listed(individual()))).toEqual([
      'revocation',
    ]);
  });

  it('refuses by revocation alone where the list that matters does not count or is out of date', () => {
    const holder = pseudonym(I_REV, valueAt(I_REV, 5));
    const list = crlContents(sound.root.certificate, { typeSpecific: individual() });
    expect(wrong(holder, given(crlBy(sound.root, list)))).toEqual([]);
    expect(wrong(holder, given(crlBy(sound.root, list, { privateKey: newKey(family) })))).toEqual(['revocation']);
    const old = crlContents(sound.root.certificate, {
      typeSpecific: individual(),
      issueDate: time32FromMillis(NOON - 3 * DAY),
      nextCrl: time32FromMillis(NOON - DAY),
    });
    expect(wrong(holder, given(crlBy(sound.root, old)))).toEqual(['revocation']);
    expect(wrong(holder, given(crlBy(sound.root, old), crlBy(sound.root, list)))).toEqual([]);
    // Who was revoked by the old list still is.
    const named = pseudonym(I_REV, valueAt(I_REV, 0));
    const empty = crlContents(sound.root.certificate);
    expect(wrong(named, given(crlBy(sound.root, empty), crlBy(sound.root, old)))).toEqual(['revocation']);
    expect(
      wrong(named, given(crlBy(sound.root, empty), crlBy(sound.root, old, { privateKey: newKey(family) }))),
    ).toEqual([]);
  });
});

describe.each(families)('a CRL signed with %s', (family) => {
  let sound: House;
  beforeAll(() => {
    sound = house(family);
  });
  const contents = (change: Partial<CrlContents> = {}): CrlContents => crlContents(sound.root.certificate, change);
  const wrong = (list: V2XSecData, others: Holder[] = []): string[] =>
    wrongIn(signedSubject(list), asked(poolOf([sound.root], [sound.pca, ...others]), { isAtGiven: false }));

  it('holds of its CRACA, and of one whom the CRACA allowed', () => {
    expect(wrong(crlBy(sound.root, contents()))).toEqual([]);
    const signer = certified(family, sound.root, {
      tbs: { appPermissions: [{ psid: ieee.aid.crl, ssp: crlSsp([7], 'issuerIsCraca') }] },
    });
    expect(wrong(crlBy(signer, contents(), { named: 'certificate' }))).toEqual([]);
    expect(wrong(crlBy(signer, crlContents(signer.certificate)), [signer])).toEqual(['craca']);
  });

  it('is refused by craca alone for another CRACA, another series, and without a CrlSsp', () => {
    expect(wrong(crlBy(sound.root, crlContents(sound.pca.certificate)))).toEqual(['craca']);
    expect(wrong(crlBy(sound.root, contents({ crlSeries: 9 })))).toEqual(['craca']);
    const signer = certified(family, sound.root, { tbs: { appPermissions: [{ psid: ieee.aid.crl }] } });
    expect(wrong(crlBy(signer, contents()), [signer])).toEqual(['craca']);
  });

  it('is refused by time alone when the next is due, when it is of the future, and when it ends before it begins', () => {
    const [past, now, future] = [NOON - 2 * DAY, NOON, NOON + 2 * DAY].map(time32FromMillis) as [
      number,
      number,
      number,
    ];
    expect(wrong(crlBy(sound.root, contents({ issueDate: past, nextCrl: now })))).toEqual(['time']);
    expect(wrong(crlBy(sound.root, contents({ issueDate: past, nextCrl: now + 1 })))).toEqual([]);
    expect(wrong(crlBy(sound.root, contents({ issueDate: future - 1, nextCrl: future })))).toEqual(['time']);
    // Of two clocks that differ a little, neither would find fault with a list that never was.
    expect(wrong(crlBy(sound.root, contents({ issueDate: now + 3, nextCrl: now + 3 })))).toEqual(['time']);
    expect(wrong(crlBy(sound.root, contents({ issueDate: now + 3, nextCrl: now + 4 })))).toEqual([]);
  });

  it('is refused by structure alone with a time in its header or another version, by its signature with another key', () => {
    expect(wrong(crlBy(sound.root, contents(), { header: { generationTime: time64FromMillis(NOON) } }))).toEqual([
      'structure',
    ]);
    expect(wrong(crlBy(sound.root, contents({ version: 2 })))).toEqual(['structure']);
    expect(wrong(crlBy(sound.root, contents(), { privateKey: newKey(family) }))).toEqual(['signature']);
  });

  it('is refused by permissions and CRACA of one who may sign no CRL', () => {
    expect(wrong(crlBy(sound.pc, contents()), [sound.pc])).toEqual(['permissions', 'craca']);
  });

  it('is judged by what its own application says when nobody asks for a profile', () => {
    const root = certified(family, 'self', { tbs: rootTbs(ccsa.aid.crl, ccsa.aid.management) });
    const list = crlBy(root, crlContents(root.certificate), {}, ccsa.aid.crl);
    expect(wrongIn(signedSubject(list), asked(poolOf([root])))).toEqual([]);
    expect(wrongIn(signedSubject(list), asked(poolOf([root]), { isProfileGiven: true }))).toEqual(['profile', 'craca']);
  });

  it('is not looked up in itself', () => {
    const tbs = { ...rootTbs(ieee.aid.crl, ieee.aid.management), crlSeries: 7 };
    const root = certified(family, 'self', { tbs });
    const list = crlBy(root, crlContents(root.certificate));
    expect(wrongIn(signedSubject(list), asked(poolOf([root]), { crls: given(list) }))).toEqual([]);
  });

  it('holds in a composite with others, and the bad one is named', () => {
    const good = crlBy(sound.root, contents());
    const bad = crlBy(sound.root, contents({ crlSeries: 9 }));
    const wrapped = (...crl: V2XSecData[]): Uint8Array =>
      encode(
        V2XSecData,
        unsecured(
          encode(ScmsPdu, { version: 1, content: { kind: 'cert', value: { kind: 'compositeCrl', value: { crl } } } }),
        ),
      );
    const question = asked(poolOf([sound.root]));
    expect(wrongIn(subjectOf(V2XSecData, wrapped(good, good)), question)).toEqual([]);
    const explanation = explain(subjectOf(V2XSecData, wrapped(good, bad)), question);
    expect(wrongSteps(explanation)).toEqual(['craca']);
    expect(whyOf(explanation, 'craca')).toMatch(/^CRL 2 of 2: /);
  });
});

describe('the derived messages of YD/T 3957', () => {
  const chain = JSON.parse(readFileSync('test/vectors/derived/ccsa-chain-spdu.json', 'utf8')) as Record<string, string>;
  const bytesOf = (key: string): Uint8Array => fromHex(chain[key] as string);

  it.each(['spdu_with_certificate', 'spdu_with_digest'])(
    '%s fails by time alone: it says that it is older than its certificate',
    (key) => {
      const pool = new CertificatePool();
      for (const name of ['pca_cert', 'pc_cert']) pool.add(certificateFromBytes(bytesOf(name)));
      pool.trust(certificateFromBytes(bytesOf('root_cert')), 'which is trusted');
      const question = asked(pool, { profile: ccsa, isProfileGiven: true, isAtGiven: false });
      expect(wrongIn(signedSubject(decodeSecured(bytesOf(key))), question)).toEqual(['time']);
    },
  );
});

describe('of several explanations', () => {
  it('the one with the fewest faults is told, the first of equals', () => {
    const of = (...marks: boolean[]): Explanation => explanationOf(marks.map((ok) => ({ step: 'chain', ok, why: '' })));
    const [two, one, none] = [of(false, false), of(false, true), of(true, true)];
    expect(best([two, one, none])).toBe(none);
    expect(best([two, one])).toBe(one);
    expect(best([one, of(true, false)])).toBe(one);
  });
});

describe('what is not signed', () => {
  it('is said not to be', () => {
    const plain = unsecured(Uint8Array.of(1, 2, 3));
    expect(wrongIn(subjectOf(V2XSecData, encode(V2XSecData, plain)), asked(poolOf([])))).toEqual(['structure']);
    expect(BSM_AID).toBe(ieee.aid.bsm);
  });
});
