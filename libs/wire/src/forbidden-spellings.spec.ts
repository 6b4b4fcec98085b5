/**
 * What X.696 forbids in canonical bytes, at the types where it may stand. Each row has the right spelling beside the
 * forbidden one, so that nothing else than the one rule can refuse it.
 */
import { decode, decodeToShow, encode, tryDecode, type Codec } from '#coer/codec.js';
import { sequenceOf } from '#coer/sequence.js';
import { hex } from '../../../test/support/hex.js';
import * as base from './base-types.js';
import * as crl from './crl.js';
import * as secured from './secured-data.js';
import { allTypes, partsOf } from './types.fixture.js';

const X = '11'.repeat(32);
const ID8 = '0102030405060708';
const NONCE = '66'.repeat(12);
const SEED = '77'.repeat(16);
const TBS = `83 010203 0004 00000005 84 00a9 81 82 ${X}`;

type Row = [what: string, codec: Codec<unknown>, right: string, forbidden: string];

function refuses(because: string, rows: readonly Row[]): void {
  describe(because, () => {
    it.each(rows)('%s', (_, codec, right, forbidden) => {
      expect(encode(codec, decode(codec, hex(right)))).toEqual(hex(right));
      const refusal = { ok: false, why: expect.stringContaining(because) };
      expect(tryDecode(codec, hex(forbidden))).toEqual(refusal);
      expect(() => decodeToShow(codec, hex(forbidden))).toThrow(because);
    });
  });
}

refuses('length is not in its shortest form', [
  ['unsecured data', secured.V2XSecData, '03 80 01 aa', '03 80 81 01 aa'],
  ['unsecured data, of 128 bytes', secured.V2XSecData, `03 80 8180 ${'aa'.repeat(128)}`, `03 80 820080 ${'aa'.repeat(128)}`], // prettier-ignore
  ['an alternative behind the marker', base.Signature, `84 40 ${X} ${X}`, `84 8140 ${X} ${X}`],
  ['an addition', secured.HeaderInfo, '80 01 20 02 04 20 01 02', '80 01 20 02 04 20 8101 02'],
  ['an extension bitmap', secured.HeaderInfo, '80 01 20 02 04 20 01 02', '80 01 20 8102 04 20 01 02'],
  ['an integer', base.Aid, '01 20', '8101 20'],
  ['a name', base.Hostname, '01 61', '8101 61'],
  ['a quantity', secured.SignerIdentifier, '81 01 00', '81 8101 00'],
  ['an open type', base.Extension, '01 01 aa', '01 8101 aa'],
  ['an OBJECT IDENTIFIER', secured.OperatingOrganizationId, '01 2a', '8101 2a'],
]);

refuses('length of an unsupported form', [
  ['an indefinite length', secured.V2XSecData, '03 80 01 aa', '03 80 80 aa 0000'],
  ['a length of five bytes', secured.V2XSecData, '03 80 01 aa', '03 80 85 0000000001 aa'],
]);

refuses('quantity with a leading zero', [
  ['permissions', sequenceOf(base.PsidSsp), '01 01 00 01 20', '02 0001 00 01 20'],
  ['certificates', secured.SignerIdentifier, '81 01 00', '81 02 0000'],
  ['recipients', secured.EncryptedData, `01 00 80 ${NONCE} 00`, `02 0000 80 ${NONCE} 00`],
  ['revoked certificates', crl.ToBeSignedHashIdCrl, '00 00000001 01 00', '00 00000001 02 0000'],
]);

refuses('integer is not in its shortest form', [
  ['a PSID', secured.HeaderInfo, '00 01 20', '00 02 0020'],
  ['minChainLength', secured.PsidGroupPermissions, '80 81 01 02', '80 81 02 0002'],
  ['a negative chainLengthRange', secured.PsidGroupPermissions, '40 81 01 ff', '40 81 02 ffff'],
]);

