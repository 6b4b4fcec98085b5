/** What files are taken for, and how they are named: real and derived artefacts, other worlds' files, damaged ones. */
import { gzipSync } from 'node:zlib';
import { encode } from '#coer/codec.js';
import {
  artefacts,
  catarc,
  issPca,
  issPseudonym,
  ofChain,
  text,
  trcla,
  usMessage,
} from '#wire/real-artefacts.fixture.js';
import { ENCRYPTED, signed, unsecured } from '#wire/spellings.fixture.js';
import { V2XSecData } from '#wire/secured-data.js';
import { allTypes } from '#wire/types.fixture.js';
import { hex } from '../../../../test/support/hex.js';
import type { Field } from './field-tree.js';
import { inspectBytes, reencoded, type Decoded, type Wish } from './inspection.js';
import { hexOf, jsonOf } from './json-value.js';
import { typeNames } from './known-types.js';
import { samples, X509_DER } from './samples.fixture.js';
import { summaryLines } from './summary.js';
import { treeLines } from './tree-text.js';

function decoded(bytes: Uint8Array, wish: Wish = {}): Decoded {
  const inspection = inspectBytes(bytes, wish);
  if (inspection.kind === 'undecoded') throw new Error(inspection.error);
  return inspection;
}
const ascii = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));
const certificate = decoded(trcla);

describe('what a file is taken for', () => {
  it.each(samples.map((sample) => [...sample] as const))('%s of %s: %s', (type, profile, layers, bytes) => {
    const inspection = decoded(bytes);
    expect([inspection.type, inspection.profile.name, inspection.layers.join(' › ')]).toEqual([type, profile, layers]);
    expect(hexOf(reencoded(inspection))).toBe(hexOf(bytes));
  });

  it.each(artefacts.map((artefact) => [...artefact] as const))('%s is made again from its value', (_, codec, bytes) => {
    const name = allTypes.find(([, known]) => known === codec)?.[0] ?? '';
    const inspection = decoded(bytes, { type: name });
    expect(hexOf(reencoded(inspection))).toBe(hexOf(bytes));
  });

  it('every type of libs/wire can be asked for', () => {
    expect(typeNames()).toEqual(expect.arrayContaining(allTypes.map(([name]) => name)));
    expect(allTypes.length).toBeGreaterThan(150);
  });
});

describe('the identifier of a certificate', () => {
  it.each([
    ['the CAICT TRCLA, as the published TRCL names it', trcla, '0b2c85a0f3b2622c'],
    ['the CATARC root', catarc, '0b89cb67a93ca58c'],
    ['the PCA of ISS, as its pseudonym certificate names it', issPca, hexOf(issPseudonym.subarray(4, 12))],
    ['a pseudonym certificate, as the digest in its message names it', ofChain('pc_cert'), '82ccba1f1a1d08b2'],
  ])('%s', (_, bytes, id) => {
    expect(hexOf(decoded(bytes).hashedId8 ?? new Uint8Array())).toBe(id);
  });

  it('belongs to certificates alone', () => expect(decoded(usMessage).hashedId8).toBeUndefined());
});

describe('the forms a file comes in', () => {
  const digits = hexOf(trcla);
  it.each([
    ['binary', trcla],
    ['hexadecimal', ascii(digits)],
    ['hexadecimal', ascii(`0x${digits.toUpperCase()}\r\n`)],
    ['hexadecimal', ascii(digits.replace(/(..)/g, '$1 '))],
    ['hexadecimal', ascii(digits.replace(/(.{64})/g, '$1\n'))],
    ['base64', ascii(Buffer.from(trcla).toString('base64'))],
    [
      'base64',
      ascii(
        `${Buffer.from(trcla)
          .toString('base64')
          .replace(/(.{64})/g, '$1\n')}\n`,
      ),
    ],
    ['base64', ascii(Buffer.from(usMessage).toString('base64url'))],
  ] as const)('%s', (encoding, file) => {
    const inspection = decoded(file);
    expect(inspection.encoding).toBe(encoding);
    expect(['Certificate', 'Ieee1609Dot2Data']).toContain(inspection.type);
  });
});

