import { verify, X509Certificate } from 'node:crypto';
import { systemRandom } from '#crypto/random.js';
import { proofInput } from '#edges/ee-eca/enrolment.js';
import { makeDeviceCertificate, makeIssuer, provesByX509 } from './x509-birth.js';

const now = Date.UTC(2026, 10, 17, 4);
const life = { notBeforeMillis: now - 86_400_000, notAfterMillis: now + 86_400_000 };
const issuer = makeIssuer({ name: 'Brand B root', ...life }, systemRandom);
const device = makeDeviceCertificate(issuer, { name: 'car 7', ...life }, systemRandom);

describe('the X.509 birth of a device, as another implementation reads it', () => {
  const [ca, leaf] = [new X509Certificate(issuer.certificate), new X509Certificate(device.certificate)];

  it('is a CA that signed itself, and a device that is none', () => {
    expect([ca.ca, ca.verify(ca.publicKey), ca.subject]).toEqual([true, true, 'CN=Brand B root']);
    expect([leaf.ca, leaf.verify(leaf.publicKey), leaf.verify(ca.publicKey)]).toEqual([false, false, true]);
    expect([leaf.issuer, leaf.subject]).toEqual(['CN=Brand B root', 'CN=car 7']);
    expect(leaf.checkIssued(ca)).toBe(true);
  });

  it('lives as long as it was told, in years of two digits and of four', () => {
    expect(Date.parse(leaf.validFrom)).toBe(life.notBeforeMillis);
    const late = { ...life, notAfterMillis: Date.UTC(2060, 0, 1) };
    const old = makeDeviceCertificate(issuer, { name: 'car 8', ...late }, systemRandom);
    expect(Date.parse(new X509Certificate(old.certificate).validTo)).toBe(late.notAfterMillis);
  });

  it('proves a request by a signature that verifies over the label and the hash', async () => {
    const request = Uint8Array.of(1, 2, 3);
    const proof = await provesByX509(device, [issuer.certificate])(request);
    if (proof.kind !== 'x509') throw new Error('another proof');
    expect(proof.value.chain).toEqual([device.certificate, issuer.certificate]);
    const key = { key: leaf.publicKey, dsaEncoding: 'ieee-p1363' } as const;
    expect(verify('sha256', proofInput(request), key, proof.value.signature)).toBe(true);
    expect(verify('sha256', proofInput(Uint8Array.of(1)), key, proof.value.signature)).toBe(false);
  });
});
