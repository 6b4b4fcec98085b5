/** What certificates, permissions, times and places are called. */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { ccsa, ieee } from '#credentials/profile.js';
import { sm3 } from '#crypto/sm3.js';
import {
  Aid,
  Elevation,
  IValue,
  Latitude,
  Opaque,
  type GeographicRegion,
  type PsidSspRange,
} from '#wire/base-types.js';
import { AcpcTreeId } from '#wire/dot2dot1/acpc.js';
import { issPseudonym, ofChain, trcla } from '#wire/real-artefacts.fixture.js';
import { Certificate, CertificateBase, type PsidGroupPermissions } from '#wire/secured-data.js';
import { decode, type Codec } from '#coer/codec.js';
import { hex } from '../../../../test/support/hex.js';
import { applicationName } from './application-names.js';
import { hashAlgorithmOf } from '#credentials/explain/identity.js';
import { canonicalBytes, certificateId } from './certificate-id.js';
import { certificateWords, quoted, regionWords } from './certificate-words.js';
import { countryName } from './country-names.js';
import { fieldTree } from './field-tree.js';
import { fieldWords } from './field-words.js';
import { hexOf } from './json-value.js';
import { summaryLines } from './summary.js';
import { groupWords, permissionWords, rangeWords } from './permission-words.js';
import { durationWords, instant, plural, time32Words, time64Words, validityWords } from './time-words.js';

describe('times', () => {
  it.each([
    [0, '2004-01-01T00:00:00Z'],
    // Real certificates of North America start on the hour when the five leap seconds are counted.
    [0x1e584495, '2020-02-18T09:00:00Z'],
    [0x1f086f05, '2020-07-01T00:00:00Z'],
    [0xffffffff, '2140-02-07T06:28:10Z'],
  ])('%d is %s', (time32, words) => expect(time32Words(time32)).toBe(words));

  it('of 64 bits have milliseconds, and may lie beyond the calendar', () => {
    expect(time64Words(0x0001cf394a367009n)).toBe('2020-02-20T21:45:36.877Z');
    expect(time64Words((1n << 64n) - 1n)).toBe('beyond the calendar');
    expect(instant(Number.NaN)).toBe('beyond the calendar');
  });

  it.each([
    [{ kind: 'hours', value: 168 }, '168 hours (1 week)'],
    [{ kind: 'hours', value: 336 }, '336 hours (2 weeks)'],
    [{ kind: 'hours', value: 169 }, '169 hours'],
    [{ kind: 'hours', value: 0 }, '0 hours'],
    [{ kind: 'years', value: 1 }, '1 year'],
    [{ kind: 'sixtyHours', value: 3 }, '3 times 60 hours'],
  ] as const)('%j is %s', (duration, words) => expect(durationWords(duration)).toBe(words));

  it('a validity has its end', () => {
    expect(validityWords({ start: 0x1e584495, duration: { kind: 'hours', value: 169 } })).toBe(
      '2020-02-18T09:00:00Z to 2020-02-25T10:00:00Z, 169 hours',
    );
  });

  it('counts one and many', () => expect([plural(1, 'byte'), plural(0, 'byte')]).toEqual(['1 byte', '0 bytes']));
});

describe('countries', () => {
  it.each([
    [156, 'China 中国'],
    [840, 'United States 美国'],
    [124, 'Canada 加拿大'],
    [484, 'Mexico 墨西哥'],
    [36, 'Australia 澳大利亚'],
    [950, 'country 950'],
    [0, 'country 0'],
    [65_535, 'country 65535'],
  ])('%d is %s', (number, name) => expect(countryName(number)).toBe(name));

  const center = { latitude: 1, longitude: 2 };
  it.each<[GeographicRegion, string]>([
    [
      {
        kind: 'identifiedRegion',
        value: [
          { kind: 'countryOnly', value: 156 },
          { kind: 'countryOnly', value: 124 },
        ],
      },
      'China 中国; Canada 加拿大',
    ],
    [
      {
        kind: 'identifiedRegion',
        value: [{ kind: 'countryAndRegions', value: { countryOnly: 840, regions: [6, 26] } }],
      },
      'United States 美国, 2 regions of it',
    ],
    [
      {
        kind: 'identifiedRegion',
        value: [
          {
            kind: 'countryAndSubregions',
            value: { countryOnly: 840, regionAndSubregions: [{ region: 1, subregions: [] }] },
          },
        ],
      },
      'United States 美国, parts of 1 region',
    ],
    [{ kind: 'identifiedRegion', value: [] }, 'none'],
    [{ kind: 'circularRegion', value: { center, radius: 500 } }, 'a circle of 500 m'],
    [{ kind: 'rectangularRegion', value: [{ northWest: center, southEast: center }] }, '1 rectangle'],
    [{ kind: 'polygonalRegion', value: [center, center, center] }, 'a polygon of 3 corners'],
  ])('%j is %s', (region, words) => expect(regionWords(region)).toBe(words));
});

