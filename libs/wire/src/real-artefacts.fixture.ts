/** Real certificates, lists and messages, and some derived from the standards. Where each comes from: test/vectors/<source>/README.md. */
import { readFileSync } from 'node:fs';
import type { Codec } from '#coer/codec.js';
import { hex } from '../../../test/support/hex.js';
import { CrlContents, CrlSsp } from './crl.js';
import { SignedCertificateRequest } from './scms-pdu.js';
import { ScmsSsp } from './scms-ssp.js';
import { Certificate, ToBeSignedData, V2XSecData } from './secured-data.js';

export const text = (path: string): string => readFileSync(`test/vectors/${path}`, 'utf8');
export const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/vectors/${path}`));
export const chain = JSON.parse(text('derived/ccsa-chain-spdu.json')) as Record<string, string>;
export const ofChain = (key: string): Uint8Array => hex(chain[key] as string);
export const trcla = bytesOf('ydt/caict-trcla.coer');
export const catarc = bytesOf('ydt/catarc-root.coer');
const sm2Point = `0001${'00'.repeat(30)}`;
const r = 'a1'.repeat(32);
const s = 'b2'.repeat(32);

/** The SignedCertificateRequest of ydt/eeracertrequest-tc16-annotated.txt, completed with the chain's certificate. */
export const eeRaCertRequest = hex(
  `02 01 87 80 40 01 2107F41D 00
   50 83 000000 0000 2107F41D 84 00A8 83 01 01 80 009C 01 05 00 01 6F 00 01 70 00 01 71 00 01 72 00 02 0E28 80 84 21 82 ${sm2Point}
   80 81 10 0001${'00'.repeat(14)} 01 82 21 82 ${sm2Point} 81 10 ${'01'.repeat(16)}
   81 01 01 ${chain['pc_cert'] as string}
   84 40 ${r} ${s}`.replace(/\n/g, ' '),
);

/** The contents of the CRL that the ISS, the first production SCMS of North America, published while nothing was revoked. */
export const issCrl = hex('01 | 0100 | 7ac9efd3cc396921 | 1f086f05 | 286fc205 | 00 | 80 | 00 00000002 01 00');
const issCrlSpdu = hex(
  `03 81 00 | 40 03 80 1c ${Buffer.from(issCrl).toString('hex')} | 00 02 0100 | 80 7ac9efd3cc396921 | 80 80 ${r} ${s}`,
);

/** Header and payload of a real US message: a P-256 implicit certificate with group linkage, a 167 byte payload. */
export const usMessage = hex(
  `03 81 | 00 | 40 03 80 81A7 ${'5c'.repeat(167)} | 40 01 20 0001CF394A367009 | 81 01 01 |
   00 03 01 | 80 99A23FF01FF0663C | 50 | 80 80 010B 145D44B31E84A6E717 0000000F 145D44B31E84A6E717 | 396921 0001 |
   1E584495 84 00A9 | 83 01 01 80 0348 | 01 03 00 01 20 00 01 26 00 01 84 | 81 83 ${'07'.repeat(32)} | 80 83 ${r} ${s}`,
);

/** An enrolment request as OpenSCMS writes it: P-256, for an implicit certificate; key and signature are made up. */
const openScmsRequest = hex(
  `00 | 02 85 80 | 00 02 266FA841 01 | 00 83 000000 0000 00000000 84 0000 80 80 83 ${r} | 82 | 80 80 ${r} ${s}`,
);

/** Implicit P-256 pseudonym certificates; the last is of the pre-production SCMS of ISS, whose PCA's certificate is there too. */
const implicit = (
  JSON.parse(text('kisa/implicit-butterfly-p256.json')) as {
    vectors: { n: number; cert: string; issuer_cert?: string }[];
  }
).vectors;
export const issPseudonym = hex(implicit[3]?.cert ?? '');
export const issPca = hex(implicit[3]?.issuer_cert ?? '');

export type Artefact = [name: string, codec: Codec<unknown>, bytes: Uint8Array];
export const artefacts: readonly Artefact[] = [
  ['the CAICT TRCLA certificate', Certificate, trcla],
  ['the CATARC root certificate', Certificate, catarc],
  ['a derived root certificate', Certificate, ofChain('root_cert')],
  ['a derived PCA certificate', Certificate, ofChain('pca_cert')],
  ['a derived pseudonym certificate', Certificate, ofChain('pc_cert')],
  ['the to-be-signed data of a message', ToBeSignedData, ofChain('tbsData')],
  ['a message with certificate', V2XSecData, ofChain('spdu_with_certificate')],
  ['a message with digest', V2XSecData, ofChain('spdu_with_digest')],
  [
    'the to-be-signed data of YD/T 3957 annex D.2',
    ToBeSignedData,
    hex((JSON.parse(text('ydt/sm2-sign-d2.json')) as { tbs: string }).tbs),
  ],
  ['the EeRaCertRequest of TC_SPDU_TS_BV_16', SignedCertificateRequest, eeRaCertRequest],
  ['the contents of the real ISS CRL', CrlContents, issCrl],
  ['the real ISS CRL', V2XSecData, issCrlSpdu],
  ['a US message with an implicit certificate', V2XSecData, usMessage],
  ...implicit.map(({ n, cert }): Artefact => [
    `the implicit certificate ${n} of the Korean tests`,
    Certificate,
    hex(cert),
  ]),
  ['the PCA of the ISS pre-production SCMS', Certificate, issPca],
  ['the EeEcaCertRequest of an OpenSCMS sample', SignedCertificateRequest, openScmsRequest],
  ['the same in its envelope', V2XSecData, hex(`03 83 7F ${Buffer.from(openScmsRequest).toString('hex')}`)],
  ['the SSP of a real root', ScmsSsp, hex('80 00 01')],
  ['the CRL SSP of a real root', CrlSsp, hex('00 01 00 01 01 00 00')],
];
