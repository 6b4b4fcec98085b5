/** What a certificate may say under its issuer: IEEE 1609.2-2022 5.1.2 and 6.4.8 to 6.4.30. Each refusal beside its neighbour that passes. */
import fc from 'fast-check';
import type { GeographicRegion, PsidSsp, PsidSspRange } from '#wire/base-types.js';
import type { PsidGroupPermissions, ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityTbs, type AuthorityKind } from './authority-certificate.js';
import { mayRequest, namesEachOnce, permissionsWithin, regionWithin } from './permissions.js';
import { ccsa } from './profile.js';

/** Without any permission. */
const base: ToBeSignedCertificate = {
  ...authorityTbs(
    {
      kind: 'tcmf',
      hostname: 'x.example',
      verificationKey: new Uint8Array(33).fill(2),
      encryptionKey: undefined,
      validity: { start: 0, duration: { kind: 'hours', value: 1 } },
    },
    ccsa,
  ),
  appPermissions: undefined,
};
type EeTypes = ('app' | 'enroll')[];
interface Shape {
  min?: number;
  range?: number;
  ee?: EeTypes;
}
const group = (what: 'all' | (number | PsidSspRange)[], { min = 1, range = 0, ee = ['app'] }: Shape = {}) =>
  ({
    subjectPermissions:
      what === 'all'
        ? { kind: 'all', value: null }
        : { kind: 'explicit', value: what.map((one) => (typeof one === 'number' ? { psid: one } : one)) },
    minChainLength: min,
    chainLengthRange: range,
    eeType: new Set(ee),
  }) satisfies PsidGroupPermissions;
const opaque = (...bytes: number[]) => ({ kind: 'opaque' as const, value: Uint8Array.from(bytes) });
const bitmap = (...bytes: number[]) => ({ kind: 'bitmapSsp' as const, value: Uint8Array.from(bytes) });
const opaqueRange = (psid: number, ...values: number[][]): PsidSspRange => ({
  psid,
  sspRange: { kind: 'opaque', value: values.map((value) => Uint8Array.from(value)) },
});
const bitmapRange = (psid: number, sspValue: number[], sspBitmask: number[]): PsidSspRange => ({
  psid,
  sspRange: {
    kind: 'bitmapSspRange',
    value: { sspValue: Uint8Array.from(sspValue), sspBitmask: Uint8Array.from(sspBitmask) },
  },
});
const allRange = (psid: number): PsidSspRange => ({ psid, sspRange: { kind: 'all', value: null } });

const issuing = (...groups: PsidGroupPermissions[]): ToBeSignedCertificate => ({
  ...base,
  certIssuePermissions: groups,
});
const using = (...permissions: PsidSsp[]): ToBeSignedCertificate => ({ ...base, appPermissions: permissions });
const requesting = (...groups: PsidGroupPermissions[]): ToBeSignedCertificate => ({
  ...base,
  certRequestPermissions: groups,
});

