/** An OCSP responder for tests: reads the question that came, and answers signed, with anything changed that a test wants wrong. */
import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  BasicOCSPResponse,
  type CertID,
  Extension,
  OCSPRequest,
  OCSPResponse,
  ResponseBytes,
  ResponseData,
  SingleResponse,
} from 'pkijs';
import {
  exactBuffer,
  parseX509,
  signatureAlgorithmOf,
  x509Signature,
  type X509Identity,
} from '#apps/device/src/birth/x509-certificate.js';

const BASIC = '1.3.6.1.5.5.7.48.1.1';
const NONCE = '1.3.6.1.5.5.7.48.1.2';
export const STATUS = { good: 0, revoked: 1, unknown: 2 } as const;

export interface OcspParts {
  readonly status?: keyof typeof STATUS;
  readonly nowMillis: number;
  readonly producedMillis?: number;
  readonly thisUpdateMillis?: number;
  readonly nextUpdateMillis?: number | 'none';
  readonly nonce?: Uint8Array | 'none';
  /** Named as the signer by the hash of its key. */
  readonly byKey?: boolean;
  /** Names and carries this certificate; signs with its key. */
  readonly delegate?: X509Identity;
  /** Signs in the place of who is named. */
  readonly signedWith?: Pick<X509Identity, 'scheme' | 'privateKey'>;
  readonly certId?: (right: CertID) => CertID;
  readonly twice?: boolean;
  /** OCSPResponseStatus, 0 unless told otherwise. */
  readonly responseStatus?: number;
  readonly responseType?: string;
}

/** The answer (DER) of `issuer` to a request (DER). */
export function ocspAnswer(request: Uint8Array, issuer: X509Identity, parts: OcspParts): Uint8Array {
  const { tbsRequest } = OCSPRequest.fromBER(request);
  const certID = tbsRequest.requestList[0]?.reqCert as CertID;
  const asked = tbsRequest.requestExtensions?.find(({ extnID }) => extnID === NONCE);
  const signer = parts.delegate ?? issuer;
  const tbsResponseData = new ResponseData({
    responderID: responderId(signer, parts.byKey === true),
    producedAt: new Date(parts.producedMillis ?? parts.nowMillis),
    responses: Array.from({ length: parts.twice === true ? 2 : 1 }, () =>
      singleResponse(parts.certId?.(certID) ?? certID, parts),
    ),
    ...(parts.nonce === 'none' ? {} : { responseExtensions: [nonceExtension(asked, parts.nonce)] }),
  });
  tbsResponseData.tbsView = new Uint8Array(tbsResponseData.toSchema(true).toBER());
  const by = parts.signedWith ?? signer;
  const basic = new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: signatureAlgorithmOf(by),
    signature: x509Signature(by, tbsResponseData.tbsView),
    ...(parts.delegate === undefined ? {} : { certs: [parseX509(parts.delegate.certificate)] }),
  });
  const response = new OCSPResponse({
    responseStatus: new asn1js.Enumerated({ value: parts.responseStatus ?? 0 }),
    responseBytes: new ResponseBytes({
      responseType: parts.responseType ?? BASIC,
      response: new asn1js.OctetString({ valueHex: basic.toSchema().toBER() }),
    }),
  });
  return new Uint8Array(response.toSchema().toBER());
}

function nonceExtension(asked: Extension | undefined, other: Uint8Array | undefined): Extension {
  const right = asked?.extnValue.valueBlock.valueHexView ?? new Uint8Array();
  const value =
    other === undefined ? exactBuffer(right) : new asn1js.OctetString({ valueHex: exactBuffer(other) }).toBER();
  return new Extension({ extnID: NONCE, extnValue: value });
}

function responderId(signer: X509Identity, byKey: boolean): unknown {
  const { subject, subjectPublicKeyInfo } = parseX509(signer.certificate);
  if (!byKey) return subject;
  const hash = createHash('sha1').update(subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView).digest();
  return new asn1js.OctetString({ valueHex: exactBuffer(hash) });
}

function singleResponse(certID: CertID, parts: OcspParts): SingleResponse {
  const { status = 'good', nowMillis, nextUpdateMillis = nowMillis + 3_600_000 } = parts;
  const idBlock = { tagClass: 3, tagNumber: STATUS[status] };
  const revokedAt = new asn1js.GeneralizedTime({ valueDate: new Date(nowMillis - 1000) });
  return new SingleResponse({
    certID,
    certStatus:
      status === 'revoked'
        ? new asn1js.Constructed({ idBlock, value: [revokedAt] })
        : new asn1js.Primitive({ idBlock, lenBlock: { length: 1 } } as never),
    thisUpdate: new Date(parts.thisUpdateMillis ?? nowMillis - 60_000),
    ...(nextUpdateMillis === 'none' ? {} : { nextUpdate: new Date(nextUpdateMillis) }),
  });
}
