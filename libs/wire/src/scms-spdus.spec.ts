/** Each SPDU is opened down to its message, or down to what a key is needed for; every other wrapping is refused. */
import { decode, encode } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { hex } from '../../../test/support/hex.js';
import { CrlContents } from './crl.js';
import type { IeeeScmsPdu } from './dot2dot1/scms-pdu.js';
import type { ScmsPdu } from './scms-pdu.js';
import { ccsaSpdus, ieeeSpdus, openSpdu, unwrap, type SpduFamily, type SpduForm, type Wrapping } from './scms-spdus.js';
import { CERT, ENCRYPTED, encrypted, open, SIGNATURE, signed, TBS_CERT, unsecured, X } from './spellings.fixture.js';

/** A family as the tables below see it: forms by name, and what opens them. */
interface Shown {
  readonly version: number;
  readonly forms: [string, { readonly wrappings: readonly Wrapping[]; readonly message: readonly [string, string] }][];
  open(name: string, bytes: Uint8Array, left?: readonly Wrapping[]): unknown;
}
function show<P extends ScmsPdu | IeeeScmsPdu>(family: SpduFamily<P>): Shown {
  const form = (name: string): SpduForm<P> => family.forms[name] as SpduForm<P>;
  return {
    version: family.version,
    forms: Object.entries(family.forms).map(([name, { wrappings, message }]) => {
      return [name, { wrappings, message: message as readonly [string, string] }];
    }),
    open: (name, bytes, left) => openSpdu(family, form(name), bytes, left),
  };
}
const T = '266FA842';
const H8 = '0102030405060708';

/** A ScmsPdu of each message, behind its version, by family; the two differ where the standards do. */
const messages: Record<'both' | 'ccsa' | 'ieee', Record<string, string>> = {
  both: {
    acaEeCertResponse: `80 80 00 VV ${T} ${CERT}`,
    acaRaCertResponse: `83 81 00 VV ${T} ${H8} 80 03 80 00`,
    eeEcaCertRequest: `85 80 00 VV ${T} 00 ${TBS_CERT}`,
    eeRaCertRequest: `87 80 00 VV ${T} 00 ${TBS_CERT}`,
    raEeCertAck: `87 81 00 VV ${T} ${H8} ${T}`,
    raEeCertInfo: `87 82 00 VV ${T} 0007 ${H8} ${T}`,
    eeRaDownloadRequest: `87 83 00 ${T} 00`,
    eeRaSuccessorEnrollmentCertRequest: '87 84 03 83 01 aa',
  },
  ccsa: {
    raAcaCertRequest: `83 80 00 VV ${T} 00 ${TBS_CERT}`,
    ecaEeCertResponse: `85 81 00 VV ${H8} 01 00 ${CERT}`,
    compositeCrl: '84 80 00 01 00',
    certificateChain: `84 81 00 01 01 ${CERT}`,
    praLaLinkageValueRequest: '89 80 80 00 0001 0002 00 00 14',
    laPraLinkageValueResponse: '89 81 0001 0002 01 00 01 00',
    maLaLinkageSeedRequest: '88 80 00 01 00 01 00',
    laMaLinkageSeedResponse: `88 81 ${H8} 0001 01 00 01 00`,
  },
  ieee: {
    raAcaCertRequest: `83 80 00 VV ${T} 00 00 ${TBS_CERT}`,
    ecaEeCertResponse: `85 81 00 VV ${T} ${H8} 01 00 ${CERT}`,
    compositeCrl: '84 80 00 01 00 03 80 00',
    certificateChain: `84 81 00 03 80 00 01 01 ${CERT}`,
    multiSignedCtl: '84 82 01 00 00 01 00',
    tbsCtlSignature: `84 83 ${'ff'.repeat(8)} 01 0000 ${'48'.repeat(48)}`,
    infoStatus: `84 84 00 01 00 01 00 ${T} 01 00`,
  },
};

/** What a wrapping carries: the message, or the signed request for it. */
function content(pdu: string, wrapping: Wrapping | undefined): string {
  if (wrapping === 'signedCertificateRequest') return `00 ${pdu} 82 ${SIGNATURE}`;
  return wrapping === 'signedX509CertificateRequest' ? `00 ${pdu} 80 01 01 01 30 ${SIGNATURE}` : pdu;
}

/** The message in the wrappings, in hexadecimal; what is encrypted is the same for all, as nobody opens it. */
function wrapped(pdu: string, wrappings: readonly Wrapping[]): string {
  const [outer, ...inner] = wrappings;
  if (outer === undefined) return pdu;
  if (outer === 'encryptedData') return ENCRYPTED;
  const carried = content(wrapped(pdu, inner), outer);
  if (outer === 'unsecuredData') return unsecured(carried);
  if (outer === 'signedData') return signed(carried);
  // The X.509 alternative stands behind the marker, so that there is a length more.
  return outer === 'signedCertificateRequest' ? `03 83 ${open(carried)}` : `03 84 ${open(open(carried))}`;
}

