import { sha384 } from './sha384.js';

describe('SHA-384', () => {
  const ABC = 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7';

  it('gives the example of FIPS 180-4, in one part or in several', () => {
    const bytes = new TextEncoder().encode('abc');
    expect(Buffer.from(sha384(bytes)).toString('hex')).toBe(ABC);
    expect(Buffer.from(sha384(bytes.subarray(0, 1), bytes.subarray(1))).toString('hex')).toBe(ABC);
  });
});
