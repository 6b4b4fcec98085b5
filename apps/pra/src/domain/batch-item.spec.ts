import { decode, encode } from '#coer/codec.js';
import { sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import { pooledItem, TEST_FRAME, TEST_PERIOD, testItem } from './answers.fixture.js';
import { batchItem, batchItemWriter, pooledOf } from './batch-item.js';

describe('a single item for the PCA', () => {
  it('carries both sealed values, the cocoon keys and dummies where the PCA decides', () => {
    const pooled = pooledItem();
    const request = decode(RaAcaCertRequest, testItem(pooled));
    expect(request.linkageInfo?.laId).toEqual(Uint8Array.of(0, 1));
    expect(request.secondLinkageInfo?.laId).toEqual(Uint8Array.of(0, 2));
    expect(sm2EncryptionPoint(request.certEncKey)).toEqual(pooled.encryptionKey);
    const { id, cracaId, crlSeries, verifyKeyIndicator } = request.tbsCert;
    expect(id).toEqual({
      kind: 'linkageData',
      value: { iCert: TEST_PERIOD, 'linkage-value': new Uint8Array(9) },
    });
    expect([cracaId, crlSeries]).toEqual([new Uint8Array(3), 0]);
    const key = verifyKeyIndicator.value as { value: Parameters<typeof compressedOf>[0] };
    expect(compressedOf(key.value)).toEqual(pooled.signingKey);
  });

  it('carries one sealed value where there is one LA, with nothing in the place of another, and gives it back', () => {
    const pooled = { ...pooledItem(), plv2: undefined };
    const item = testItem(pooled);
    const request = decode(RaAcaCertRequest, item);
    expect(request.linkageInfo?.laId).toEqual(Uint8Array.of(0, 1));
    expect(request).not.toHaveProperty('secondLinkageInfo');
    const { secondLinkageInfo: _, ...standard } = decode(RaAcaCertRequest, testItem(pooledItem()));
    expect(Object.keys(request)).toEqual(Object.keys(standard));
    // Without additions the preamble has no extension bit.
    expect([(item[0] as number) & 0x80, (testItem(pooledItem())[0] as number) & 0x80]).toEqual([0, 0x80]);
    expect(pooledOf(item)).toEqual(pooled);
  });

  it('PV2 differs from another of its batch in keys and sealed values alone, and is as long', () => {
    const [one, other] = [testItem(pooledItem()), testItem(pooledItem())];
    expect(one.length).toBe(other.length);
    const strip = (bytes: Uint8Array) => {
      const { linkageInfo, secondLinkageInfo, certEncKey, tbsCert, ...rest } = decode(RaAcaCertRequest, bytes);
      const { verifyKeyIndicator, ...common } = tbsCert;
      void [linkageInfo, secondLinkageInfo, certEncKey, verifyKeyIndicator];
      return { ...rest, common };
    };
    expect(strip(one)).toEqual(strip(other));
  });

  it('is the same, written in full or like the one before it, for values of any length and of one LA too', () => {
    const write = batchItemWriter(TEST_FRAME);
    const met = { all: 0, lengths: new Set<number>() };
    for (let run = 0; run < 60; run++) {
      const { plv2, ...pooled } = pooledItem(run % 7 === 5 ? 40 : 21);
      const item = { ...pooled, plv2: run % 10 > 7 ? undefined : plv2 };
      const written = write(item);
      expect(Buffer.compare(written, batchItem(item, TEST_FRAME))).toBe(0);
      expect(pooledOf(written)).toEqual(item);
      met.all++;
      met.lengths.add(written.length);
    }
    expect([met.all, met.lengths.size]).toEqual([60, 4]);
  });

  it('gives back what was put into it, and nothing for what is not one of ours', () => {
    for (let run = 0; run < 20; run++) {
      const pooled = pooledItem();
      expect(pooledOf(testItem(pooled))).toEqual(pooled);
    }
    const request = decode(RaAcaCertRequest, testItem(pooledItem()));
    expect(() => pooledOf(encode(RaAcaCertRequest, { ...request, linkageInfo: undefined }))).toThrow(TypeError);
    expect(() => pooledOf(encode(RaAcaCertRequest, { ...request, certEncKey: undefined }))).toThrow(TypeError);
  });
});
