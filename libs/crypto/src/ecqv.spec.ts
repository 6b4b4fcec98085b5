import { cocoonPrivateKey, expansionScalar } from './butterfly.js';
import { bytes32, concat, fromHex, hex } from './bytes.js';
import {
  implicitCertificateDigest,
  reconstructionPrivateValue,
  reconstructionValue,
  reconstructPrivateKey,
  reconstructPublicKey,
} from './ecqv.js';
import { sm2CompressPoint } from './sm2.js';
import { sm2Implementations, smSuiteOver } from './sm2.fixture.js';
import { nistSuite } from './suite.js';
import { campVectors, jsonVectors, valueOf } from './vectors.fixture.js';

const { vectors } = jsonVectors<{
  vectors: ({ n: number; i: number; j: number } & Record<
    | 'exp_key'
    | 'seed_priv'
    | 'recon_priv'
    | 'cert'
    | 'issuer_hash'
    | 'issuer_pub'
    | 'priv'
    | 'pub'
    | 'derived_f'
    | 'derived_cocoon_priv_b'
    | 'derived_e',
    string
  >)[];
}>('kisa/implicit-butterfly-p256.json');

/** Version, type and issuer of an implicit certificate take 12 bytes; its last 33 are the point with its tag 82 or 83. */
function parts(certificate: Uint8Array): { tbs: Uint8Array; value: Uint8Array } {
  const point = certificate.slice(-33);
  point[0]! -= 0x80;
  return { tbs: certificate.subarray(12), value: point };
}

const smSuites = sm2Implementations.map(smSuiteOver);

describe.each(smSuites)('implicit certificates, suite $by', (suite) => {
  const [zero, one] = [bytes32(0n), bytes32(1n)];
  it('refuses scalars out of range, a key of zero and a key at infinity', () => {
    const last = bytes32(suite.order - 1n);
    expect(() => implicitCertificateDigest(suite, one, one.subarray(1))).toThrow('issuerCertificateHash: ');
    expect(() => reconstructionPrivateValue(suite, zero, one, one)).toThrow('e: ');
    expect(() => reconstructionPrivateValue(suite, one, zero, one)).toThrow('k: ');
    expect(() => reconstructionPrivateValue(suite, one, one, zero)).toThrow('issuerPrivate: ');
    expect(() => reconstructPrivateKey(suite, one, zero, one)).toThrow('requestPrivate: ');
    expect(() => reconstructPrivateKey(suite, one, one, bytes32(suite.order))).toThrow('r: ');
    expect(() => reconstructPrivateKey(suite, one, one, last)).toThrow('r: the private key is zero');
    expect(() => reconstructionValue(suite, suite.publicKey(one), last)).toThrow('the point at infinity');
    expect(() => reconstructPublicKey(suite, one, suite.publicKey(one), suite.publicKey(last))).toThrow('infinity');
    expect(reconstructionPrivateValue(suite, one, one, last)).toEqual(zero);
    expect(reconstructPrivateKey(suite, one, one, zero)).toEqual(one);
  });
});

describe.each(vectors)('KISA implicit butterfly certificate $n', (v) => {
  const { tbs, value } = parts(fromHex(v.cert));
  const e = implicitCertificateDigest(nistSuite, tbs, fromHex(v.issuer_hash));
  const b = cocoonPrivateKey(nistSuite, fromHex(v.seed_priv), fromHex(v.exp_key), 'signing', v.i, v.j);

  it('gives f, b, e and the private key', () => {
    expect(hex(expansionScalar(nistSuite, fromHex(v.exp_key), 'signing', v.i, v.j))).toBe(v.derived_f);
    expect(hex(b)).toBe(v.derived_cocoon_priv_b);
    expect(hex(e)).toBe(v.derived_e);
    expect(hex(reconstructPrivateKey(nistSuite, e, b, fromHex(v.recon_priv)))).toBe(v.priv.toLowerCase());
  });

  it('gives the public key of that private key from the certificate', () => {
    const publicKey = reconstructPublicKey(nistSuite, e, value, fromHex(v.issuer_pub));
    expect(hex(publicKey)).toBe(hex(nistSuite.publicKey(fromHex(v.priv))));
    if (v.pub !== '') expect(v.pub.toLowerCase().slice(2, 66)).toBe(hex(publicKey).slice(2));
  });
});

