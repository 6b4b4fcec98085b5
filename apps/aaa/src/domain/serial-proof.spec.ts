import { hmacSm3 } from '#crypto/sm3.js';
import { proofInputOfHash } from '#edges/aaa-eca/authorise.js';
import { isSerial, provesSerial } from './serial-proof.js';

const secret = Uint8Array.from({ length: 16 }, (_, index) => index + 1);
const requestHash = new Uint8Array(32).fill(9);
const mac = hmacSm3(secret, proofInputOfHash(requestHash));

describe('a proof by serial', () => {
  it('EN4 refuses another secret, another request and a changed proof', () => {
    expect(provesSerial(new Uint8Array(16).fill(2), requestHash, mac)).toBe(false);
    expect(provesSerial(secret, new Uint8Array(32), mac)).toBe(false);
    expect(provesSerial(secret, requestHash, mac.with(0, (mac[0] as number) ^ 1))).toBe(false);
  });

  it('refuses an HMAC without the label', () => {
    expect(provesSerial(secret, requestHash, hmacSm3(secret, requestHash))).toBe(false);
  });

  it('refuses every proof of an unknown serial, also one under the key that stands in', () => {
    expect(provesSerial(undefined, requestHash, hmacSm3(new Uint8Array(16), proofInputOfHash(requestHash)))).toBe(
      false,
    );
  });

  it('accepts the right one', () => {
    expect(provesSerial(secret, requestHash, mac)).toBe(true);
  });
});

describe('a serial', () => {
  it.each(['', '-1', 'a b', 'a/b', 'ä', 'x'.repeat(65), 'a\n', '..'])('refuses %j', (serial) => {
    expect(isSerial(serial)).toBe(false);
  });

  it.each(['A-0001', '0', 'LSVAA4187E2123456', 'x'.repeat(64), 'a.b_c-d'])('accepts %j', (serial) => {
    expect(isSerial(serial)).toBe(true);
  });
});
