/** Samples with P-256: read strictly, written again, sound to the linter, and verified up to their root by everything there is. */
import { encodeAfresh } from '#coer/codec.js';
import { Reader } from '#coer/reader.js';
import { explain } from '#credentials/explain/explain.js';
import { materialOf } from '#credentials/explain/material.js';
import { subjectOf } from '#credentials/explain/subject.js';
import { lintCertificate } from '#credentials/lint/lint-certificate.js';
import { ieee } from '#credentials/profile.js';
import { diceOf } from './dice.js';
import { chainOf, House } from './house.js';
import type { Made } from './made.js';
import { p256Kinds } from './p256.js';

const AT = Date.UTC(2026, 10, 21, 8);
const houseOf = (seed: number): House => new House(ieee, AT, diceOf(seed));

/** The steps that do not hold, for a root that is trusted and the certificates of a chain. */
function wrongSteps(kind: (typeof p256Kinds)[number], { bytes, by }: Made, trusted: Made): string[] {
  const chain = chainOf(by as NonNullable<typeof by>).map(({ name, certificate }) => ({
    label: name,
    subject: { kind: 'certificate', certificate } as const,
  }));
  const root = (trusted.by as NonNullable<typeof trusted.by>).certificate;
  const trust = [{ label: 'root', subject: { kind: 'certificate', certificate: root } as const }];
  const at = { profile: ieee, atMillis: AT, isAtGiven: true };
  const { steps } = explain(subjectOf(kind.codec, bytes), {
    ...at,
    isProfileGiven: true,
    ...materialOf({ trust, chain, crl: [] }, at),
  });
  return steps.filter(({ ok }) => !ok).map(({ step }) => step);
}

describe.each(p256Kinds.map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  let made: Made;
  let root: Made;
  beforeAll(async () => {
    made = await kind.make(houseOf(1));
    root = await (p256Kinds[0] as typeof kind).make(houseOf(1));
  });

  it('is not verified by the root of another seed', async () => {
    const other = await (p256Kinds[0] as typeof kind).make(houseOf(2));
    expect(wrongSteps(kind, made, other)).toContain('chain');
  });

  // An implicit certificate has no signature of its own: bent, it stands for another key, and its messages fail.
  if (kind.name !== 'pc-implicit-p256') {
    it('is not verified with a bit of its signature turned', () => {
      const bent = made.bytes.slice();
      bent[bent.length - 1]! ^= 1;
      expect(wrongSteps(kind, { ...made, bytes: bent }, root)).toContain('signature');
    });
  }

  it('is read strictly, written again, and verified', () => {
    const reader = new Reader(made.bytes);
    const value = kind.codec.read(reader);
    expect([reader.remaining, reader.otherEditions]).toEqual([0, 0]);
    expect(Buffer.compare(encodeAfresh(kind.codec, value), made.bytes)).toBe(0);
    expect(wrongSteps(kind, made, root)).toEqual([]);
  });

  it('stands under certificates that the linter finds nothing in', () => {
    for (const { certificate, issuer } of chainOf(made.by as NonNullable<typeof made.by>)) {
      expect(lintCertificate(certificate, { profile: ieee, issuer: issuer?.certificate })).toEqual([]);
    }
  });

  it('comes again from the same seed, and not from another', async () => {
    expect(Buffer.compare((await kind.make(houseOf(1))).bytes, made.bytes)).toBe(0);
    expect(Buffer.compare((await kind.make(houseOf(2))).bytes, made.bytes)).not.toBe(0);
  });
});
