import { refused } from '#credentials/refusal.js';
import { newP256PrivateKey } from '#crypto/p256.js';
import { systemRandom } from '#crypto/random.js';
import { intermediate, KEY_USAGE_BITS, makeCrl, x509With } from '../../../../test/support/x509-issuer.js';
import { readX509, type X509 } from './x509-certificate.js';
import { revokedByCrl } from './x509-crl.js';
import { x509Id } from './x509-path.js';

const now = Date.UTC(2026, 10, 17, 4);
const read = (der: Uint8Array): X509 => readX509(der) as X509;
const root = intermediate(now, 'self');
const device = x509With(now, root, {});
const current = { thisUpdateMillis: now - 1000, nextUpdateMillis: now + 86_400_000, revoked: [device.certificate] };
const revoked = (crl: Uint8Array, issuer = root) => revokedByCrl(crl, read(issuer.certificate), now);

describe('the CRL of a manufacturer', () => {
  it('refuses bytes that are none, and trailing ones', () => {
    expect(revoked(new Uint8Array(7))).toEqual(refused('crl-malformed'));
    expect(revoked(new Uint8Array([...makeCrl(root, current), 0]))).toEqual(refused('crl-malformed'));
  });

  it('refuses entries that may be of another issuer', () => {
    expect(revoked(makeCrl(root, { ...current, withCriticalEntries: true }))).toEqual(refused('crl-malformed'));
  });

  it('refuses the CRL of another issuer', () => {
    const other = intermediate(now, 'self', { commonName: 'another' });
    expect(revoked(makeCrl(other, current))).toEqual(refused('crl-issuer-unknown'));
  });

  it('refuses a CA that may not sign CRLs', () => {
    const mute = intermediate(now, 'self', { keyUsage: KEY_USAGE_BITS.keyCertSign });
    expect(revoked(makeCrl(mute, current), mute)).toEqual(refused('crl-issuer-unknown'));
  });

  it.each([
    ['of tomorrow', { thisUpdateMillis: now + 1000 }],
    ['of yesterday', { nextUpdateMillis: now - 1000 }],
  ])('refuses one %s', (_, parts) => {
    expect(revoked(makeCrl(root, { ...current, ...parts }))).toEqual(refused('crl-not-current'));
  });

  it('refuses one without an end', () => {
    expect(revoked(makeCrl(root, { thisUpdateMillis: now - 1000, revoked: [] }))).toEqual(refused('crl-not-current'));
  });

  it('refuses one that another key signed', () => {
    const crl = makeCrl(root, { ...current, signedWith: { privateKey: newP256PrivateKey(systemRandom) } });
    expect(revoked(crl)).toEqual(refused('crl-signature'));
  });

  it('names what it revokes, as the path does', () => {
    const id = x509Id(read(root.certificate).keyHash, read(device.certificate).serialNumber);
    expect(revoked(makeCrl(root, current))).toEqual([id]);
    expect(revoked(makeCrl(root, { ...current, revoked: [] }))).toEqual([]);
  });
});