refuses('the default is encoded', [
  ['minChainLength 1', secured.PsidGroupPermissions, '00 81', '80 81 01 01'],
  ['chainLengthRange 0', secured.PsidGroupPermissions, '00 81', '40 81 01 00'],
  ['eeType app', secured.PsidGroupPermissions, '00 81', '20 81 80'],
]);

refuses('an unused preamble bit is set', [
  ['LinkageData', secured.LinkageData, `00 0001 ${'99'.repeat(9)}`, `40 0001 ${'99'.repeat(9)}`],
  ['PsidSsp', base.PsidSsp, '00 01 20', '01 01 20'],
  ['PsidSspRange', base.PsidSspRange, '00 01 20', '20 01 20'],
  ['PsidGroupPermissions', secured.PsidGroupPermissions, '00 81', '10 81'],
  ['CertificateBase', secured.CertificateBase, `00 03 01 80 ${ID8} 00 ${TBS}`, `40 03 01 80 ${ID8} 00 ${TBS}`],
  ['SignedDataPayload', secured.SignedDataPayload, '40 03 80 00', '50 03 80 00'],
  ['HeaderInfo', secured.HeaderInfo, '00 01 20', '01 01 20'],
  ['MissingCrlIdentifier', secured.MissingCrlIdentifier, '00 010203 0004', '40 010203 0004'],
  ['CrlPriorityInfo', crl.CrlPriorityInfo, '00', '20'],
  ['ToBeSignedHashIdCrl', crl.ToBeSignedHashIdCrl, '00 00000001 01 00', '01 00000001 01 00'],
  ['HashBasedRevocationInfo', crl.HashBasedRevocationInfo, `00 ${'aa'.repeat(10)} 00000001`, `40 ${'aa'.repeat(10)} 00000001`], // prettier-ignore
  ['ToBeSignedLinkageValueCrl', crl.ToBeSignedLinkageValueCrl, '00 0001 00', '10 0001 00'],
  ['…WithAlgIdentifier', crl.ToBeSignedLinkageValueCrlWithAlgIdentifier, '00 0001 00', '08 0001 00'],
  ['JMaxGroup', crl.JMaxGroup, '00 14 01 00', '40 14 01 00'],
  ['LAGroup', crl.LAGroup, '00 0001 0002 01 00', '40 0001 0002 01 00'],
  ['IMaxGroup', crl.IMaxGroup, '00 0001 01 00', '40 0001 01 00'],
  ['IndividualRevocation', crl.IndividualRevocation, `00 ${SEED} ${SEED}`, `40 ${SEED} ${SEED}`],
  ['GroupCrlEntry', crl.GroupCrlEntry, `00 0001 0001 ${SEED} 0002 ${SEED}`, `40 0001 0001 ${SEED} 0002 ${SEED}`],
  ['CrlSsp', crl.CrlSsp, '00 01 00 01 00', '40 01 00 01 00'],
]);

refuses('extension bitmap with set padding', [
  ['a header', secured.HeaderInfo, '80 01 20 02 04 20 01 02', '80 01 20 02 04 28 01 02'],
  ['a certificate', secured.ToBeSignedCertificate, `80 ${TBS} 02 04 80 01 80`, `80 ${TBS} 02 04 81 01 80`],
  ['a payload', secured.SignedDataPayload, '80 02 07 80 00', '80 02 07 c0 00'],
]);

refuses('extension bitmap without an addition', [
  ['a header', secured.HeaderInfo, '00 01 20', '80 01 20 02 04 00'],
  ['a certificate', secured.ToBeSignedCertificate, `00 ${TBS}`, `80 ${TBS} 02 04 00`],
  ['a priority', crl.CrlPriorityInfo, '00', '80 02 07 00'],
]);