describe('permissions', () => {
  const opaque = (psid: number, digits: string) => ({ psid, ssp: { kind: 'opaque', value: hex(digits) } }) as const;
  it.each([
    [{ psid: 111 }, '111 basic safety messages 基本安全消息 (BSM)'],
    [{ psid: 4711 }, '4711'],
    [opaque(3627, '80 00 01'), '3627 security management 安全管理, as root CA 根CA'],
    [opaque(3627, '88 00 01 0002'), '3627 security management 安全管理, as LA 链接值机构 2'],
    [opaque(35, '8B 00 02'), '35 security management, as PRA 假名证书注册机构'],
    [opaque(3627, 'ff'), '3627 security management 安全管理, SSP ff'],
    [opaque(111, ''), '111 basic safety messages 基本安全消息 (BSM), SSP empty'],
    [opaque(3628, '00 01 00 01 01 00 00'), '3628 CRLs 证书撤销列表, as CRACA, series 0'],
    [opaque(256, '00 01 01 01 02 0001 0100'), '256 CRLs, for its issuer as CRACA, series 1, 256'],
    [opaque(256, '00'), '256 CRLs, SSP 00'],
    [
      { psid: 36, ssp: { kind: 'bitmapSsp', value: hex('01fc') } } as const,
      '36 cooperative awareness (CAM), SSP bits 01fc',
    ],
    [
      { psid: 111, ssp: { kind: 'bitmapSsp', value: hex('0142') } } as const,
      '111 basic safety messages 基本安全消息 (BSM), SSP bits 0142 (fire, roadRescue)',
    ],
    [
      { psid: 3619, ssp: { kind: 'bitmapSsp', value: hex('0220') } } as const,
      '3619 traffic lights 信号灯消息 (SPAT), SSP bits 0220',
    ],
  ])('%j is %s', (permission, words) => expect(permissionWords(permission)).toBe(words));

  it.each<[PsidSspRange, string]>([
    [{ psid: 36 }, '36 cooperative awareness (CAM)'],
    [{ psid: 36, sspRange: { kind: 'all', value: null } }, '36 cooperative awareness (CAM)'],
    [{ psid: 36, sspRange: { kind: 'opaque', value: [hex('00')] } }, '36 cooperative awareness (CAM), one SSP'],
    [{ psid: 36, sspRange: { kind: 'opaque', value: [] } }, '36 cooperative awareness (CAM), 0 SSPs'],
    [
      {
        psid: 36,
        sspRange: { kind: 'bitmapSspRange', value: { sspValue: hex('00'), sspBitmask: hex('00') } },
      },
      '36 cooperative awareness (CAM), SSP bits in a range',
    ],
  ])('the range %j is %s', (range, words) => expect(rangeWords(range)).toBe(words));

  const all = { kind: 'all', value: null } as const;
  const only = { kind: 'explicit', value: [{ psid: 32 }, { psid: 38 }] } as const;
  const group = (
    subjectPermissions: typeof all | typeof only,
    minChainLength: number,
    chainLengthRange: number,
    ...types: ('app' | 'enroll')[]
  ): PsidGroupPermissions =>
    ({ subjectPermissions, minChainLength, chainLengthRange, eeType: new Set(types) }) as PsidGroupPermissions;
  it.each([
    [
      group(all, 2, -1, 'app', 'enroll'),
      'any application not named beside – in chains of 2 or more certificates, for applications and enrolment',
    ],
    [group(all, 1, -1, 'enroll'), 'any application not named beside – in chains of any length, for enrolment'],
    [
      group(only, 1, 0, 'app'),
      '32 vehicle safety messages (BSM); 38 misbehaviour reports – directly, for applications',
    ],
    [
      group(only, 2, 0),
      '32 vehicle safety messages (BSM); 38 misbehaviour reports – in chains of 2 certificates, for nobody',
    ],
    [
      group(only, 1, 2, 'app'),
      '32 vehicle safety messages (BSM); 38 misbehaviour reports – in chains of 1 to 3 certificates, for applications',
    ],
    [
      {
        ...group(all, 1, 0, 'app'),
        subjectPermissions: { kind: 'unknown', index: 2, bytes: hex('') },
      } as unknown as PsidGroupPermissions,
      'what a later edition says – directly, for applications',
    ],
  ])('%j', (permissions, words) => expect(groupWords(permissions)).toBe(words));

  it('names applications by number', () => expect(applicationName(3629)).toContain('异常行为报告'));
});