describe('TL7 application permissions under an issuer', () => {
  it.each<[string, ToBeSignedCertificate, ToBeSignedCertificate]>([
    ['an AID that the issuer has not', using({ psid: 112 }), issuing(group([111]))],
    ['anything under an issuer who may issue nothing', using({ psid: 111 }), base],
    ['one AID too many', using({ psid: 111 }, { psid: 112 }), issuing(group([111]))],
    ['what only longer chains may have', using({ psid: 111 }), issuing(group([111], { min: 2 }))],
    ['what may only be requested', using({ psid: 111 }), issuing(group([111], { ee: ['enroll'] }))],
    ['a group whose least length is 0', using({ psid: 111 }), issuing(group([111], { min: 0, range: 5 }))],
    ['all but for the AIDs named beside it', using({ psid: 111 }), issuing(group('all'), group([111], { min: 2 }))],
    ['an SSP that is not on the list', using({ psid: 111, ssp: opaque(2) }), issuing(group([opaqueRange(111, [1])]))],
    ['no SSP where one is on the list', using({ psid: 111 }), issuing(group([opaqueRange(111, [1])]))],
    ['a bitmap where octets are listed', using({ psid: 111, ssp: bitmap(1) }), issuing(group([opaqueRange(111, [1])]))],
    [
      'octets where a bitmap is asked',
      using({ psid: 111, ssp: opaque(1) }),
      issuing(group([bitmapRange(111, [1], [1])])),
    ],
    ['a bitmap without SSP', using({ psid: 111 }), issuing(group([bitmapRange(111, [1], [1])]))],
    [
      'a bit set that must not be',
      using({ psid: 111, ssp: bitmap(1, 3) }),
      issuing(group([bitmapRange(111, [1, 1], [255, 2])])),
    ],
    [
      'a bit missing that must be',
      using({ psid: 111, ssp: bitmap(0, 1) }),
      issuing(group([bitmapRange(111, [1, 1], [1, 0])])),
    ],
    [
      'a bitmap where the mask covers only a part of the value',
      using({ psid: 111, ssp: bitmap(1, 0) }),
      issuing(group([bitmapRange(111, [1, 1], [255])])),
    ],
    [
      'a bitmap of another length',
      using({ psid: 111, ssp: bitmap(1) }),
      issuing(group([bitmapRange(111, [1, 0], [0, 0])])),
    ],
  ])('refuses %s', (_, subject, issuer) => expect(permissionsWithin(subject, issuer)).toBe(false));

  it.each<[string, ToBeSignedCertificate, ToBeSignedCertificate]>([
    ['nothing at all', base, base],
    ['an AID of the issuer', using({ psid: 111 }), issuing(group([111]))],
    ['an AID with any SSP under an omitted range', using({ psid: 111, ssp: opaque(9) }), issuing(group([111]))],
    ['an AID with any SSP under `all`', using({ psid: 111, ssp: bitmap(9) }), issuing(group([allRange(111)]))],
    ['any AID under `all`', using({ psid: 9999 }), issuing(group('all'))],
    ['AIDs of two groups', using({ psid: 111 }, { psid: 112 }), issuing(group([112]), group([111]))],
    ['a longest chain that reaches down to 1', using({ psid: 111 }), issuing(group([111], { range: -1 }))],
    ['an SSP on the list', using({ psid: 111, ssp: opaque(2) }), issuing(group([opaqueRange(111, [1], [2])]))],
    ['no SSP where the empty one is listed', using({ psid: 111 }), issuing(group([opaqueRange(111, [])]))],
    [
      'bits that are free',
      using({ psid: 111, ssp: bitmap(1, 255) }),
      issuing(group([bitmapRange(111, [1, 0], [255, 0])])),
    ],
  ])('takes %s', (_, subject, issuer) => expect(permissionsWithin(subject, issuer)).toBe(true));
});

describe('TL7 permissions to issue, under an issuer', () => {
  const any: Shape = { min: 1, range: -1, ee: ['app', 'enroll'] };

  it.each<[string, PsidGroupPermissions[], PsidGroupPermissions[]]>([
    ['an AID that the issuer has not', [group([112])], [group([111], any)]],
    ['a chain as long as the issuer’s own', [group([111])], [group([111], { min: 1, range: 0 })]],
    ['a longer chain than the issuer’s allows', [group([111], { range: 1 })], [group([111], { min: 2 })]],
    [
      'a chain without end under one with an end',
      [group([111], { range: -1 })],
      [group([111], { min: 2, range: 200 })],
    ],
    ['a shorter chain than the issuer’s least', [group([111])], [group([111], { min: 3, range: -1 })]],
    ['an end-entity type that the issuer has not', [group([111], { ee: ['enroll'] })], [group([111], { min: 2 })]],
    ['two types where the issuer has one', [group([111], { ee: ['app', 'enroll'] })], [group([111], { min: 2 })]],
    ['no type at all', [group([111], { ee: [] })], [group([111], any)]],
    ['a least length of 0', [group([111], { min: 0 })], [group([111], any)]],
    ['a range below -1', [group([111], { min: 3, range: -2 })], [group([111], any)]],
    ['`all` under named AIDs', [group('all')], [group([111, 112], any)]],
    ['`all` with a longer chain', [group('all', { range: 1 })], [group('all', { min: 2 })]],
    ['`all` without end', [group('all', { range: -1 })], [group('all', { min: 2, range: 5 })]],
    [
      '`all` where the issuer keeps an AID apart',
      [group('all')],
      [group('all', any), group([111], { min: 3, range: -1 })],
    ],
    [
      '`all` where the issuer keeps an SSP apart',
      [group('all')],
      [group('all', any), group([opaqueRange(111, [1])], any)],
    ],
    ['every SSP where some are listed', [group([111])], [group([opaqueRange(111, [1])], any)]],
    ['every SSP, spelled out', [group([allRange(111)])], [group([opaqueRange(111, [1])], any)]],
    ['an SSP that is not listed', [group([opaqueRange(111, [1], [2])])], [group([opaqueRange(111, [1])], any)]],
    ['octets for bits', [group([opaqueRange(111, [1])])], [group([bitmapRange(111, [1], [1])], any)]],
    ['bits for octets', [group([bitmapRange(111, [1], [1])])], [group([opaqueRange(111, [1])], any)]],
    ['a bit let free that is fixed', [group([bitmapRange(111, [1], [1])])], [group([bitmapRange(111, [1], [3])], any)]],
    ['a bit fixed otherwise', [group([bitmapRange(111, [1], [3])])], [group([bitmapRange(111, [3], [3])], any)]],
    ['a longer value', [group([bitmapRange(111, [1, 0], [1])])], [group([bitmapRange(111, [1], [1])], any)]],
    [
      'a mask shorter than its value',
      [group([bitmapRange(111, [1, 1], [1])])],
      [group([bitmapRange(111, [1, 1], [1])], any)],
    ],
    ['a longer mask', [group([bitmapRange(111, [1], [1, 0])])], [group([bitmapRange(111, [1], [1])], any)]],
  ])('refuses %s', (_, subject, issuer) => {
    expect(permissionsWithin(issuing(...subject), issuing(...issuer))).toBe(false);
  });

  it.each<[string, PsidGroupPermissions[], PsidGroupPermissions[]]>([
    ['a chain one shorter', [group([111])], [group([111], { min: 2 })]],
    ['a chain up to the issuer’s end', [group([111], { range: 1 })], [group([111], { min: 2, range: 1 })]],
    ['a chain without end under one without end', [group([111], { range: -1 })], [group([111], any)]],
    ['`all` under `all`', [group('all')], [group('all', any)]],
    ['an AID under `all`', [group([111])], [group('all', any)]],
    [
      '`all` and, apart, what the issuer has apart',
      [group('all'), group([111], { min: 2 })],
      [group('all', any), group([111], { min: 3 })],
    ],
    ['`all` where the AID apart is as free', [group('all')], [group('all', any), group([111], any)]],
    ['a listed SSP', [group([opaqueRange(111, [2])])], [group([opaqueRange(111, [1], [2])], any)]],
    ['bits fixed further', [group([bitmapRange(111, [3], [3])])], [group([bitmapRange(111, [1], [1])], any)]],
  ])('takes %s', (_, subject, issuer) => {
    expect(permissionsWithin(issuing(...subject), issuing(...issuer))).toBe(true);
  });
});

