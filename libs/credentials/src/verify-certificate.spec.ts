import { readFileSync } from 'node:fs';
import { fromHex } from '#crypto/bytes.js';
import type { Certificate, CertificateBase, ToBeSignedCertificate } from '#wire/secured-data.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { certificateFromBytes, certificateHash, hashedId8 } from './certificate-facts.js';
import { bendSignature, OFF_THE_CURVE, recertify, type Bent } from './chain.fixture.js';
import { spanOf } from './period.js';
import { refused } from './refusal.js';
import { verifyCertificate, verifySelfSigned } from './verify-certificate.js';

const vector = <T>(path: string): T => JSON.parse(readFileSync(`test/vectors/${path}`, 'utf8')) as T;
const checked = { kind: 'checked' };
const never = (): boolean => {
  throw new Error('a signature was verified before the cheap checks were through');
};

describe('a certificate under its issuer', () => {
  let bench: Bench;
  let ica: Member;
  let pca: Certificate;

  beforeAll(async () => {
    bench = await authorityBench();
    ica = bench.member('a-ica');
    pca = bench.member('a-pca').certificate;
  });

  const bent = (changes: Bent): Promise<Certificate> => recertify(pca, ica.signer, changes);
  const tbsOf = (certificate: Certificate): ToBeSignedCertificate => certificate.value.toBeSigned.value;

  it.each<[string, Partial<Omit<CertificateBase, 'toBeSigned'>>]>([
    ['version 2', { version: 2 }],
    ['the implicit type', { type: 'implicit' }],
    ['no signature', { signature: undefined }],
    [
      'a signature of another algorithm',
      {
        signature: {
          kind: 'ecdsaNistP256Signature',
          value: { rSig: { kind: 'x-only', value: new Uint8Array(32) }, sSig: new Uint8Array(32) },
        },
      },
    ],
  ])('refuses %s', async (_, form) => {
    expect(verifyCertificate(await bent({ form }), ica.certificate, never)).toEqual(refused('certificate-form'));
  });

  it.each<[string, Partial<ToBeSignedCertificate>]>([
    [
      'a key of another algorithm',
      { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: OFF_THE_CURVE } } },
    ],
    ['a reconstruction value', { verifyKeyIndicator: { kind: 'reconstructionValue', value: OFF_THE_CURVE } }],
    [
      'a key of which only x is said',
      {
        verifyKeyIndicator: {
          kind: 'verificationKey',
          value: { kind: 'ecsigSm2', value: { kind: 'x-only', value: new Uint8Array(32).fill(1) } },
        },
      },
    ],
    [
      'a key off the curve',
      { verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } },
    ],
    [
      'an uncompressed key off the curve',
      {
        verifyKeyIndicator: {
          kind: 'verificationKey',
          value: {
            kind: 'ecsigSm2',
            value: {
              kind: 'uncompressedP256',
              value: { x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(1) },
            },
          },
        },
      },
    ],
    ['an AID twice', { appPermissions: [{ psid: 3627 }, { psid: 3627 }] }],
  ])('refuses %s', async (_, tbs) => {
    expect(verifyCertificate(await bent({ tbs }), ica.certificate, never)).toEqual(refused('certificate-form'));
  });

  it('refuses one that names another issuer, itself, or the issuer by another hash', async () => {
    const issuers: CertificateBase['issuer'][] = [
      { kind: 'sm3AndDigest', value: hashedId8(bench.root.certificate) },
      { kind: 'self', value: 'sm3' },
      { kind: 'sha256AndDigest', value: hashedId8(ica.certificate) },
    ];
    for (const issuer of issuers) {
      const certificate = await bent({ form: { issuer } });
      expect(verifyCertificate(certificate, ica.certificate, never)).toEqual(refused('certificate-issuer'));
    }
  });

  it('refuses one that begins before its issuer, or ends after it', async () => {
    const { start, duration } = tbsOf(ica.certificate).validityPeriod;
    for (const validityPeriod of [
      { start: start - 1, duration: { kind: 'hours', value: 1 } } as const,
      { start: start + 1, duration },
    ]) {
      const certificate = await bent({ tbs: { validityPeriod } });
      expect(verifyCertificate(certificate, ica.certificate, never)).toEqual(
        refused('certificate-validity-outside-issuer'),
      );
    }
    const whole = await bent({ tbs: { validityPeriod: { start, duration } } });
    expect(spanOf(tbsOf(whole).validityPeriod)).toEqual(spanOf(tbsOf(ica.certificate).validityPeriod));
    expect(verifyCertificate(whole, ica.certificate)).toEqual(checked);
  });

  it('TL7 refuses one for another country', async () => {
    const region: ToBeSignedCertificate['region'] = {
      kind: 'identifiedRegion',
      value: [{ kind: 'countryOnly', value: 840 }],
    };
    const abroad = await bent({ tbs: { region } });
    expect(verifyCertificate(abroad, ica.certificate, never)).toEqual(refused('certificate-region-outside-issuer'));
  });

  it('TL7 refuses a region of its own under an issuer that inherits an unknown one', async () => {
    const silent = {
      ...ica.signer,
      certificate: await recertify(ica.certificate, bench.root.signer, { tbs: { region: undefined } }),
    };
    const own = await recertify(pca, silent);
    expect(verifyCertificate(own, silent.certificate, never)).toEqual(refused('certificate-region-outside-issuer'));
    const inheriting = await recertify(pca, silent, { tbs: { region: undefined } });
    expect(verifyCertificate(inheriting, silent.certificate)).toEqual(checked);
  });

  it('takes any region under a root of the whole world', async () => {
    const { root } = bench;
    const self = await recertify(root.certificate, { self: root.signer.sign }, { tbs: { region: undefined } });
    const world = { ...root.signer, certificate: self };
    expect(verifyCertificate(await recertify(ica.certificate, world), self)).toEqual(checked);
  });

  it('TL7 refuses one that may do what its issuer may not give', async () => {
    const { certIssuePermissions } = tbsOf(bench.root.certificate);
    const mighty = await bent({ tbs: { certIssuePermissions } });
    expect(verifyCertificate(mighty, ica.certificate, never)).toEqual(
      refused('certificate-permissions-outside-issuer'),
    );
  });

  it('refuses a signature by another key', async () => {
    const forged = await bent({ sign: bench.member('a-ma').signer.sign });
    expect(verifyCertificate(forged, ica.certificate)).toEqual(refused('certificate-signature'));
  });

  it('refuses a signature bound to another signer, or to none', async () => {
    for (const id of [certificateHash(bench.root.certificate), new TextEncoder().encode('1234567812345678')]) {
      const certificate = await bent({ sign: (_, message) => ica.signer.sign(id, message) });
      expect(verifyCertificate(certificate, ica.certificate)).toEqual(refused('certificate-signature'));
    }
  });

  it('refuses one turned bit of the signature', () => {
    expect(verifyCertificate(bendSignature(pca), ica.certificate)).toEqual(refused('certificate-signature'));
  });

  it('takes every certificate of the bench', () => {
    expect(verifyCertificate(ica.certificate, bench.root.certificate)).toEqual(checked);
    expect(verifyCertificate(pca, ica.certificate)).toEqual(checked);
  });

  it('takes the derived chain of YD/T 3957: root, PCA, pseudonym', () => {
    const chain = vector<Record<'root_cert' | 'pca_cert' | 'pc_cert', string>>('derived/ccsa-chain-spdu.json');
    const [root, issuer, pseudonym] = [chain.root_cert, chain.pca_cert, chain.pc_cert].map((text) =>
      certificateFromBytes(fromHex(text)),
    ) as [Certificate, Certificate, Certificate];
    expect(verifySelfSigned(root)).toEqual(checked);
    expect(verifyCertificate(issuer, root)).toEqual(checked);
    expect(verifyCertificate(pseudonym, issuer)).toEqual(checked);
    expect(verifyCertificate(pseudonym, root)).toEqual(refused('certificate-issuer'));
  });
});