describe.each(smSuites)('derived/ecqv-sm2.json, suite $by', (smSuite) => {
  const v =
    jsonVectors<
      Record<
        | 'd_ca'
        | 'Q_ca'
        | 'k_u'
        | 'R_u'
        | 'k_ca_ephemeral'
        | 'P_u'
        | 'tbs_hex'
        | 'issuer_cert_hash'
        | 'e'
        | 'r'
        | 'd_u'
        | 'Q_u',
        string
      >
    >('derived/ecqv-sm2.json');
  it('gives every step from the request to both keys', () => {
    const [dCa, ku, k] = [fromHex(v.d_ca), fromHex(v.k_u), fromHex(v.k_ca_ephemeral)];
    expect(hex(smSuite.publicKey(dCa))).toBe(v.Q_ca);
    expect(hex(smSuite.publicKey(ku))).toBe(v.R_u);
    expect(hex(reconstructionValue(smSuite, fromHex(v.R_u), k))).toBe(v.P_u);
    const e = implicitCertificateDigest(smSuite, fromHex(v.tbs_hex), fromHex(v.issuer_cert_hash));
    expect(hex(e)).toBe(v.e);
    const r = reconstructionPrivateValue(smSuite, e, k, dCa);
    expect(hex(r)).toBe(v.r);
    expect(hex(reconstructPrivateKey(smSuite, e, ku, r))).toBe(v.d_u);
    expect(hex(reconstructPublicKey(smSuite, e, fromHex(v.P_u), fromHex(v.Q_ca)))).toBe(v.Q_u);
    expect(hex(smSuite.publicKey(fromHex(v.d_u)))).toBe(v.Q_u);
  });
  it('keeps SM2 and P-256 points apart', () => {
    const foreign = nistSuite.publicKey(fromHex(v.d_u));
    expect(() => sm2CompressPoint(foreign.subarray(1), foreign.subarray(1))).toThrow('not a point of the curve');
  });
});

describe('CAMP implicit.txt, the SEC 4 form that V2X does not use', () => {
  it.each(campVectors('implicit.txt').map((v, n) => [n + 1, v] as const))(
    'gives the point P_U of vector %d, but neither its r nor its keys',
    (_, v) => {
      const value = reconstructionValue(nistSuite, nistSuite.publicKey(valueOf(v, 'kU')), valueOf(v, 'k'));
      expect(hex(value.subarray(1))).toBe(hex(valueOf(v, 'PUx')));
      const tbs = valueOf(v, 'tbsCert');
      expect(hex(concat(tbs, value))).toBe(hex(valueOf(v, 'CertU')));
      const issuerKey = nistSuite.publicKey(valueOf(v, 'dCA'));
      // Whatever stands for the certificate and its issuer, the values of SEC 4 must not come out.
      for (const encoded of [tbs, concat(tbs, value)]) {
        for (const issuerHash of [nistSuite.hash(), nistSuite.hash(issuerKey), bytes32(0n)]) {
          const e = implicitCertificateDigest(nistSuite, encoded, issuerHash);
          const r = reconstructionPrivateValue(nistSuite, e, valueOf(v, 'k'), valueOf(v, 'dCA'));
          const d = reconstructPrivateKey(nistSuite, e, valueOf(v, 'kU'), r);
          expect(hex(r)).not.toBe(hex(valueOf(v, 'r')));
          expect(hex(d)).not.toBe(hex(valueOf(v, 'dU')));
          const q = reconstructPublicKey(nistSuite, e, value, issuerKey);
          expect(hex(q)).toBe(hex(nistSuite.publicKey(d)));
          expect(hex(q.subarray(1))).not.toBe(hex(valueOf(v, 'QUx')));
        }
      }
    },
  );
});