refuses('trailing bytes', [
  ['an SM2 key that is longer than its point', base.PublicVerificationKey, `84 21 82 ${X}`, `84 22 82 ${X} 00`],
  ['an AES key with a length', base.SymmetricEncryptionKey, `80 ${SEED}`, `80 10 ${SEED}`],
  ['behind a certificate', secured.Certificate, `00 03 01 80 ${ID8} 00 ${TBS}`, `00 03 01 80 ${ID8} 00 ${TBS} 00`],
  ['inside an alternative behind the marker', base.Signature, `84 40 ${X} ${X}`, `84 41 ${X} ${X} 00`],
  ['inside an addition', secured.HeaderInfo, '80 01 20 02 04 20 01 02', '80 01 20 02 04 20 02 0200'],
  ['inside an addition of no bytes', secured.SignedDataPayload, '80 02 07 80 00', '80 02 07 80 01 00'],
]);

refuses('no alternative', [
  ['an eighth duration', base.Duration, '86 0001', '87 0001'],
  ['a sixth form of a point', base.EccP256CurvePoint, '81', '85 00'],
  ['a third kind of key', base.EncryptionKey, `81 80 ${SEED}`, `82 ${SEED}`],
  ['a sixth recipient', secured.RecipientInfo, `80 ${ID8}`, `85 08 ${ID8}`],
  ['a third right to issue', secured.CertIssueExtension, '01 81', '01 82 00'],
  ['a tag of the universal class', secured.V2XSecData, '03 80 00', '03 00 00'],
]);

refuses('unexpected end', [
  ['an alternative behind the marker without its length', base.PublicVerificationKey, `84 21 82 ${X}`, `84 82 ${X}`],
  ['an addition that is missing', secured.HeaderInfo, '80 01 20 02 04 20 01 02', '80 01 20 02 04 20'],
  ['a claimed length of 4 GiB', secured.V2XSecData, '03 80 0a 00010203040506070809', '03 80 84ffffffff 00010203040506070809'], // prettier-ignore
]);

describe('bounds', () => {
  it.each<Row>([
    ['a polygon of two points', base.GeographicRegion, `82 01 03 ${'00'.repeat(24)}`, `82 01 02 ${'00'.repeat(16)}`],
    ['a latitude over the pole', base.Latitude, '35a4e901', '35a4e902'],
    ['a latitude under the pole', base.Latitude, 'ca5b1700', 'ca5b16ff'],
    ['a longitude past 180° east', base.Longitude, '6b49d201', '6b49d202'],
    ['a longitude past 180° west', base.Longitude, '94b62e01', '94b62e00'],
    ['a bitmap SSP of 32 bytes', base.BitmapSsp, `1f ${'aa'.repeat(31)}`, `20 ${'aa'.repeat(32)}`],
    ['a bitmap range of no bytes', base.BitmapSspRange, '01 aa 01 aa', '00 01 aa'],
    ['a bitmap range of 33 bytes', base.BitmapSspRange, `20 ${X} 01 aa`, `21 ${X} 00 01 aa`],
    ['a binary id of no bytes', secured.CertificateId, '82 01 aa', '82 00'],
    ['a binary id of 65 bytes', secured.CertificateId, `82 40 ${'aa'.repeat(64)}`, `82 41 ${'aa'.repeat(65)}`],
    ['a name of 256 characters', base.Hostname, `81ff ${'61'.repeat(255)}`, `820100 ${'61'.repeat(256)}`],
    ['no extension in a list of them', secured.ToBeSignedCertificate, `80 ${TBS} 02 04 40 05 01 01 01 01 aa`, `80 ${TBS} 02 04 40 02 01 00`], // prettier-ignore
    ['no contributor in a list of them', secured.HeaderInfo, '80 01 20 02 04 10 06 01 01 01 01 01 00', '80 01 20 02 04 10 02 01 00'], // prettier-ignore
  ])('refuses %s', (_, codec, right, forbidden) => {
    expect(encode(codec, decode(codec, hex(right)))).toEqual(hex(right));
    expect(tryDecode(codec, hex(forbidden))).toMatchObject({ ok: false });
  });
});

