import { refused } from '#credentials/refusal.js';
import { newP256PrivateKey } from '#crypto/p256.js';
import { systemRandom } from '#crypto/random.js';
import * as asn1js from 'asn1js';
import { BasicOCSPResponse, CertID, ExtKeyUsage, Extension, OCSPResponse } from 'pkijs';
import { ocspAnswer, type OcspParts } from '../../../../test/support/ocsp-responder.js';
import { intermediate, KEY_USAGE_BITS, x509With, type X509Identity } from '../../../../test/support/x509-issuer.js';
import { readX509, type X509 } from './x509-certificate.js';
import { judgeOcspAnswer, ocspRequest, type OcspQuestion } from './x509-ocsp.js';

const now = Date.UTC(2026, 10, 17, 4);
const MINUTE = 60_000;
const read = ({ certificate }: X509Identity): X509 => readX509(certificate) as X509;

const forOcsp = (critical = false): Extension =>
  new Extension({
    extnID: '2.5.29.37',
    critical,
    extnValue: new ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.9'] }).toSchema().toBER(),
  });
const noCheck = new Extension({ extnID: '1.3.6.1.5.5.7.48.1.5', extnValue: new asn1js.Null().toBER() });

describe.each(['p256', 'sm2'] as const)('the answer of a responder, %s', (scheme) => {
  const root = intermediate(now, 'self', { scheme });
  const device = x509With(now, root, { scheme });
  const question: OcspQuestion = { subject: read(device), issuer: read(root), nonce: systemRandom.bytes(32) };
  const delegateWith = (parts: Parameters<typeof x509With>[2], issuer: X509Identity | 'self' = root): X509Identity =>
    x509With(now, issuer, { commonName: 'responder', scheme, extraExtensions: [forOcsp(), noCheck], ...parts });

  const verdict = (parts: Partial<OcspParts>, asked = question) =>
    judgeOcspAnswer(ocspAnswer(ocspRequest(asked), root, { nowMillis: now, ...parts }), question, now);

  it('EN4 is good or revoked, by the issuer itself, named either way, or by one it certified for this', () => {
    expect(verdict({})).toBe('good');
    expect(verdict({ byKey: true })).toBe('good');
    expect(verdict({ delegate: delegateWith({}) })).toBe('good');
    expect(verdict({ delegate: delegateWith({}), byKey: true })).toBe('good');
    expect(verdict({ status: 'revoked' })).toBe('revoked');
  });

  const other = (): X509Identity => x509With(now, root, { scheme });
  it.each<[string, () => Partial<OcspParts>, string]>([
    [
      'another issuer’s name',
      () => ({ delegate: intermediate(now, 'self', { commonName: 'x', scheme }) }),
      'ocsp-signer',
    ],
    ['a device of the issuer', () => ({ delegate: other() }), 'ocsp-signer'],
    [
      'a responder for another purpose',
      () => ({ delegate: delegateWith({ extraExtensions: [noCheck] }) }),
      'ocsp-signer',
    ],
    [
      'a responder that may be revoked itself',
      () => ({ delegate: delegateWith({ extraExtensions: [forOcsp()] }) }),
      'ocsp-signer',
    ],
    ['a responder of its own making', () => ({ delegate: delegateWith({}, 'self') }), 'ocsp-signer'],
    [
      'a responder of an issuer of the same name',
      () => ({ delegate: delegateWith({}, intermediate(now, 'self', { scheme })) }),
      'ocsp-signer',
    ],
    ['a responder that has expired', () => ({ delegate: delegateWith({ notAfterMillis: now - 1000 }) }), 'ocsp-signer'],
    [
      'a responder that may not sign',
      () => ({ delegate: delegateWith({ keyUsage: KEY_USAGE_BITS.cRLSign }) }),
      'ocsp-signer',
    ],
    ['a CA as responder', () => ({ delegate: delegateWith({ isCa: true }) }), 'ocsp-signer'],
    ['another key', () => ({ signedWith: { ...other() } }), 'ocsp-signature'],
    [
      'another scheme',
      () => ({
        signedWith: { scheme: scheme === 'sm2' ? 'p256' : 'sm2', privateKey: newP256PrivateKey(systemRandom) },
      }),
      'ocsp-signature',
    ],
    ['another nonce', () => ({ nonce: new Uint8Array(32) }), 'ocsp-nonce'],
    ['no nonce', () => ({ nonce: 'none' }), 'ocsp-nonce'],
    ['two answers', () => ({ twice: true }), 'ocsp-other-certificate'],
    ['one made too long ago', () => ({ producedMillis: now - 6 * MINUTE }), 'ocsp-not-current'],
    ['one made in the future', () => ({ producedMillis: now + 6 * MINUTE }), 'ocsp-not-current'],
    ['a status of the future', () => ({ thisUpdateMillis: now + 6 * MINUTE }), 'ocsp-not-current'],
    ['a status that has ended', () => ({ nextUpdateMillis: now }), 'ocsp-not-current'],
    ['a status without an end', () => ({ nextUpdateMillis: 'none' }), 'ocsp-not-current'],
    ['a certificate that it does not know', () => ({ status: 'unknown' }), 'ocsp-unknown'],
    ['an error for an answer', () => ({ responseStatus: 6 }), 'ocsp-unsuccessful'],
    ['another kind of answer', () => ({ responseType: '1.2.3' }), 'ocsp-malformed'],
  ])('is refused with %s', (_, parts, reason) => {
    expect(verdict(parts())).toEqual(refused(reason));
  });

  it('is refused about another certificate, and about the same number of another issuer', () => {
    const asked = { ...question, subject: read(other()) };
    expect(verdict({}, asked)).toEqual(refused('ocsp-other-certificate'));
    const bent = (field: 'issuerNameHash' | 'issuerKeyHash') => (right: CertID) =>
      new CertID({
        hashAlgorithm: right.hashAlgorithm,
        issuerNameHash: right.issuerNameHash,
        issuerKeyHash: right.issuerKeyHash,
        serialNumber: right.serialNumber,
        [field]: new asn1js.OctetString({ valueHex: new Uint8Array(32).buffer }),
      });
    expect(verdict({ certId: bent('issuerNameHash') })).toEqual(refused('ocsp-other-certificate'));
    expect(verdict({ certId: bent('issuerKeyHash') })).toEqual(refused('ocsp-other-certificate'));
  });

  it('is refused with any bit changed of what is signed, or of the signature', () => {
    const answer = ocspAnswer(ocspRequest(question), root, { nowMillis: now });
    const inner = OCSPResponse.fromBER(answer).responseBytes?.response.valueBlock.valueHexView as Uint8Array;
    const { tbsResponseData, signature } = BasicOCSPResponse.fromBER(inner);
    let tried = 0;
    for (const part of [tbsResponseData.tbsView, signature.valueBlock.valueHexView]) {
      const from = Buffer.from(answer).indexOf(part);
      for (let at = from; at < from + part.length; at += 3, tried++) {
        const bent = answer.with(at, (answer[at] as number) ^ (1 << (at % 8)));
        expect([at, typeof judgeOcspAnswer(bent, question, now)]).toEqual([at, 'object']);
      }
    }
    expect(tried).toBeGreaterThan(80);
  });

  it('is refused when it is none, has a byte too many, or is too large', () => {
    const answer = ocspAnswer(ocspRequest(question), root, { nowMillis: now });
    for (const bytes of [new Uint8Array(), new Uint8Array([...answer, 0]), new Uint8Array(17_000)])
      expect(judgeOcspAnswer(bytes, question, now)).toEqual(refused('ocsp-malformed'));
  });
});