describe.each<['ccsa' | 'ieee', Shown, number]>([
  ['ccsa', show(ccsaSpdus), 25],
  ['ieee', show(ieeeSpdus), 22],
])('%s', (family, { version, forms, open: opened }, count) => {
  const pduOf = (message: string): string => {
    const text = messages[family][message] ?? messages.both[message];
    if (text === undefined) throw new Error(`no bytes of ${message}`);
    return `0${version} ${text.replaceAll('VV', `0${version}`)}`;
  };

  it('has all its forms', () => expect(forms).toHaveLength(count));

  it.each(forms)('%s is opened down to its message', (name, form) => {
    const [line, message] = form.message;
    const bytes = hex(wrapped(pduOf(message), form.wrappings));
    const sealedAt = form.wrappings.indexOf('encryptedData');
    const first = opened(name, bytes);
    if (sealedAt >= 0) {
      const left = form.wrappings.slice(sealedAt + 1);
      expect(first).toEqual({ kind: 'sealed', value: encrypted.content.value, wrappings: left });
      const plaintext = hex(wrapped(pduOf(message), left));
      expect(opened(name, plaintext, left)).toMatchObject({
        kind: 'content',
        value: { version, content: { kind: line, value: { kind: message } } },
      });
    } else {
      expect(first).toMatchObject({
        kind: 'content',
        value: { version, content: { kind: line, value: { kind: message } } },
      });
    }
  });

  it.each(forms)('%s: the same message in another wrapping is refused', (name, form) => {
    const due = form.wrappings.at(-1) as Wrapping;
    const other = due === 'unsecuredData' ? signed : unsecured;
    const bytes = hex(other(content(pduOf(form.message[1]), due)));
    expect(() => opened(name, bytes, [due])).toThrow(` where ${due} is due`);
  });

  it('no two lines have a message of one name', () => {
    const lines = new Map(forms.map(([, { message }]) => [message[1], message[0]]));
    expect(forms.filter(([, { message }]) => lines.get(message[1]) !== message[0])).toEqual([]);
  });

  it.each(forms)('%s: another message is refused', (name, form) => {
    const left = form.wrappings.slice(form.wrappings.lastIndexOf('encryptedData') + 1);
    const other = form.message[1] === 'raEeCertAck' ? 'raEeCertInfo' : 'raEeCertAck';
    expect(() => opened(name, hex(wrapped(pduOf(other), left)), left)).toThrow(
      `another message than ${form.message.join('.')}`,
    );
  });
});

describe('what both families leave to others, or do not take', () => {
  it('an encrypted answer may stand in the signed data itself, or encoded in unsecured data', () => {
    const form = ieeeSpdus.forms.AcaEeCertResponsePrivateSpdu;
    const direct = `03 81 00 40 ${ENCRYPTED} 00 01 23 81 01 01 ${CERT} ${SIGNATURE}`;
    const sealed = { kind: 'sealed', value: encrypted.content.value, wrappings: [] };
    expect(openSpdu(ieeeSpdus, form, hex(direct))).toEqual(sealed);
    expect(openSpdu(ieeeSpdus, form, hex(signed(ENCRYPTED)))).toEqual(sealed);
  });

  it('signed data that carries signed data is not a message', () => {
    const nested = `03 81 00 40 ${signed('')} 00 01 23 81 01 01 ${CERT} ${SIGNATURE}`;
    expect(() => unwrap(hex(nested), ['signedData'])).toThrow('signedData where the message is due');
  });

  it('signed data of a hash alone carries no message', () => {
    const external = `03 81 00 20 80 ${X} 00 01 23 81 01 01 ${CERT} ${SIGNATURE}`;
    expect(() => unwrap(hex(external), ['signedData'])).toThrow('signed data without data');
  });

  it('the CCSA family has no requests that X.509 signs', () => {
    const request = `01 87 80 00 01 ${T} 00 ${TBS_CERT}`;
    const bytes = hex(wrapped(request, ['signedX509CertificateRequest']));
    const left = ['signedX509CertificateRequest'] as const;
    expect(() => openSpdu(ccsaSpdus, ccsaSpdus.forms.EeRaCertRequestSpdu, bytes, left)).toThrow('X.509');
    expect(openSpdu(ieeeSpdus, ieeeSpdus.forms.EeRaX509AuthenticatedCertRequestSpdu, bytes, left).kind).toBe('content');
  });

  it('a header may have what the standard leaves out, and lack what it asks for', () => {
    const status = messages.ieee['infoStatus'] ?? '';
    const inner = unsecured(`02 ${status}`);
    for (const header of ['00 01 23', '40 01 23 0001CF394A367009', '60 01 23 0001CF394A367009 0001CF394A367009']) {
      const bytes = hex(`03 81 00 40 ${inner} ${header} 80 ${H8} ${SIGNATURE}`);
      const { CertificateManagementInformationStatusSpdu: form } = ieeeSpdus.forms;
      expect(openSpdu(ieeeSpdus, form, bytes).kind).toBe('content');
    }
  });

  it('a CRL is signed data too, of CrlContents', () => {
    const crl = '01 0100 7ac9efd3cc396921 1f086f05 286fc205 00 80 00 00000002 01 00';
    const opened = unwrap(hex(signed(crl, '02 0100')), ['signedData']);
    if (opened.kind !== 'content') throw new Error('sealed');
    expect(encode(CrlContents, decode(CrlContents, opened.value))).toEqual(hex(crl));
  });

  it('every cut of a message is refused, and with nothing but a refusal', () => {
    const bytes = hex(signed(`02 ${messages.ieee['infoStatus'] ?? ''}`));
    const { CertificateManagementInformationStatusSpdu: form } = ieeeSpdus.forms;
    for (let length = 0; length < bytes.length; length++)
      expect(() => openSpdu(ieeeSpdus, form, bytes.subarray(0, length))).toThrow(CoerError);
  });
});