describe('what a newer edition put behind the marker', () => {
  it.each<[string, Codec<unknown>, string]>([
    ['HashAlgorithm', base.HashAlgorithm, '03'],
    ['SymmAlgorithm', base.SymmAlgorithm, '02'],
    ['CertificateType', secured.CertificateType, '02'],
    ['Signature', base.Signature, '85 01 aa'],
    ['PublicVerificationKey', base.PublicVerificationKey, '85 01 aa'],
    ['BasePublicEncryptionKey', base.BasePublicEncryptionKey, '83 01 aa'],
    ['SymmetricEncryptionKey', base.SymmetricEncryptionKey, '82 01 aa'],
    ['SubjectPermissions', secured.SubjectPermissions, '82 01 aa'],
    ['ServiceSpecificPermissions', base.ServiceSpecificPermissions, '82 01 aa'],
    ['SspRange', base.SspRange, '83 01 aa'],
    ['SignerIdentifier', secured.SignerIdentifier, '84 01 aa'],
    ['IssuerIdentifier', secured.IssuerIdentifier, '84 01 aa'],
    ['CertificateId', secured.CertificateId, '84 01 aa'],
    ['VerificationKeyIndicator', secured.VerificationKeyIndicator, '82 01 aa'],
    ['HashedData', secured.HashedData, '83 01 aa'],
    ['SymmetricCiphertext', secured.SymmetricCiphertext, '82 01 aa'],
    ['EncryptedDataEncryptionKey', secured.EncryptedDataEncryptionKey, '83 01 aa'],
    ['GeographicRegion', base.GeographicRegion, '84 01 aa'],
    ['IdentifiedRegion', base.IdentifiedRegion, '83 01 aa'],
    ['the content of secured data', secured.V2XSecData, '03 85 01 aa'],
    ['the contents of a CRL', crl.CrlContents, `01 0002 ${ID8} 00000009 00000003 00 86 01 aa`],
  ])('is refused where it is judged, and comes back where it is shown: %s', (_, codec, bytes) => {
    expect(tryDecode(codec, hex(bytes))).toMatchObject({ ok: false });
    expect(encode(codec, decodeToShow(codec, hex(bytes)))).toEqual(hex(bytes));
  });
});

describe('claimed sizes', () => {
  const lists = [...partsOf(allTypes.map(([, codec]) => codec))].filter(({ shape }) => shape?.kind === 'sequenceOf');

  it('are refused before anything is read, in every list of the wire', () => {
    for (const list of lists)
      expect(tryDecode(list, hex('04 ffffffff 00010203040506070809'))).toEqual({
        ok: false,
        why: '@0: 4294967295 items',
      });
    expect(lists.length).toBeGreaterThan(40);
  });
});

describe('signed data in signed data', () => {
  /** Bytes of a message in which signed data contains signed data, `levels` deep. */
  const nested = (levels: number): Uint8Array => {
    const head = '03 81 02 40'.repeat(levels);
    return hex(`${head} 03 80 00 ${`00 01 6f 82 84 40 ${X} ${X}`.repeat(levels)}`);
  };

  it('is shown up to sixteen deep, and refused at the limit beyond', () => {
    expect(encode(secured.V2XSecData as Codec<unknown>, decodeToShow(secured.V2XSecData, nested(15)))).toEqual(
      nested(15),
    );
    for (const levels of [16, 150, 100_000])
      expect(() => decodeToShow(secured.V2XSecData, nested(levels))).toThrow(/ @64: nested deeper than 16$/);
  });

  it('costs one level an opening when it is wrapped in octets: those are not looked into', () => {
    let bytes = hex('03 80 00');
    for (let levels = 0; levels < 150; levels++) bytes = encode(secured.V2XSecData, { protocolVersion: 3, content: { kind: 'unsecuredData', value: bytes } }); // prettier-ignore
    expect(decode(secured.V2XSecData, bytes, 1).content.kind).toBe('unsecuredData');
  });
});
