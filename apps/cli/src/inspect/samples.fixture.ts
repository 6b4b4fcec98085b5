/** One sample of each kind that the inspector knows: real where there is one, else written out by hand. */
import { hex } from '../../../../test/support/hex.js';
import { ofChain, text, trcla, usMessage } from '#wire/real-artefacts.fixture.js';
import {
  CERT,
  ENCRYPTED,
  open,
  ROOT,
  SIGNATURE,
  signed,
  SM2_SIGNATURE,
  TBS_CERT,
  unsecured,
} from '#wire/spellings.fixture.js';
import { hexOf } from './json-value.js';

/** A self-signed X.509 certificate of a key on P-256: C=CN, O=Maker, CN=car 1. */
export const X509_DER = new Uint8Array(
  Buffer.from(
    'MIIBrjCCAVWgAwIBAgIUa/nQC4VTIupgZQqBN4NUz96Tfg0wCgYIKoZIzj0EAwIwLTELMAkGA1UEBhMCQ04xDjAMBgNVBAoMBU1ha2VyMQ4wDAYDVQQDDAVjYXIgMTAeFw0yNjExMjExMzA1MjhaFw0yNjEyMjExMzA1MjhaMC0xCzAJBgNVBAYTAkNOMQ4wDAYDVQQKDAVNYWtlcjEOMAwGA1UEAwwFY2FyIDEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARKHvnl+Q2r+x/mZOI4v8rn7waCNFRqNaDiFtudVGaMHu+fHg85ho09tslWXnbtH5bJ3UYewVvxx4HJNcxO7cx9o1MwUTAdBgNVHQ4EFgQUXbmwamgedhLkaS+p4droarIObKAwHwYDVR0jBBgwFoAUXbmwamgedhLkaS+p4droarIObKAwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAx/kvz/RoCMylv3tM4HXTt92nxy+yDMXjk0iTE976A3wIgWxMPPos32ygfVR9dwLZ0o5xHmcQ8PSrrXwgtNv1F5o4=',
    'base64',
  ),
);

const fromHex = (digits: string): Uint8Array => hex(digits.replace(/\n/g, ' '));
const URL = Buffer.from('http://60.247.58.117:8099/ca/catarctdcl.coer').toString('hex');

/** The published beginning of the real TRCL with one root instead of five, its address completed, and a made-up signature. */
function trcl(): Uint8Array {
  const bytes = hex(`${text('ydt/trcl-partial.hex').trim()} ${URL} ${SM2_SIGNATURE}`);
  bytes[22] = 1;
  return bytes;
}
const CRL = '01 0100 7ac9efd3cc396921 1f086f05 286fc205 00 80 00 00000002 01 00';
const LINKED = `01 0001 ${'0b'.repeat(8)} 25000000 25093a80 00 82 40 0001 00
  01 01 00 14 01 01 00 0001 0002 01 01 00 0050 01 02 00 ${'51'.repeat(16)} ${'52'.repeat(16)} 00 ${'53'.repeat(16)} ${'54'.repeat(16)}`;
const INFO_STATUS = `02 84 84 40 01 01 00 15E298FE7B1D9199 0001 68C06A17 01 01 00 FFFFFFFFFFFFFF00 0000 68C071DA
  68C071DA 01 00 68C06A16`;
const TBS_CTL = `80 01 FFFFFFFFFFFFFF00 0000 296C99C7 01 01 ${'e1'.repeat(48)} 01 00 01 01 ${'c1'.repeat(32)} 01 00 02 07 80 02 01 02`;
const CTL_SIGNATURE = signed(`02 84 83 FFFFFFFFFFFFFF00 01 0000 ${'48'.repeat(48)}`);
const CTL = `01 ${open(TBS_CTL)} ${open(`01 01 ${CERT}`)} 01 01 ${CTL_SIGNATURE}`;
const EE_ECA = `00 02 85 80 00 02 266FA841 01 ${TBS_CERT} 82 ${SIGNATURE}`;
const ACK = '01 87 81 00 01 25000000 0102030405060708 25093a80';
const ASR = `01 01 02 01 01 02 01 00 01 01 00 02 01 01 ${open(hexOf(usMessage))} 00 01 00`;
const MBR = (aid: string): string => `0001CF394A367009 10B3A2F0 2FA3B4C5 1100 ${aid} ${open(ASR)}`;
/** The sample of a BSM of the interoperability release of 2019. */
const BSM = '02a4660606268666260636fe78cd1346f5d23e1c429a260606066000c5ce235f55f41fdfffe022d07d036480000000';

