import { readFileSync } from 'node:fs';
import { decode, encode } from '#coer/codec.js';
import { Certificate, CertificateBase, ToBeSignedCertificate, V2XSecData } from './secured-data.js';

const chain = JSON.parse(readFileSync('test/vectors/derived/ccsa-chain-spdu.json', 'utf8')) as Record<string, string>;
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('real Chinese certificates and a whole chain', () => {
  it.each([
    ['CAICT TRCLA', readFileSync('test/vectors/ydt/caict-trcla.coer')],
    ['CATARC root', readFileSync('test/vectors/ydt/catarc-root.coer')],
    ['root', fromHex(chain['root_cert'] as string)],
    ['PCA', fromHex(chain['pca_cert'] as string)],
  ])('%s decodes and re-encodes to the same bytes', (_, bytes) => {
    const { value } = decode(Certificate, new Uint8Array(bytes));
    const rebuilt = {
      ...value,
      toBeSigned: { value: value.toBeSigned.value, bytes: encode(ToBeSignedCertificate, value.toBeSigned.value) },
    };
    expect(encode(CertificateBase, rebuilt)).toEqual(new Uint8Array(bytes));
  });
  it('prints what is in there', () => {
    console.log(Object.keys(chain));
    expect(V2XSecData.name).toBe('V2XSecData');
  });
});
