import { decode, encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { ScmsPdu, SignedCertificateRequest } from '#wire/scms-pdu.js';
import { V2XSecData, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { explain } from './explain.js';
import {
  asked,
  certified,
  DAY,
  house,
  newKey,
  NOON,
  pcaTbs,
  pcTbs,
  poolOf,
  signatureOf,
  whyOf,
  wrongIn,
  type Family,
  type Holder,
} from './house.fixture.js';
import { subjectOf, type Subject } from './subject.js';

const families: Family[] = ['sm2', 'p256'];

/** The request of `asks` for its own key, signed by `signer`, itself or with its certificate. */
function request(
  asks: Holder,
  signer: Holder | 'self',
  change: { privateKey?: Uint8Array; hash?: 'sha384'; tbs?: Partial<ToBeSignedCertificate>; version?: number } = {},
): Subject {
  const { family } = asks;
  const tbsCert = { ...asks.certificate.value.toBeSigned.value, ...change.tbs };
  const tbsRequest = preserve(ScmsPdu, {
    version: 1,
    content: {
      kind: 'eca-ee',
      value: {
        kind: 'eeEcaCertRequest',
        value: { version: 1, generationTime: time32FromMillis(NOON), type: 'explicit', tbsCert },
      },
    },
  });
  const by = signer === 'self' ? 'self' : signer.certificate;
  const key = change.privateKey ?? (signer === 'self' ? asks.privateKey : signer.privateKey);
  const value = encode(SignedCertificateRequest, {
    hashAlgorithmId: change.hash ?? (family === 'sm2' ? 'sm3' : 'sha256'),
    tbsRequest,
    signer: by === 'self' ? { kind: 'self', value: null } : { kind: 'certificate', value: [by] },
    signature: signatureOf(family, key, by, tbsRequest.bytes),
  });
  const data = { protocolVersion: change.version ?? 3, content: { kind: 'signedCertificateRequest', value } } as const;
  return subjectOf(V2XSecData, encode(V2XSecData, data));
}

describe.each(families)('a request signed with %s', (family) => {
  const sound = house(family);
  const question = asked(poolOf([sound.root], [sound.pca]));

  it('holds by the key that it asks for', () => {
    expect(wrongIn(request(sound.pc, 'self'), asked(poolOf([])))).toEqual([]);
  });

  it('is refused by its signature alone by another key, with another hash, and when it asks for no key', () => {
    const reconstruction = {
      kind: 'reconstructionValue',
      value: { kind: 'compressed-y-0', value: new Uint8Array(32) },
    } as const;
    for (const change of [
      { privateKey: newKey(family) },
      { hash: 'sha384' } as const,
      { tbs: { verifyKeyIndicator: reconstruction } },
    ])
      expect(wrongIn(request(sound.pc, 'self', change), question)).toEqual(['signature']);
  });

  it('is refused by structure alone in another protocol version', () => {
    expect(wrongIn(request(sound.pc, 'self', { version: 2 }), question)).toEqual(['structure']);
    expect(wrongIn(request(sound.pc, sound.pc, { version: 2 }), question)).toEqual(['structure']);
  });

  it('holds with a certificate under its chain, and fails by that chain', () => {
    expect(wrongIn(request(sound.pc, sound.pc), question)).toEqual([]);
    expect(wrongIn(request(sound.pc, sound.pc, { privateKey: newKey(family) }), question)).toEqual(['signature']);
    expect(wrongIn(request(sound.pc, sound.pc), { ...question, atMillis: NOON + 11 * DAY })).toEqual(['time']);
    expect(wrongIn(request(sound.pc, sound.pc), asked(poolOf([], [sound.root, sound.pca])))).toEqual(['chain']);
  });
});

describe('algorithms that are not supported', () => {
  it.each([
    ['ecdsaBrainpoolP256r1', 32, 'Brainpool P256r1'],
    ['ecdsaBrainpoolP384r1', 48, 'Brainpool P384r1'],
    ['ecdsaNistP384', 48, 'NIST P-384'],
  ] as const)('%s is named', (kind, size, words) => {
    const { root, pca } = house('p256');
    const point = { kind: 'compressed-y-0', value: new Uint8Array(size).fill(1) } as const;
    const key = {
      kind: 'verificationKey',
      value: { kind, value: point },
    } as ToBeSignedCertificate['verifyKeyIndicator'];
    const ica = certified('p256', root, { tbs: { ...pcaTbs, verifyKeyIndicator: key } });
    const pc = certified('p256', ica, { tbs: pcTbs });
    const explanation = explain(
      { kind: 'certificate', certificate: pc.certificate },
      asked(poolOf([root], [ica, pca])),
    );
    expect(whyOf(explanation, 'chain')).toContain('→');
    expect(whyOf(explanation, 'signature')).toContain(`ECDSA over ${words} is not supported`);
  });
});

describe('bytes', () => {
  it('of a type that holds no signature are said to', () => {
    const subject = subjectOf(ScmsPdu, encode(ScmsPdu, { version: 1, content: { kind: 'aca-la', value: null } }));
    expect(subject).toEqual({ kind: 'nothing', why: expect.stringContaining('not signed') as string });
    expect(() => decode(V2XSecData, Uint8Array.of(3))).toThrow('@1');
    expect(subjectOf(V2XSecData, Uint8Array.of(3))).toEqual({
      kind: 'nothing',
      why: expect.stringContaining('@1') as string,
    });
  });
});
