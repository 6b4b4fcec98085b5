import { systemRandom } from '#crypto/random.js';
import { hex } from '#crypto/bytes.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { accountOf, proveAccount, type Signed } from './account-proof.js';

describe('the proof of an account', () => {
  const privateKey = newSm2PrivateKey(systemRandom);
  const publicKey = sm2PublicKey(privateKey);
  const sign = sm2SignerFor(privateKey, publicKey);
  const holder = { publicKey, sign: (id: Uint8Array, message: Uint8Array) => Promise.resolve(sign(id, message)) };
  const asked: Signed = { method: 'POST', path: '/x?y=1', body: { a: 1, b: ['z'] } };
  const NOW = 1_800_000_000_000;

  it('names the account that asks just this, for a minute to either side', async () => {
    const header = await proveAccount(holder, asked, NOW);
    for (const at of [NOW, NOW + 60_000, NOW - 60_000]) expect(accountOf(header, asked, at)).toBe(hex(publicKey));
    for (const at of [NOW + 60_001, NOW - 60_001]) expect(accountOf(header, asked, at)).toBeUndefined();
  });

  it.each<[string, Partial<Signed>]>([
    ['method', { method: 'GET' }],
    ['path', { path: '/x?y=2' }],
    ['body', { body: { a: 1, b: ['y'] } }],
    ['body, which is gone', { body: undefined }],
  ])('names nobody for another %s', async (_, change) => {
    expect(accountOf(await proveAccount(holder, asked, NOW), { ...asked, ...change }, NOW)).toBeUndefined();
  });

  it('names nobody for another time, key or form', async () => {
    const header = await proveAccount(holder, asked, NOW);
    const other = hex(sm2PublicKey(newSm2PrivateKey(systemRandom)));
    const bent = [
      header.replace(String(NOW), String(NOW + 1)),
      header.replace(hex(publicKey), other),
      `${header}0`,
      '',
    ];
    for (const one of [...bent, undefined]) expect(accountOf(one, asked, NOW)).toBeUndefined();
  });
});
