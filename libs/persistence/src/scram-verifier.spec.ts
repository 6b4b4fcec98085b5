import { scramVerifier } from './scram-verifier.js';

describe('a SCRAM-SHA-256 verifier', () => {
  it.each(['', 'pass word', 'pässword', 'tab\t'])('refuses the password %j', (password) => {
    expect(() => scramVerifier(password, new Uint8Array(16))).toThrow(/printable ASCII/);
  });

  // The server accepts it: test/integration/persistence/instance-database.spec.ts logs in by it.
  it('has the form that PostgreSQL stores, and depends on salt and password', () => {
    const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
    const verifier = scramVerifier('pencil', salt);
    expect(verifier).toMatch(/^SCRAM-SHA-256\$4096:AAECAwQFBgcICQoLDA0ODw==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/);
    expect(verifier).toBe(scramVerifier('pencil', salt));
    expect(verifier).not.toBe(scramVerifier('pencil!', salt));
    expect(verifier).not.toContain('pencil');
  });
});
