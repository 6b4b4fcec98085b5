import { unzipSync } from 'fflate';
import { decode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { ccsa } from '#credentials/profile.js';
import { decodeSecured, unsecuredBytes } from '#credentials/signed-data.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { time32FromMillis } from '#wire/time.js';
import { bundleZip, entityTag } from './bundle.js';
import { rangeAsked } from './byte-range.js';

const READY = Date.UTC(2026, 10, 18, 9);
const content = (fill: () => Uint8Array) => ({
  i: 358,
  requestHash8: new Uint8Array(8).fill(7),
  readyMillis: READY,
  nextDownloadMillis: READY + 86_400_000,
  answers: Array.from({ length: 20 }, fill),
});

describe('a bundle', () => {
  it('is flat: the info and 20 answers under their hexadecimal names, stored without compression', () => {
    const given = content(() => systemRandom.bytes(500));
    const zip = bundleZip(given, ccsa);
    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(['166.info', ...Array.from({ length: 20 }, (_, j) => `166_${j.toString(16)}`)]);
    given.answers.forEach((answer, j) => expect(files[`166_${j.toString(16)}`]).toEqual(answer));
    expect(zip.length).toBeGreaterThan(20 * 500);
  });

  it('says in its info what is in it and when to come back', () => {
    const files = unzipSync(
      bundleZip(
        content(() => Uint8Array.of(1)),
        ccsa,
      ),
    );
    const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(files['166.info'] as Uint8Array)) as Uint8Array);
    expect(pdu.content.value).toEqual({
      kind: 'raEeCertInfo',
      value: {
        version: 1,
        generationTime: time32FromMillis(READY),
        currentI: 358,
        requestHash: new Uint8Array(8).fill(7),
        nextDlTime: time32FromMillis(READY + 86_400_000),
      },
    });
  });

  it('PV7 is the same bytes each time, and as long as any other of its class', () => {
    const given = content(() => systemRandom.bytes(500));
    expect(bundleZip(given, ccsa)).toEqual(bundleZip(given, ccsa));
    expect(entityTag(bundleZip(given, ccsa))).toMatch(/^"[0-9a-f]{32}"$/);
    const other = bundleZip(
      content(() => systemRandom.bytes(500)),
      ccsa,
    );
    expect(other.length).toBe(bundleZip(given, ccsa).length);
    expect(entityTag(other)).not.toBe(entityTag(bundleZip(given, ccsa)));
  });
});

describe('a range of it', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,3-4', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
    ['bytes=5-4', { kind: 'whole' }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=0-9', { kind: 'part', start: 0, end: 10 }],
    ['bytes=90-', { kind: 'part', start: 90, end: 100 }],
    ['bytes=90-1000', { kind: 'part', start: 90, end: 100 }],
    ['bytes=-7', { kind: 'part', start: 93, end: 100 }],
    ['bytes=-1000', { kind: 'part', start: 0, end: 100 }],
  ])('%p of 100 bytes is %p', (header, expected) => {
    expect(rangeAsked(header, 100)).toEqual(expected);
  });
});
