/**
 * The published samples of IEEE 1609.2.1-2022 messages, as far as their annotations give them; the rest is filled in.
 */
import { decode } from '#coer/codec.js';
import { hex } from '../../../../test/support/hex.js';
import { CrlContents } from '../crl.js';
import { V2XSecData } from '../secured-data.js';
import { CERT, expectSameBytes, open, ROOT, SIGNATURE, signed, TBS_CERT, unsecured, X } from '../spellings.fixture.js';
import { fullIeeeCtl, FullIeeeTbsCtl } from './cert-management.js';
import { IeeeScmsPdu, IeeeSignedCertificateRequest } from './scms-pdu.js';

describe('the published samples', () => {
  it('EeEcaCertRequest: a device signs the request for its first certificate itself', () => {
    // Annotated in full but for the key and the signature.
    const content = `00 | 02 85 80 | 00 02 266FA841 01 | ${TBS_CERT} | 82 | ${SIGNATURE}`;
    const data = expectSameBytes(V2XSecData, `03 83 ${open(content)}`);
    expect(hex(`03 83 ${open(content)}`)[2]).toBe(0x7f);
    expect(data.content.kind).toBe('signedCertificateRequest');
    expect(expectSameBytes(IeeeSignedCertificateRequest, content)).toMatchObject({
      hashAlgorithmId: 'sha256',
      signer: { kind: 'self' },
      tbsRequest: {
        value: {
          version: 2,
          content: {
            kind: 'eca-ee',
            value: { kind: 'eeEcaCertRequest', value: { type: 'implicit', generationTime: 0x266fa841 } },
          },
        },
      },
    });
  });

  it('EeRaCertRequest: a named application, a key to encrypt to', () => {
    // Annotated in part: the name, the lifetime and the key are made up.
    const name = Buffer.from('application.cert1').toString('hex');
    const tbs = `10 81 11 ${name} 000000 0000 27B1CC9C 84 00A8 01 01 80 01 23 80 03 8C0002 80 80 83 ${X}`;
    const content = `00 | 02 87 80 | 40 02 27B1CC9C 00 | ${tbs} | 83 00 80 83 ${X} | 81 01 01 ${CERT} | ${SIGNATURE}`;
    const { tbsRequest } = expectSameBytes(IeeeSignedCertificateRequest, content);
    expect(tbsRequest.value.content).toMatchObject({
      kind: 'ee-ra',
      value: {
        kind: 'eeRaCertRequest',
        value: {
          tbsCert: { appPermissions: [{ psid: 35, ssp: { kind: 'opaque', value: hex('8C0002') } }] },
          additionalParams: { kind: 'encryptionKey' },
        },
      },
    });
  });

  it('the information status, complete', () => {
    const bytes = `02 84 84 40 | 01 01 00 15E298FE7B1D9199 0001 68C06A17 | 01 01 00 FFFFFFFFFFFFFF00 0000 68C071DA |
                   68C071DA | 01 00 | 68C06A16`;
    expect(expectSameBytes(IeeeScmsPdu, bytes)).toEqual({
      version: 2,
      content: {
        kind: 'cert',
        value: {
          kind: 'infoStatus',
          value: {
            crl: [{ cracaId: hex('15E298FE7B1D9199'), series: 1, issueDate: 0x68c06a17 }],
            ctl: [{ ctlSeriesId: hex('FFFFFFFFFFFFFF00'), sequenceNumber: 0, lastUpdate: 0x68c071da }],
            caCcf: 0x68c071da,
            ma: [],
            ra: 0x68c06a16,
          },
        },
      },
    });
  });

  /**
   * 3 electors, 2 roots, a quorum of 2: 238 bytes, as in the sample. Hashes stand in for those that were not printed.
   */
  const TBS_CTL = `80 01 FFFFFFFFFFFFFF00 0000 296C99C7 01 03 ${'e1'.repeat(144)} 01 00 01 02 ${'c1'.repeat(64)} 01 00
                   02 07 80 02 01 02`;
  const CTL_SIGNATURE = `02 84 83 FFFFFFFFFFFFFF00 01 0000 ${'48'.repeat(48)}`;
  // The header has no generationTime, although the standard says it is there.
  const CTL_SIGNATURE_SPDU = signed(CTL_SIGNATURE);
  const CRL = '01 0100 7ac9efd3cc396921 1f086f05 286fc205 00 80 00 00000002 01 00';
  const CTL = `02 84 82 | 01 | ${open(TBS_CTL)} | ${open(`01 05 ${[ROOT, ROOT, CERT, CERT, CERT].join(' ')}`)} |
               01 03 ${CTL_SIGNATURE_SPDU} ${CTL_SIGNATURE_SPDU} ${CTL_SIGNATURE_SPDU}`;
  const COMPOSITE = unsecured(`02 84 80 | 00 | 01 01 ${signed(CRL, '02 0100')} | ${unsecured(CTL)}`);

  /** The ScmsPdu in unsecured data, or in signed data. */
  function pduIn({ content }: V2XSecData): IeeeScmsPdu['content'] {
    if (content.kind === 'unsecuredData') return decode(IeeeScmsPdu, content.value).content;
    if (content.kind !== 'signedData') throw new Error(content.kind);
    return pduIn(content.value.tbsData.value.payload.data as V2XSecData);
  }

  it('the quorum: an addition of one INTEGER', () => {
    expect(hex(TBS_CTL)).toHaveLength(0xee);
    expect(expectSameBytes(FullIeeeTbsCtl, TBS_CTL).quorum).toBe(2);
  });

  it('a composite CRL with the trust list beside it', () => {
    const pdu = pduIn(expectSameBytes(V2XSecData, COMPOSITE));
    if (pdu.kind !== 'cert' || pdu.value.kind !== 'compositeCrl') throw new Error('no composite CRL');
    const { crl, homeCtl } = pdu.value.value;
    const first = crl[0]?.content;
    if (first?.kind !== 'signedData') throw new Error('no CRL');
    const contents = first.value.tbsData.value.payload.data?.content.value as Uint8Array;
    expect(decode(CrlContents, contents)).toMatchObject({ crlSeries: 256, typeSpecific: { kind: 'fullHashCrl' } });

    const ctl = pduIn(homeCtl);
    if (ctl.kind !== 'cert' || ctl.value.kind !== 'multiSignedCtl') throw new Error('no trust list');
    expect(ctl.value.value.tbsCtl).toEqual(hex(TBS_CTL));
    const { list, certificates } = fullIeeeCtl(ctl.value.value) ?? { list: undefined, certificates: [] };
    expect(list?.electorApprove).toHaveLength(3);
    expect(certificates.map(({ bytes }) => bytes)).toEqual([ROOT, ROOT, CERT, CERT, CERT].map(hex));
    expect(ctl.value.value.signatures).toHaveLength(3);
    for (const signature of ctl.value.value.signatures) {
      expect(pduIn(signature)).toMatchObject({
        value: { kind: 'tbsCtlSignature', value: { ctlType: 1, tbsCtlHash: hex('48'.repeat(48)) } },
      });
    }
  });

  it('a certificate chain file', () => {
    const bytes = unsecured(`02 84 81 | 00 | ${unsecured(CTL)} | 01 02 ${ROOT} ${CERT}`);
    const pdu = pduIn(expectSameBytes(V2XSecData, bytes));
    if (pdu.kind !== 'cert' || pdu.value.kind !== 'certificateChain') throw new Error('no chain');
    expect(pdu.value.value.others).toHaveLength(2);
  });
});