describe('files that are no V2X data are named', () => {
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(X509_DER).toString('base64')}\n-----END CERTIFICATE-----\n`;
  it.each([
    ['X.509 certificate', 'subject "C=CN, O=Maker, CN=car 1"', X509_DER],
    ['X.509 certificate', 'CN=car 1', ascii(hexOf(X509_DER))],
    ['X.509 certificate', 'CN=car 1', ascii(Buffer.from(X509_DER).toString('base64'))],
    ['PEM CERTIFICATE', 'CN=car 1', ascii(pem)],
    ['DER', 'no kind that is known', hex('30 03 02 01 05')],
    ['JSON', 'JSON', ascii(text('ydt/chinese-root-certs.json'))],
    ['text', 'text', ascii(text('ydt/README.md'))],
    ['text', 'text', ascii('HelloWorldHelloWorld')],
    ['text', 'text', ascii('证书')],
    ['XML or HTML', 'XML', ascii('<?xml version="1.0"?><a/>')],
    ['zip', 'unpack', hex('504b0304 14000000')],
    ['gzip', 'unpack', new Uint8Array(gzipSync('a'))],
    ['pcap', 'packets', hex('d4c3b2a1 0200 0400 00000000')],
    ['pcapng', 'packets', hex('0a0d0d0a 1c000000')],
    ['zeros', 'zero bytes', new Uint8Array(200)],
    ['empty', 'empty', new Uint8Array()],
    ['empty', 'blanks', ascii(' \n')],
  ])('%s: %s', (type, words, file) => {
    const inspection = inspectBytes(file, {});
    expect(inspection).toMatchObject({ kind: 'undecoded', type });
    expect(inspection).toHaveProperty('error', expect.stringContaining('cannot be decoded as IEEE 1609.2'));
    expect(inspection).toHaveProperty('error', expect.stringContaining(words));
  });
});

describe('damaged and strange files', () => {
  it.each([
    ['Certificate', 'ecsigSm2 @95: unexpected end', trcla.subarray(0, 100)],
    ['Certificate', '@195: trailing bytes', Uint8Array.from([...trcla, 0])],
    ['RootCtl', 'caListUrl @255: unexpected end', ascii(text('ydt/trcl-partial.hex'))],
    ['V2XSecData', '@250: trailing bytes', Uint8Array.from([...ofChain('spdu_with_certificate'), 7])],
    ['unknown', 'begins like no type', hex('9f8e7d6c5b4a3928171605f4e3d2c1b0')],
    ['unknown', 'begins like no type', ascii('deadbeef')],
  ])('%s: %s', (type, words, file) => {
    expect(inspectBytes(file, {})).toMatchObject({
      kind: 'undecoded',
      type,
      error: expect.stringContaining(words) as string,
    });
  });

  it('a wished type refuses what is another, with the place', () => {
    expect(inspectBytes(trcla, { type: 'V2XSecData' })).toMatchObject({
      kind: 'undecoded',
      type: 'V2XSecData',
      error: expect.stringMatching(/@\d+: /) as string,
    });
    expect(inspectBytes(trcla, { type: 'Ieee1609Dot2Data' })).toMatchObject({ kind: 'undecoded' });
  });

  it('a message is a SecuredCrl or a whole message only with the content of one', () => {
    const spdu = ofChain('spdu_with_certificate');
    expect(inspectBytes(spdu, { type: 'SecuredCrl' })).toMatchObject({
      kind: 'undecoded',
      error: 'V2XSecData (signedData › unsecuredData) where SecuredCrl is due',
    });
    expect(inspectBytes(spdu, { type: 'RaEeCertAckSpdu' })).toMatchObject({ kind: 'undecoded' });
    expect(inspectBytes(spdu, { type: 'Ieee1609Dot2Data' })).toMatchObject({ kind: 'decoded', type: 'V2XSecData' });
  });

  it('never throws, whatever one byte of a sample is bent to, and says something of it', () => {
    const met = { decoded: 0, undecoded: 0 };
    for (const [, , , bytes] of samples) {
      for (let at = 0; at < bytes.length; at += 3) {
        const bent = Uint8Array.from(bytes);
        bent[at] = (bent[at] as number) ^ 0x81;
        const inspection = inspectBytes(bent, {});
        met[inspection.kind]++;
        expect(summaryLines('bent', inspection)[0]).toContain(inspection.type);
        if (inspection.kind === 'undecoded') continue;
        expect(hexOf(reencoded(inspection))).toBe(hexOf(bent));
        const { tree, profile } = inspection;
        expect(treeLines(tree, inspection.bytes, profile, { isWhole: false }).length).toBeGreaterThan(1);
        expect(JSON.stringify(jsonOf(tree)).length).toBeGreaterThan(10);
      }
    }
    expect(met.decoded).toBeGreaterThan(100);
    expect(met.undecoded).toBeGreaterThan(100);
  });

  it('what a later edition added is shown, and made again', () => {
    // An alternative behind the marker of CertificateId.
    const later = hex(
      `80 03 00 81 02 00 ${'85 03 aabbcc'} 000000 0000 1F526365 86 001E 80 84 21 82 ${'11'.repeat(32)} 84 40 ${'22'.repeat(64)}`,
    );
    const inspection = decoded(later);
    expect(jsonOf(inspection.tree)).toMatchObject({ toBeSigned: { id: { 'alternative 5': 'aabbcc' } } });
    expect(hexOf(reencoded(inspection))).toBe(hexOf(later));
  });
});

describe('the profile', () => {
  const wrap = JSON.parse(text('derived/sm2-keywrap-sm4ccm.json')) as Record<string, string>;
  const keyOf = (name: string, profile: 'ccsa' | 'ieee'): unknown => {
    const json = jsonOf(decoded(hex(wrap[name] as string), { profile }).tree);
    return (json as { content: { encryptedData: { recipients: { certRecipInfo: { encKey: unknown } }[] } } }).content
      .encryptedData.recipients[0]?.certRecipInfo.encKey;
  };

  it.each(['ccsa', 'ieee'] as const)('%s says which of the two encrypted fields stands first', (profile) => {
    expect(keyOf(`full_spdu_${profile}`, profile)).toEqual({
      ecencSm2: { v: { 'compressed-y-0': wrap['v']?.slice(2) }, c: wrap['c'], t: wrap['t'] },
    });
    expect(keyOf(`full_spdu_${profile}`, profile === 'ccsa' ? 'ieee' : 'ccsa')).not.toHaveProperty(
      'ecencSm2.c',
      wrap['c'],
    );
  });

  it('is inferred by the applications first: SM2 alone does not make a message Chinese', () => {
    const spdu = decoded(ofChain('spdu_with_certificate'));
    expect(spdu.profile.name).toBe('ccsa');
    const contents = '01 0100 7ac9efd3cc396921 1f086f05 286fc205 00 80 00 00000002 01 00';
    const crl = `03 81 02 40 ${unsecured(contents)} 00 02 0100 80 7ac9efd3cc396921 84 40 ${'a1'.repeat(64)}`;
    expect(decoded(hex(crl)).profile.name).toBe('ieee');
    expect(decoded(hex(crl.replace('02 0100', '02 0E2C'))).profile.name).toBe('ccsa');
  });

  it('is inferred by the algorithms where no application is named', () => {
    expect(decoded(hex(wrap['full_spdu_ccsa'] as string)).profile.name).toBe('ccsa');
    expect(decoded(hex(ENCRYPTED)).profile.name).toBe('ieee');
  });

  it('says which of two forms of one name a wished type is', () => {
    const [, , , status] = samples.find(
      ([type, profile]) => type === 'ScmsPdu' && profile === 'ieee',
    ) as (typeof samples)[number];
    expect(decoded(status, { type: 'ScmsPdu' }).profile.name).toBe('ieee');
    expect(decoded(status, { type: 'ScmsPdu', profile: 'ieee' }).type).toBe('ScmsPdu');
    expect(inspectBytes(status, { type: 'ScmsPdu', profile: 'ccsa' }).kind).toBe('undecoded');
  });

  it('asked for, it leaves out the types of the other', () => {
    expect(
      inspectBytes(samples.find(([type]) => type === 'RootCtl')?.[3] as Uint8Array, { profile: 'ieee' }).kind,
    ).toBe('undecoded');
    expect(decoded(hex('01 87 81 00 01 25000000 0102030405060708 25093a80'), { profile: 'ccsa' }).type).toBe('ScmsPdu');
  });
});

describe('content in content', () => {
  const deepest = (field: Field): number => 1 + Math.max(0, ...field.children.map(deepest));
  const nested = (levels: number): Uint8Array => {
    let bytes = encode(V2XSecData, { protocolVersion: 3, content: { kind: 'unsecuredData', value: hex('07') } });
    for (let level = 1; level < levels; level++) {
      bytes = encode(V2XSecData, { protocolVersion: 3, content: { kind: 'unsecuredData', value: bytes } });
    }
    return bytes;
  };

  it('is followed inwards, and no deeper than sixteen levels', () => {
    const shallow = decoded(nested(5)).tree;
    const deep = decoded(nested(40)).tree;
    const deeper = decoded(nested(400)).tree;
    expect(deepest(shallow)).toBeGreaterThan(10);
    expect(deepest(deeper)).toBe(deepest(deep));
    expect(JSON.stringify(jsonOf(deep)).match(/"unsecuredData"/g)).toHaveLength(16);
    expect(JSON.stringify(jsonOf(shallow)).match(/"unsecuredData"/g)).toHaveLength(5);
  });

  it('stays octets when it is not what its application says, and says why', () => {
    const notes = (field: Field): string[] => [field.note ?? [], ...field.children.map(notes)].flat();
    const crl = decoded(hex(signed('01 0001 ff', '02 0E2C')));
    expect(crl.type).toBe('V2XSecData');
    expect(notes(crl.tree)).toEqual(['not readable as CrlContents: crlCraca @3: unexpected end']);
    expect(notes(decoded(hex(signed('ff', '01 23'))).tree)).toEqual([
      expect.stringContaining('not readable as ScmsPdu: '),
    ]);
    expect(notes(decoded(hex(signed('00', '01 6F'))).tree)).toEqual([
      expect.stringContaining('not readable as a message: '),
    ]);
    const plain = decoded(hex(unsecured('ff')));
    expect([plain.layers, notes(plain.tree)]).toEqual([['unsecuredData'], []]);
  });

  it('of permissions is read by the application', () => {
    expect(jsonOf(certificate.tree)).toMatchObject({
      toBeSigned: {
        appPermissions: [
          { psid: 3627, ssp: { opaque: '800001', 'opaque as ScmsSsp': { root: { version: 1 } } } },
          {
            psid: 3628,
            ssp: {
              opaque: '00010001010000',
              'opaque as CrlSsp': { version: 1, associatedCraca: 'isCraca', crls: [0] },
            },
          },
        ],
      },
    });
  });

  it('of a report is the message that is its evidence', () => {
    const report = samples.find(([type]) => type === 'MisbehaviourReportData')?.[3] as Uint8Array;
    expect(JSON.stringify(jsonOf(decoded(report).tree))).toMatch(
      /"v2xPdus":\[{"octets":"03[0-9a-f]+","V2XSecData":{"protocolVersion":3/,
    );
  });
});
