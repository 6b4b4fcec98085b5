import { cryptoOperations } from './crypto-operations.js';

const operations = cryptoOperations();

describe('the operations that are measured', () => {
  it('are these', () => {
    expect(operations.map(({ op }) => op)).toEqual([
      'sm2.sign',
      'sm2.verify',
      'sm2.verifyKnownKey',
      'sm2.verifyKnownKey256',
      'sm2.basePoint',
      'sm2.basePointBatch20',
      'sm2.basePointBatch1024',
      'sm2.addBaseEach256',
      'sm2.point',
      'sm2.encrypt',
      'sm2.wrap256',
      'sm2.decrypt',
      'sm3.200B',
      'sm3.1MB',
      'sm4.block',
      'sm4.ccm.200B',
      'butterfly.expand',
      'butterfly.expand8',
      'linkage.crlExpand',
    ]);
  });

  // An encryption is new each time; the others make the same of the same, so that the same work is compared.
  it.each(operations.filter(({ op, peers }) => op !== 'sm2.encrypt' && Object.keys(peers).length > 0))(
    '$op: the peers come to the same result',
    ({ ours, peers }) => {
      const result = JSON.stringify(ours(), plainBytes);
      for (const peer of Object.values(peers)) expect(JSON.stringify(peer(), plainBytes)).toBe(result);
    },
  );

  it('verify a good signature', () => {
    const verifications = operations.filter(({ op }) => op.startsWith('sm2.verify'));
    expect(verifications.map(({ ours }) => ours())).toEqual([true, true, true]);
  });
});

/** Buffers and arrays of bytes alike. */
function plainBytes(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const plain = this[key];
  return plain instanceof Uint8Array ? Array.from(plain) : value;
}
