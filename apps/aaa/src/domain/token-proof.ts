/**
 * Proof of birth by an OAuth access token (YD/T 3957-2021 annex B): a JWS in compact form (RFC 7515, RFC 9068) by an issuer that
 * the operator named, for this AAA, for a short time. Its subject is a serial that is registered here. The token alone is the
 * proof, so it is good for one key only (`used_token`), and the request that carries it is sealed to the ECA.
 */
import { z } from 'zod';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { ecdsaVerify, sha256 } from '#crypto/p256.js';
import { DEFAULT_SM2_ID, sm2Verify } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { refuse, type TokenRefusal } from './refusal.js';

/** `SM2` stands for SM2 with SM3 under the default ID; no register has a name for it yet. */
export const TOKEN_ALGORITHMS = ['ES256', 'SM2'] as const;

export interface TokenIssuer {
  /** The claim `iss`. */
  readonly issuer: string;
  /** The one algorithm of its key: what the token's header says is compared with it, never followed. */
  readonly algorithm: (typeof TOKEN_ALGORITHMS)[number];
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
}

export interface TokenRules {
  readonly issuers: readonly TokenIssuer[];
  /** The claim `aud`: this AAA. */
  readonly audience: string;
  readonly nowMillis: number;
}

export interface ProvenToken {
  /** SM3 over issuer and `jti`, 32 bytes: the name of this token. */
  readonly tokenHash: Uint8Array;
  readonly serial: string;
  readonly expiresMillis: number;
}

/** A token is made for one enrolment. */
const LONGEST_LIFE_SECONDS = 3600;
const SKEW_SECONDS = 60;
const text = new TextEncoder();

// RFC 7515 4.1.11: whoever does not understand what `crit` names refuses; so every other member is refused here.
const Header = z.strictObject({
  alg: z.enum(TOKEN_ALGORITHMS),
  typ: z.string().optional(),
  kid: z.string().optional(),
});
const seconds = z.number().min(0).max(1e12);
const Claims = z.object({
  iss: z.string().min(1),
  sub: z.string().min(1).max(64),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: seconds,
  iat: seconds,
  nbf: seconds.optional(),
  jti: z.string().min(1).max(255),
});
type Claims = z.infer<typeof Claims>;

/** Who a token (compact JWS, ASCII) speaks of. Says nothing of whether it was used before. */
export function judgeToken(token: Uint8Array, rules: TokenRules): ProvenToken | Refused<TokenRefusal> {
  const parts = Buffer.from(token).toString('latin1').split('.');
  const [header, claims] = [objectIn(parts[0], Header), objectIn(parts[1], Claims)];
  const signature = bytesIn(parts[2]);
  if (parts.length !== 3 || header === undefined || claims === undefined || signature?.length !== 64)
    return refuse('token-malformed');
  const issuer = rules.issuers.find((one) => one.issuer === claims.iss);
  if (issuer?.algorithm !== header.alg) return refuse('token-issuer');
  if (!isSigned(issuer, text.encode(`${parts[0] ?? ''}.${parts[1] ?? ''}`), signature))
    return refuse('token-signature');
  const wrong = judgeClaims(claims, rules);
  if (isRefused(wrong)) return wrong;
  // The length keeps issuer and jti apart.
  const tokenHash = sm3(text.encode(`${String(claims.iss.length)} ${claims.iss}${claims.jti}`));
  return { tokenHash, serial: claims.sub, expiresMillis: claims.exp * 1000 };
}

function judgeClaims(
  { aud, exp, iat, nbf = iat }: Claims,
  { audience, nowMillis }: TokenRules,
): Refused<'token-audience' | 'token-not-current'> | undefined {
  if (aud !== audience && !(Array.isArray(aud) && aud.includes(audience))) return refuse('token-audience');
  const now = nowMillis / 1000;
  const isCurrent = iat <= now + SKEW_SECONDS && nbf <= now + SKEW_SECONDS && now < exp;
  return isCurrent && exp - iat <= LONGEST_LIFE_SECONDS ? undefined : refuse('token-not-current');
}

const isSigned = ({ algorithm, publicKey }: TokenIssuer, message: Uint8Array, signature: Uint8Array): boolean =>
  algorithm === 'SM2'
    ? sm2Verify(publicKey, DEFAULT_SM2_ID, message, signature)
    : ecdsaVerify(publicKey, sha256(message), signature);

/** RFC 7515 2: base64url without padding; one spelling only. */
function bytesIn(part: string | undefined): Uint8Array | undefined {
  const bytes = part === undefined ? undefined : Buffer.from(part, 'base64url');
  return bytes?.toString('base64url') === part && bytes !== undefined ? new Uint8Array(bytes) : undefined;
}

function objectIn<T>(part: string | undefined, schema: z.ZodType<T>): T | undefined {
  const bytes = bytesIn(part);
  if (bytes === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data;
  } catch {
    // Bytes from outside that are no JSON: the caller refuses the token.
    return undefined;
  }
}
