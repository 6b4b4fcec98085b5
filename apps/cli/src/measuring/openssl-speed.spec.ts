import { readOpensslSpeed } from './openssl-speed.js';

const output = `version: 3.0.19
options: bn(64,64)
                              sign    verify    sign/s verify/s
 256 bits ecdsa (nistp256)   0.0000s   0.0001s  51730.5  16741.4
                              sign    verify    sign/s verify/s
 256 bits SM2 (CurveSM2)   0.0004s   0.0003s   2851.5   3359.6
`;

describe('the table of openssl speed', () => {
  it('has signatures and verifications a second of both curves', () => {
    expect(readOpensslSpeed(output)).toEqual({
      sm2: { sign: 2851.5, verify: 3359.6 },
      p256: { sign: 51730.5, verify: 16741.4 },
    });
  });
  it('has nothing of a curve that it does not name', () => {
    const withoutSm2 = output.replace('CurveSM2', 'other');
    expect(readOpensslSpeed(withoutSm2)).toMatchObject({ sm2: undefined, p256: { sign: 51730.5 } });
    expect(readOpensslSpeed('speed: Unknown algorithm sm2')).toEqual({ sm2: undefined, p256: undefined });
  });
});