describe('a certificate that signs itself', () => {
  let bench: Bench;
  let root: Member;
  beforeAll(async () => {
    bench = await authorityBench();
    root = bench.root;
  });
  const bent = (changes: Bent): Promise<Certificate> =>
    recertify(root.certificate, { self: root.signer.sign }, changes);

  it('is refused in another form', async () => {
    const key = { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: OFF_THE_CURVE } } as const;
    for (const changes of [
      { form: { version: 4 } },
      { form: { signature: undefined } },
      { tbs: { verifyKeyIndicator: key } },
    ])
      expect(verifySelfSigned(await bent(changes), never)).toEqual(refused('certificate-form'));
  });

  it('is refused when it names an issuer', () => {
    expect(verifySelfSigned(bench.member('a-ica').certificate, never)).toEqual(refused('certificate-issuer'));
  });

  it('is refused when another key signed it, or a bit is turned', async () => {
    const forged = await bent({ sign: bench.trcla.signer.sign });
    expect(verifySelfSigned(forged)).toEqual(refused('certificate-signature'));
    expect(verifySelfSigned(bendSignature(root.certificate))).toEqual(refused('certificate-signature'));
  });

  it('is refused when the signature is bound to itself as to an issuer', async () => {
    const wrong = await bent({ sign: (_, message) => root.signer.sign(certificateHash(root.certificate), message) });
    expect(verifySelfSigned(wrong)).toEqual(refused('certificate-signature'));
  });

  it('is taken when it carries its own signature', () => {
    expect(verifySelfSigned(root.certificate)).toEqual(checked);
  });

  const { certs } = vector<{ certs: { file: string; hex: string; sm3: string; hashedid8: string }[] }>(
    'ydt/chinese-root-certs.json',
  );
  it.each(certs)('is taken: $file, in service in China', ({ file, hex, sm3, hashedid8 }) => {
    const certificate = certificateFromBytes(fromHex(hex));
    expect(certificate.bytes).toEqual(new Uint8Array(readFileSync(`test/vectors/ydt/${file}`)));
    expect(verifySelfSigned(certificate)).toEqual(checked);
    expect(certificateHash(certificate)).toEqual(fromHex(sm3));
    expect(hashedId8(certificate)).toEqual(fromHex(hashedid8));
    expect(verifySelfSigned(bendSignature(certificate))).toEqual(refused('certificate-signature'));
  });
});