describe('permissions to request, under an issuer', () => {
  const eca = issuing(group([111], { ee: ['enroll'] }));

  it('refuses what the issuer may only give to applications', () => {
    expect(permissionsWithin(requesting(group([111])), issuing(group([111])))).toBe(false);
  });
  it('refuses another AID, and `all`', () => {
    expect(permissionsWithin(requesting(group([112])), eca)).toBe(false);
    expect(permissionsWithin(requesting(group('all')), eca)).toBe(false);
  });
  it('refuses what only a certificate further down may have', () => {
    expect(permissionsWithin(requesting(group([111])), issuing(group([111], { min: 2, ee: ['enroll'] })))).toBe(false);
  });
  it('takes what the issuer may let be requested', () => {
    expect(permissionsWithin(requesting(group([111])), eca)).toBe(true);
  });

  const enrolment = requesting(group([111, opaqueRange(112, [1])]));
  it.each<[string, ToBeSignedCertificate, PsidSsp[]]>([
    ['an AID it does not name', enrolment, [{ psid: 111 }, { psid: 113 }]],
    ['an SSP it does not name', enrolment, [{ psid: 112, ssp: opaque(2) }]],
    ['anything by one without permissions', base, [{ psid: 111 }]],
    ['what may only be enrolled for', requesting(group([111], { ee: ['enroll'] })), [{ psid: 111 }]],
  ])('EN10 refuses to let an enrolment certificate ask for %s', (_, certificate, asked) => {
    expect(mayRequest(certificate, asked)).toBe(false);
  });
  it('lets an enrolment certificate ask for what it names', () => {
    expect(
      mayRequest(enrolment, [
        { psid: 111, ssp: opaque(7) },
        { psid: 112, ssp: opaque(1) },
      ]),
    ).toBe(true);
  });
});

describe('the list of permissions', () => {
  it.each<[string, ToBeSignedCertificate]>([
    ['an AID twice', using({ psid: 111 }, { psid: 111, ssp: opaque(1) })],
    ['`all` twice to issue', issuing(group('all'), group('all', { min: 2 }))],
    ['`all` twice to request', requesting(group('all'), group('all', { min: 2 }))],
  ])('refuses %s', (_, tbs) => expect(namesEachOnce(tbs)).toBe(false));
  it('takes each once', () => {
    expect(
      namesEachOnce({ ...using({ psid: 111 }, { psid: 112 }), certIssuePermissions: [group('all'), group([1])] }),
    ).toBe(true);
  });
});

