import { generateKeyPairSync, sign } from 'node:crypto';
import { isRefused, refused } from '#credentials/refusal.js';
import { concat } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { judgeToken, type TokenIssuer, type TokenRules } from './token-proof.js';

const now = Date.UTC(2026, 10, 17, 4);
const seconds = now / 1000;
const text = new TextEncoder();

// The other implementation: OpenSSL signs the tokens of ES256.
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = pair.publicKey.export({ format: 'jwk' });
const [x, y] = [jwk.x, jwk.y].map((part) => new Uint8Array(Buffer.from(part as string, 'base64url'))) as [
  Uint8Array,
  Uint8Array,
];
const sm2Key = newSm2PrivateKey(systemRandom);
const issuers: TokenIssuer[] = [
  {
    issuer: 'https://login.brand-a.example',
    algorithm: 'ES256',
    publicKey: concat(Uint8Array.of(2 + ((y[31] as number) & 1)), x),
  },
  { issuer: 'https://login.brand-b.example', algorithm: 'SM2', publicKey: sm2PublicKey(sm2Key) },
];
const rules: TokenRules = { issuers, audience: 'aaa.a.example', nowMillis: now };

const signers = {
  ES256: (message: Uint8Array) =>
    new Uint8Array(sign('sha256', message, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })),
  SM2: (message: Uint8Array) => sm2Sign(sm2Key, DEFAULT_SM2_ID, message),
};
const right = {
  iss: 'https://login.brand-a.example',
  sub: 'CAR-1',
  aud: 'aaa.a.example',
  exp: seconds + 600,
  iat: seconds,
  jti: 'one',
};
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: object = {}, header: object = {}, by: keyof typeof signers = 'ES256'): string {
  const signed = `${part({ alg: by, typ: 'at+jwt', ...header })}.${part({ ...right, ...claims })}`;
  return `${signed}.${Buffer.from(signers[by](text.encode(signed))).toString('base64url')}`;
}
const judge = (compact: string, parts: Partial<TokenRules> = {}) =>
  judgeToken(text.encode(compact), { ...rules, ...parts });

describe('a token', () => {
  it('EN4 tells a serial, under either algorithm', () => {
    const proven = judge(token());
    expect(proven).toMatchObject({ serial: 'CAR-1', expiresMillis: now + 600_000 });
    expect(judge(token({ iss: issuers[1]?.issuer }, {}, 'SM2'))).toMatchObject({ serial: 'CAR-1' });
    expect(judge(token({ aud: ['somebody', 'aaa.a.example'] }))).toMatchObject({ serial: 'CAR-1' });
  });

  it('has a name of its own by issuer and jti', () => {
    const nameOf = (compact: string, parts?: Partial<TokenRules>): string => {
      const proven = judge(compact, parts);
      if (isRefused(proven)) throw new Error(proven.reason);
      return Buffer.from(proven.tokenHash).toString('hex');
    };
    const other = { ...(issuers[0] as TokenIssuer), issuer: 'https://login.brand-a.exampl' };
    const names = [
      nameOf(token()),
      nameOf(token({ jti: 'two' })),
      nameOf(token({ iss: other.issuer, jti: 'eone' }), { issuers: [other] }),
    ];
    expect(new Set(names).size).toBe(3);
    expect(nameOf(token({ exp: seconds + 500 }))).toBe(names[0]);
  });

  const [head, body, signature] = token().split('.') as [string, string, string];
  it.each<[string, string]>([
    ['nothing', ''],
    ['two parts', `${head}.${body}`],
    ['four parts', `${head}.${body}.${signature}.`],
    ['padding', `${head}.${body}.${signature}==`],
    ['a header that is no JSON', `AAAA.${body}.${signature}`],
    ['claims that are no UTF-8', `${head}._w.${signature}`],
    ['a short signature', `${head}.${body}.${signature.slice(0, -4)}`],
    ['alg none', `${part({ alg: 'none' })}.${body}.`],
    ['an algorithm of symmetric keys', token({}, { alg: 'HS256' })],
    ['something critical', token({}, { crit: ['b64'], b64: false })],
    ['a key of its own', token({}, { jwk })],
    ['no subject', token({ sub: undefined })],
    ['no jti', token({ jti: undefined })],
    ['no end', token({ exp: undefined })],
    ['no beginning', token({ iat: undefined })],
    ['an end that is no number', token({ exp: String(seconds + 600) })],
  ])('is none with %s', (_, compact) => {
    expect(judge(compact)).toEqual(refused('token-malformed'));
  });

  it.each<[string, string, string]>([
    ['an issuer that nobody named', token({ iss: 'https://evil.example' }), 'token-issuer'],
    ['the other algorithm than its issuer’s', token({}, {}, 'SM2'), 'token-issuer'],
    ['the key of another issuer', token({ iss: issuers[1]?.issuer }, { alg: 'SM2' }), 'token-signature'],
    ['other claims', `${head}.${part({ ...right, sub: 'CAR-2' })}.${signature}`, 'token-signature'],
    ['another header', `${part({ alg: 'ES256' })}.${body}.${signature}`, 'token-signature'],
    ['another audience', token({ aud: 'aaa.b.example' }), 'token-audience'],
    ['no audience of ours', token({ aud: [] }), 'token-audience'],
    ['an end that has come', token({ exp: seconds, iat: seconds - 10 }), 'token-not-current'],
    ['a beginning in the future', token({ iat: seconds + 61 }), 'token-not-current'],
    ['a use in the future only', token({ nbf: seconds + 61 }), 'token-not-current'],
    ['too long a life', token({ exp: seconds + 3601 }), 'token-not-current'],
  ])('is refused with %s', (_, compact, reason) => {
    expect(judge(compact)).toEqual(refused(reason));
  });

  it('is good to its last moment', () => {
    const last = { nowMillis: now + 599_999 };
    expect(judge(token(), last)).toMatchObject({ serial: 'CAR-1' });
    expect(judge(token(), { nowMillis: now + 600_000 })).toEqual(refused('token-not-current'));
    expect(judge(token({ iat: seconds + 60, exp: seconds + 3660 }))).toMatchObject({ serial: 'CAR-1' });
  });
});
