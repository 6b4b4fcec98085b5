import fc from 'fast-check';
import { encode, tryDecode, type Codec } from '#coer/codec.js';
import { Certificate, V2XSecData } from '#wire/secured-data.js';
import { explain } from './explain.js';
import { asked, crlBy, crlContents, house, poolOf, signedBy, type Family } from './house.fixture.js';
import { subjectOf } from './subject.js';

const families: Family[] = ['sm2', 'p256'];

/** r of ECDSA may be written as a point: `80 80 r s` and `80 82 r s` are the same signature. */
const isFormOfR = (bytes: Uint8Array, at: number): boolean =>
  (at & 7) === 1 && bytes[at >> 3] === 0x80 && bytes[(at >> 3) - 1] === 0x80;

/** But for the form of r there is no bit that decides nothing: each makes a step fail, and none makes anything throw. */
describe.each(families)('with one bit turned, under %s', (family) => {
  const { root, pca, pc } = house(family);
  const implicit = house(family, 'implicit');
  const samples: [string, Codec<unknown>, Uint8Array][] = [
    ['a certificate', Certificate, pc.certificate.bytes],
    ['a CA certificate', Certificate, pca.certificate.bytes],
    ['a root', Certificate, root.certificate.bytes],
    ['a message', V2XSecData, encode(V2XSecData, signedBy(pc))],
    ['a message with an implicit certificate', V2XSecData, encode(V2XSecData, signedBy(implicit.pc))],
    ['a CRL', V2XSecData, encode(V2XSecData, crlBy(root, crlContents(root.certificate)))],
  ];

  it.each(samples)('%s is never valid', (_, codec, bytes) => {
    let decoded = 0;
    const sound = explain(subjectOf(codec, bytes), asked(poolOf([root, implicit.root], [pca, implicit.pca])));
    expect(sound.valid).toBe(true);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length * 8 - 1 }), (at) => {
        fc.pre(family === 'sm2' || !isFormOfR(bytes, at));
        const bent = Uint8Array.from(bytes);
        bent[at >> 3] = (bent[at >> 3] as number) ^ (1 << (at & 7));
        if (tryDecode(codec, bent).ok) decoded++;
        const pool = poolOf([root, implicit.root], [pca, implicit.pca]);
        const explanation = explain(subjectOf(codec, bent), asked(pool));
        if (explanation.valid) throw new Error(`bit ${at} decides nothing`);
      }),
      { numRuns: 120 },
    );
    expect(decoded).toBeGreaterThan(30);
  });
});