describe('certificates', () => {
  const root = decode(Certificate, trcla);
  const y = (last: string) => hex(`${'22'.repeat(31)}${last}`);

  /** The same certificate with its key spelled uncompressed, y being odd or even. */
  function uncompressed(kind: 'ecsigSm2' | 'ecdsaNistP256', last: string): Certificate {
    const tbs = root.value.toBeSigned.value;
    const point = { kind: 'uncompressedP256', value: { x: hex('11'.repeat(32)), y: y(last) } } as const;
    const value: CertificateBase = {
      ...root.value,
      toBeSigned: {
        bytes: hex(''),
        value: {
          ...tbs,
          encryptionKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: point } },
          verifyKeyIndicator: { kind: 'verificationKey', value: { kind, value: point } },
        },
      },
      signature:
        kind === 'ecsigSm2'
          ? root.value.signature
          : {
              kind: 'ecdsaNistP256Signature',
              value: { rSig: { kind: 'compressed-y-1', value: hex('33'.repeat(32)) }, sSig: hex('44'.repeat(32)) },
            },
    };
    return { value, bytes: encode(Certificate, preserve(CertificateBase, value)) };
  }

  it('are hashed as they are when they are canonical', () => {
    for (const bytes of [trcla, ofChain('pca_cert'), ofChain('pc_cert'), issPseudonym]) {
      expect(hexOf(canonicalBytes(decode(Certificate, bytes)))).toBe(hexOf(bytes));
    }
  });

  it.each([
    ['even', '04', 'compressed-y-0'],
    ['odd', '05', 'compressed-y-1'],
  ] as const)('are hashed with points compressed: y %s', (_, last, kind) => {
    const canonical = decode(Certificate, canonicalBytes(uncompressed('ecsigSm2', last)));
    const point = { kind, value: hex('11'.repeat(32)) };
    expect(canonical.value.toBeSigned.value.verifyKeyIndicator).toEqual({
      kind: 'verificationKey',
      value: { kind: 'ecsigSm2', value: point },
    });
    expect(canonical.value.toBeSigned.value.encryptionKey?.publicKey.value).toEqual(point);
    expect(canonical.value.signature).toEqual(root.value.signature);
    expect(certificateId(uncompressed('ecsigSm2', last))?.hashedId8).toEqual(sm3(canonical.bytes).subarray(24));
  });

  it('are hashed with the x of r alone, where it is ECDSA', () => {
    const canonical = decode(Certificate, canonicalBytes(uncompressed('ecdsaNistP256', '04')));
    expect(canonical.value.signature).toMatchObject({
      value: { rSig: { kind: 'x-only', value: hex('33'.repeat(32)) } },
    });
    expect(hashAlgorithmOf(canonical)).toBe('sha256');
  });

  it('of P-384 take SHA-384, implicit ones the algorithm of their issuer', () => {
    const tbs = root.value.toBeSigned.value;
    const withKey = (verifyKeyIndicator: typeof tbs.verifyKeyIndicator, issuer = root.value.issuer): Certificate => {
      const value = { ...root.value, issuer, toBeSigned: { bytes: hex(''), value: { ...tbs, verifyKeyIndicator } } };
      return { value, bytes: hex('') };
    };
    const point384 = { kind: 'compressed-y-0', value: hex('11'.repeat(48)) } as const;
    const implicit = {
      kind: 'reconstructionValue',
      value: { kind: 'compressed-y-0', value: hex('11'.repeat(32)) },
    } as const;
    expect(
      certificateId(withKey({ kind: 'verificationKey', value: { kind: 'ecdsaNistP384', value: point384 } }))?.algorithm,
    ).toBe('sha384');
    expect(hashAlgorithmOf(withKey(implicit, { kind: 'sha256AndDigest', value: hex('00'.repeat(8)) }))).toBe('sha256');
    expect(hashAlgorithmOf(withKey(implicit, { kind: 'sha384AndDigest', value: hex('00'.repeat(8)) }))).toBe('sha384');
    expect(hashAlgorithmOf(withKey(implicit, { kind: 'sm3AndDigest', value: hex('00'.repeat(8)) }))).toBe('sm3');
    expect(hashAlgorithmOf(withKey(implicit, { kind: 'self', value: 'sm3' }))).toBe('sm3');
    expect(hashAlgorithmOf(decode(Certificate, issPseudonym))).toBe('sha256');
  });

  it('have no identifier when their key is of a later edition', () => {
    const later = { kind: 'verificationKey', value: { kind: 'unknown', index: 9, bytes: hex('00') } } as never;
    const value = {
      ...root.value,
      toBeSigned: { bytes: hex(''), value: { ...root.value.toBeSigned.value, verifyKeyIndicator: later } },
    };
    expect(certificateId({ value, bytes: trcla })).toBeUndefined();
    expect(certificateWords({ value, bytes: trcla })).toContain('of an unknown algorithm');
  });

  it('are told by holder and identifier', () => {
    expect(certificateWords(root)).toBe('certificate of "v2x.caict.ac.cn", HashedId8 0b2c85a0f3b2622c (SM3)');
    expect(certificateWords(decode(Certificate, ofChain('pc_cert')))).toContain(
      'a pseudonym of period 1, linkage value 9f1d982cbee0423571',
    );
  });

  it('text in them cannot steer a terminal', () => {
    expect(quoted('a"b\\c\u001b[31m\u009b\u202e\u2028中')).toBe('"a\\"b\\\\c\\u{1b}[31m\\u{9b}\\u{202e}\\u{2028}中"');
  });
});

