/** Both implementations and the openssl command line understand each other, under the same ID. Skipped where there is none. */
import { execFileSync } from 'node:child_process';
import { verify as nodeVerify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, fromHex, hex, integerOf } from './bytes.js';
import { randomScalar, scalar, sm2Implementations, tagged, text } from './sm2.fixture.js';

/** DER of one number of 32 bytes. */
function derInteger(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < 31 && bytes[at] === 0) at++;
  const body = bytes.subarray(at);
  const padded = (body[0] as number) > 127 ? concat(Uint8Array.of(0), body) : body;
  return concat(Uint8Array.of(2, padded.length), padded);
}
function derSequence(...parts: Uint8Array[]): Uint8Array {
  const body = concat(...parts);
  return concat(body.length < 128 ? Uint8Array.of(0x30, body.length) : Uint8Array.of(0x30, 0x81, body.length), body);
}
const derOctets = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(4, bytes.length), bytes);
const derSignature = (signature: Uint8Array): Uint8Array =>
  derSequence(derInteger(signature.subarray(0, 32)), derInteger(signature.subarray(32)));

/** The values of a sequence of short INTEGERs and OCTET STRINGs; numbers as 32 bytes. */
function valuesOf(der: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let at = der[1] === 0x81 ? 3 : 2; at < der.length;) {
    const [tag, length] = [der[at], der[at + 1] as number];
    const value = der.subarray(at + 2, at + 2 + length);
    values.push(tag === 2 ? scalar(integerOf(value)) : value);
    at += 2 + length;
  }
  return values;
}

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
/** SubjectPublicKeyInfo with id-ecPublicKey and sm2p256v1. */
const publicKeyInfo = (xy: Uint8Array): Uint8Array =>
  concat(fromHex('3059301306072a8648ce3d020106082a811ccf5501822d03420004'), xy);
/** ECPrivateKey of RFC 5915 with its public key. */
const privateKeyInfo = (d: Uint8Array, xy: Uint8Array): Uint8Array =>
  derSequence(fromHex('020101'), derOctets(d), fromHex('a00a06082a811ccf5501822da14403420004'), xy);

/** Whether an openssl that can SM2 with an ID is on the path. */
function hasOpenSsl(): boolean {
  try {
    return /^OpenSSL [3-9]/.test(execFileSync('openssl', ['version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}
const itOpenSsl = hasOpenSsl() ? it : it.skip;

describe.each(sm2Implementations)('SM2 by $name and openssl', ({ sm2 }) => {
  const d = randomScalar();
  const publicKey = sm2.sm2PublicKey(scalar(d));
  const { x, y } = sm2.sm2DecompressPoint(publicKey);
  const message = text('message digest');
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chrysalis-sm2-'));
    writeFileSync(join(folder, 'public.pem'), pem('PUBLIC KEY', publicKeyInfo(concat(x, y))));
    writeFileSync(join(folder, 'private.pem'), pem('EC PRIVATE KEY', privateKeyInfo(scalar(d), concat(x, y))));
    writeFileSync(join(folder, 'message'), message);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What openssl pkeyutl says, whether it succeeds or not. */
  function pkeyutl(options: string): string {
    try {
      return execFileSync('openssl', ['pkeyutl', ...options.split(' ')], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (failure) {
      return String((failure as { stdout?: string }).stdout);
    }
  }
  const SIGNED = '-in message -rawin -digest sm3';
  const ids = [text('1234567812345678'), new Uint8Array(32).fill(0xa7), Uint8Array.of(0)];

  itOpenSsl(
    'signs what openssl verifies under the same ID and no other',
    () => {
      for (const id of ids) {
        for (let n = 0; n < 5; n++) {
          writeFileSync(join(folder, 'message'), concat(message, Uint8Array.of(n)));
          const signature = sm2.sm2SignerFor(scalar(d))(id, concat(message, Uint8Array.of(n)));
          writeFileSync(join(folder, 'signature'), derSignature(signature));
          const verify = (distId: string): string =>
            pkeyutl(`-verify -pubin -inkey public.pem ${SIGNED} -sigfile signature -pkeyopt hexdistid:${distId}`);
          expect(verify(hex(id))).toContain('Successfully');
          expect(verify('31323334353637383132333435363739')).toContain('Failure');
        }
      }
    },
    60_000,
  );

  itOpenSsl(
    'verifies what openssl signs, under the same ID and no other',
    () => {
      let met = 0;
      for (const id of ids) {
        for (let n = 0; n < 5; n++) {
          const signed = concat(message, Uint8Array.of(n));
          writeFileSync(join(folder, 'message'), signed);
          pkeyutl(`-sign -inkey private.pem ${SIGNED} -out signature -pkeyopt hexdistid:${hex(id)}`);
          const signature = concat(...valuesOf(new Uint8Array(readFileSync(join(folder, 'signature')))));
          expect(sm2.sm2Verify(publicKey, id, signed, signature)).toBe(true);
          expect(sm2.sm2VerifierFor(publicKey)(id, signed, signature)).toBe(true);
          expect(sm2.sm2Verify(publicKey, text('1234567812345679'), signed, signature)).toBe(false);
          expect(sm2.sm2Verify(publicKey, id, message, signature)).toBe(false);
          met++;
        }
      }
      expect(met).toBe(15);
    },
    60_000,
  );

  itOpenSsl(
    'encrypts what openssl decrypts, and decrypts what openssl encrypts',
    () => {
      for (const length of [16, 20, 33]) {
        const plain = new Uint8Array(length).fill(length);
        let sealed = sm2.sm2EncryptUnsafe(publicKey, plain, scalar(randomScalar()));
        while (sealed === undefined) sealed = sm2.sm2EncryptUnsafe(publicKey, plain, scalar(randomScalar()));
        const c1 = sm2.sm2DecompressPoint(sealed.v);
        const der = derSequence(derInteger(c1.x), derInteger(c1.y), derOctets(sealed.t), derOctets(sealed.c));
        writeFileSync(join(folder, 'sealed'), der);
        pkeyutl('-decrypt -inkey private.pem -in sealed -out opened');
        expect(new Uint8Array(readFileSync(join(folder, 'opened')))).toEqual(plain);

        writeFileSync(join(folder, 'plain'), plain);
        pkeyutl('-encrypt -pubin -inkey public.pem -in plain -out theirs');
        const [px, py, t, c] = valuesOf(new Uint8Array(readFileSync(join(folder, 'theirs')))) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const v = tagged(2 + ((py[31] as number) & 1), integerOf(px));
        expect(sm2.sm2Decrypt(scalar(d), { v, c, t })).toEqual(plain);
      }
    },
    60_000,
  );

  it("signs what Node's SM2 verifies, which knows the empty ID only", () => {
    const made = sm2.sm2SignerFor(scalar(d))(new Uint8Array(0), message);
    const key = { key: Buffer.from(publicKeyInfo(concat(x, y))), format: 'der', type: 'spki' } as const;
    expect(nodeVerify('sm3', message, key, derSignature(made))).toBe(true);
    expect(nodeVerify('sm3', text('other'), key, derSignature(made))).toBe(false);
  });
});