describe('TL7 the table of authorities', () => {
  const certificateOf = (kind: AuthorityKind): ToBeSignedCertificate => {
    const { appPermissions, certIssuePermissions } = authorityTbs(
      {
        kind,
        hostname: 'x.example',
        verificationKey: new Uint8Array(33).fill(2),
        encryptionKey: undefined,
        validity: base.validityPeriod,
      },
      ccsa,
    );
    return { ...base, appPermissions, certIssuePermissions };
  };
  const pseudonym = using({ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour });

  it.each<[AuthorityKind, AuthorityKind]>([
    ['ica', 'ica'],
    ['ica', 'root'],
    ['pca', 'pca'],
    ['pca', 'eca'],
    ['eca', 'pca'],
    ['pca', 'ma'],
    ['ma', 'pca'],
  ])('refuses under a certificate of the %s that of the %s', (issuer, subject) => {
    expect(permissionsWithin(certificateOf(subject), certificateOf(issuer))).toBe(false);
  });

  it.each<AuthorityKind>(['root', 'ica', 'eca', 'ma', 'la', 'pra'])('refuses a pseudonym under the %s', (issuer) => {
    expect(permissionsWithin(pseudonym, certificateOf(issuer))).toBe(false);
  });

  it('takes all authorities under the ICA, the ICA and the TCMF under the root, and a pseudonym under the PCA', () => {
    const kinds: AuthorityKind[] = ['aaa', 'eca', 'pra', 'pca', 'la', 'ma', 'cra'];
    for (const kind of kinds) expect(permissionsWithin(certificateOf(kind), certificateOf('ica'))).toBe(true);
    for (const kind of ['ica', 'tcmf'] as const)
      expect(permissionsWithin(certificateOf(kind), certificateOf('root'))).toBe(true);
    expect(permissionsWithin(pseudonym, certificateOf('pca'))).toBe(true);
  });
});

describe('delegation', () => {
  const aid = fc.constantFrom(111, 112, 113);
  const arbitraryGroup = fc
    .record({
      what: fc.oneof(fc.constant('all' as const), fc.uniqueArray(aid, { minLength: 1 })),
      min: fc.integer({ min: 1, max: 3 }),
      range: fc.integer({ min: -1, max: 2 }),
      ee: fc.constantFrom<EeTypes>(['app'], ['enroll'], ['app', 'enroll']),
    })
    .map(({ what, ...shape }) => group(what, shape));
  const arbitraryList = fc.array(arbitraryGroup, { minLength: 1, maxLength: 3 });

  it('TL7 never lets a chain end in what its top does not allow', () => {
    let met = 0;
    const property = fc.property(arbitraryList, arbitraryList, aid, (top, middle, psid) => {
      if (!permissionsWithin(issuing(...middle), issuing(...top))) return;
      if (!permissionsWithin(using({ psid }), issuing(...middle))) return;
      met++;
      // Seen from the top the end entity is the second certificate: some entry that speaks for this AID must allow length 2.
      const named = top.filter(
        ({ subjectPermissions: one }) => one.kind === 'explicit' && one.value.some((range) => range.psid === psid),
      );
      const speaking = named.length > 0 ? named : top.filter(({ subjectPermissions: one }) => one.kind === 'all');
      const allowed = speaking.some(
        ({ minChainLength: min, chainLengthRange: range, eeType }) =>
          eeType.has('app') && min <= 2 && (range === -1 || 2 <= min + range),
      );
      expect(allowed).toBe(true);
    });
    fc.assert(property, { numRuns: 20_000 });
    expect(met).toBeGreaterThan(100);
  });
});

describe('TL7 a region under an issuer’s', () => {
  const countries = (...numbers: number[]): GeographicRegion => ({
    kind: 'identifiedRegion',
    value: numbers.map((value) => ({ kind: 'countryOnly', value })),
  });
  const circle = (radius: number): GeographicRegion => ({
    kind: 'circularRegion',
    value: { center: { latitude: 1, longitude: 2 }, radius },
  });

  it.each<[string, GeographicRegion, GeographicRegion]>([
    ['another country', countries(840), countries(156)],
    ['one country too many', countries(156, 840), countries(156)],
    ['a circle that is not known to lie in a country', circle(5), countries(156)],
    ['a country in a circle', countries(156), circle(5)],
    ['a larger circle', circle(6), circle(5)],
  ])('refuses %s', (_, subject, issuer) => expect(regionWithin(subject, issuer)).toBe(false));

  it.each<[string, GeographicRegion | undefined, GeographicRegion | undefined]>([
    ['nothing said under nothing said', undefined, undefined],
    ['what is inherited', undefined, countries(156)],
    ['any region under the whole world', countries(156), undefined],
    ['one country of two', countries(156), countries(156, 840)],
    ['the same circle', circle(5), circle(5)],
    ['a smaller circle', circle(4), circle(5)],
  ])('takes %s', (_, subject, issuer) => expect(regionWithin(subject, issuer)).toBe(true));
});