describe('the name of a file', () => {
  const inspection = { kind: 'undecoded', encoding: 'binary', bytes: hex(''), type: 'empty', error: 'e' } as const;
  it('is as it was written, unless it could steer a terminal', () => {
    expect(summaryLines('证书 1.coer', inspection)[0]).toBe('证书 1.coer: empty, 0 bytes');
    expect(summaryLines('\u001b[2J', inspection)[0]).toBe('"\\u{1b}[2J": empty, 0 bytes');
  });
});

describe('fields by their type', () => {
  const say = (codec: Codec<unknown>, value: unknown, profile = ccsa): string =>
    fieldWords(fieldTree(codec, value, profile), profile);
  it('say what their numbers mean', () => {
    expect(say(Latitude, 399_000_000)).toBe('39.9000000°');
    expect(say(Latitude, 900_000_001)).toBe('unknown');
    expect(say(Elevation, 0)).toBe('-409.6 m');
    expect(say(Aid, 3618)).toBe('3618 maps 地图消息 (MAP)');
    expect(say(IValue, 1)).toBe('1, the week from 2020-01-13T20:00:00Z');
    expect(say(IValue, 267, ieee)).toBe('267, the week from 2020-02-18T09:00:00Z');
    expect(say(Opaque, hex('0102'))).toBe('0102');
    expect(say(Opaque, hex('00'.repeat(11)))).toBe('11 bytes');
    expect(say(AcpcTreeId, hex('0102030405060708'))).toBe('0102030405060708');
  });
});