/** What each is taken for without being told, in which profile, and what it carries. */
export const samples: readonly (readonly [
  type: string,
  profile: 'ccsa' | 'ieee',
  layers: string,
  bytes: Uint8Array,
])[] = [
  ['Certificate', 'ccsa', '', trcla],
  ['SecuredCrl', 'ieee', 'signedData › unsecuredData › CrlContents', fromHex(signed(CRL, '02 0100'))],
  ['SecuredCrl', 'ccsa', 'signedData › unsecuredData › CrlContents', fromHex(signed(LINKED, '02 0E2C'))],
  ['CrlContents', 'ccsa', '', fromHex(LINKED)],
  ['RootCtl', 'ccsa', '', trcl()],
  [
    'PkiCtl',
    'ccsa',
    '',
    fromHex(`01 8308 ${'0c'.repeat(8)} 0001 25000000 26000000 01 01 00 01 02 ${CERT} ${ROOT} ${SM2_SIGNATURE}`),
  ],
  ['ScmsPdu', 'ccsa', 'ee-ra › raEeCertAck', fromHex(ACK)],
  [
    'RaEeCertAckSpdu',
    'ccsa',
    'signedData › unsecuredData › ScmsPdu › ee-ra › raEeCertAck',
    fromHex(signed(ACK, '02 0E2B')),
  ],
  ['ScmsPdu', 'ieee', 'cert › infoStatus', fromHex(INFO_STATUS)],
  [
    'EeEcaCertRequestSpdu',
    'ieee',
    'signedCertificateRequest › ScmsPdu › eca-ee › eeEcaCertRequest',
    fromHex(`03 83 ${open(EE_ECA)}`),
  ],
  ['SignedCertificateRequest', 'ieee', 'ScmsPdu › eca-ee › eeEcaCertRequest', fromHex(EE_ECA)],
  ['MultiSignedCtl', 'ieee', '', fromHex(CTL)],
  [
    'MultiSignedCtlSpdu',
    'ieee',
    'unsecuredData › ScmsPdu › cert › multiSignedCtl',
    fromHex(unsecured(`02 84 82 ${CTL}`)),
  ],
  [
    'CompositeCrlSpdu',
    'ieee',
    'unsecuredData › ScmsPdu › cert › compositeCrl',
    fromHex(unsecured(`02 84 80 00 01 01 ${signed(CRL, '02 0100')} ${unsecured(`02 84 82 ${CTL}`)}`)),
  ],
  // One LA alone: the seeds are an addition of IMaxGroup, and so are those of groups.
  [
    'CrlContents',
    'ccsa',
    '',
    fromHex(`01 0001 ${'0c'.repeat(8)} 25000000 25093a80 00 82 C0 0001 00 01 01 00 14 01 01 00 0001 0000 01 01
      80 0050 01 00 02 07 80 32 01 03 ${'51'.repeat(48)} 02 07 80 16 01 01 0050 0001 ${'52'.repeat(16)}`),
  ],
  ['CompositeCrl', 'ccsa', '', fromHex(`00 01 01 ${signed(LINKED, '02 0E2C')}`)],
  ['CertificateChain', 'ccsa', '', fromHex(`00 01 02 ${CERT} ${ROOT}`)],
  ['SequenceOfCertificate', 'ccsa', '', fromHex(`01 02 ${CERT} ${ROOT}`)],
  ['MisbehaviourReportData', 'ccsa', '', fromHex(`01 80 ${MBR('01 6F')}`)],
  ['V2XSecData', 'ccsa', 'signedData › unsecuredData › MisbehaviourReport', fromHex(signed(MBR('01 6F'), '02 0E2D'))],
  ['Ieee1609Dot2Data', 'ieee', 'signedData › unsecuredData › EtsiTs103759Mbr', fromHex(signed(MBR('01 20'), '01 26'))],
  ['V2XSecData', 'ccsa', 'signedData › unsecuredData › MessageFrame', fromHex(signed(BSM, '01 6F'))],
  ['V2XSecData', 'ccsa', 'signedData › unsecuredData', ofChain('spdu_with_certificate')],
  ['Ieee1609Dot2Data', 'ieee', 'signedData › unsecuredData', usMessage],
  ['Ieee1609Dot2Data', 'ieee', 'encryptedData', fromHex(ENCRYPTED)],
];
