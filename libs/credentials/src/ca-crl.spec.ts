import { encode } from '#coer/codec.js';
import { CrlContents } from '#wire/crl.js';
import type { HeaderInfo } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { followsCaCrl, isOnCaCrl, signCaCrl, verifyCaCrl, type CheckedCaCrl } from './ca-crl.js';
import { hashedId10, hashedId8 } from './certificate-facts.js';
import { spanOf } from './period.js';
import { ccsa } from './profile.js';
import { isRefused, refused } from './refusal.js';
import { signData } from './signed-data.js';
import type { TrustStore } from './trust-store.js';

const DAY_MILLIS = 86_400_000;

describe('the revocation list of a root', () => {
  let bench: Bench;
  let foreign: Bench;
  let now: number;

  beforeAll(async () => {
    [bench, foreign] = [await authorityBench({ domains: ['a', 'b'] }), await authorityBench()];
    now = bench.clock.nowMillis();
  });

  interface Wanted {
    serial?: number;
    issuedAt?: number;
    until?: number;
    names?: string[];
    root?: Member;
  }
  const list = (wanted: Wanted = {}): Promise<Uint8Array> => {
    const { serial = 1, issuedAt = now, until = now + 30 * DAY_MILLIS, names = ['a-ica'], root = bench.root } = wanted;
    const revoked = names.map((name) => {
      const { certificate } = bench.member(name);
      const { endMillis } = spanOf(certificate.value.toBeSigned.value.validityPeriod);
      return { id: hashedId10(certificate), endsAtMillis: endMillis };
    });
    return signCaCrl({ serial, revoked, issueMillis: issuedAt, nextMillis: until }, root.signer);
  };
  interface Bent {
    contents?: Partial<CrlContents>;
    header?: Partial<HeaderInfo>;
    by?: Member;
    named?: 'certificate' | 'digest';
  }
  /** A list with anything changed, signed as it then is. */
  const bent = ({ contents = {}, header = {}, by = bench.root, named = 'digest' }: Bent): Promise<Uint8Array> => {
    const whole: CrlContents = {
      ...{ version: 1, crlSeries: 0, crlCraca: hashedId8(bench.root.certificate) },
      ...{ issueDate: time32FromMillis(now), nextCrl: time32FromMillis(now + DAY_MILLIS), priorityInfo: {} },
      typeSpecific: { kind: 'fullHashCrl', value: { crlSerial: 1, entries: [] } },
      ...contents,
    };
    return signData(encode(CrlContents, whole), { psid: ccsa.aid.crl, ...header }, by.signer, named);
  };
  const judged = (bytes: Uint8Array, at = now): unknown => verifyCaCrl(bytes, bench.root.certificate, at);
  const taken = (bytes: Uint8Array): CheckedCaCrl => {
    const verdict = verifyCaCrl(bytes, bench.root.certificate, now);
    if (isRefused(verdict)) throw new Error(verdict.reason);
    return verdict;
  };

  it('names what is revoked and nothing else, in the order of identifiers', async () => {
    const forwards = taken(await list({ names: ['a-ica', 'b-cra', 'b-pca'] }));
    const backwards = taken(await list({ names: ['b-pca', 'b-cra', 'a-ica'] }));
    expect([...forwards.revoked]).toEqual([...backwards.revoked]);
    const names = ['a-ica', 'b-cra', 'b-pca', 'b-ica', 'a-cra'];
    expect(names.map((name) => isOnCaCrl(forwards, bench.member(name).certificate))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('is not signed when it breaks a rule', async () => {
    await expect(list({ until: now })).rejects.toThrow('crl-ends-after-it-begins');
    await expect(list({ names: ['a-ica', 'a-ica'] })).rejects.toThrow('hash-crl-entries-are-unique');
    await expect(list({ root: bench.member('a-ica') })).rejects.toThrow('crl-signer-is-permitted');
  });

  it.each<[string, string, () => Promise<Uint8Array>]>([
    ['ca-crl-malformed', 'bytes that are no message', () => Promise.resolve(new Uint8Array(9))],
    [
      'ca-crl-malformed',
      'another payload',
      () => signData(new Uint8Array(3), { psid: ccsa.aid.crl }, bench.root.signer),
    ],
    ['ca-crl-form', 'another application', () => bent({ header: { psid: ccsa.aid.management } })],
    ['ca-crl-form', 'a header with more than the application', () => bent({ header: { generationTime: 1n } })],
    ['ca-crl-form', 'another version', () => bent({ contents: { version: 2 } })],
    [
      'ca-crl-form',
      'a delta list',
      () => bent({ contents: { typeSpecific: { kind: 'deltaHashCrl', value: { crlSerial: 1, entries: [] } } } }),
    ],
    ['ca-crl-form', 'an end before its beginning', () => bent({ contents: { nextCrl: time32FromMillis(now) } })],
    ['ca-crl-signer', 'another series', () => bent({ contents: { crlSeries: 1 } })],
    ['ca-crl-signer', 'another CRACA', () => bent({ contents: { crlCraca: new Uint8Array(8) } })],
    ['ca-crl-signer', 'a CRA of the domain as signer', () => bent({ by: bench.member('a-cra') })],
    ['ca-crl-signer', 'another root as signer, by certificate', () => bent({ by: foreign.root, named: 'certificate' })],
    ['ca-crl-from-the-future', 'a date to come', () => list({ issuedAt: now + DAY_MILLIS })],
    ['ca-crl-expired', 'an end that has passed', () => list({ issuedAt: now - 2000, until: now - 1000 })],
    [
      'ca-crl-signature',
      'a changed signature',
      async () => {
        const bytes = await list();
        bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
        return bytes;
      },
    ],
  ])('is refused as %s: %s', async (reason, _, make) => {
    expect(judged(await make())).toEqual(refused(reason));
  });

  it('is refused when the root itself has ended', async () => {
    const { endMillis } = spanOf(bench.root.certificate.value.toBeSigned.value.validityPeriod);
    const at = Math.floor(endMillis) + 1000;
    expect(judged(await list({ issuedAt: at - 1000, until: at + DAY_MILLIS, names: [] }), at)).toEqual(
      refused('ca-crl-signer-expired'),
    );
  });

  it('RV10 follows one of a lower number and no later date, and itself', async () => {
    const [one, two] = [taken(await list({ issuedAt: now - 5000 })), taken(await list({ serial: 2 }))];
    const backdated = taken(await list({ serial: 3, issuedAt: now - 9000 }));
    expect([
      followsCaCrl(two, one),
      followsCaCrl(one, two),
      followsCaCrl(one, one),
      followsCaCrl(backdated, two),
    ]).toEqual([true, false, true, false]);
    expect(followsCaCrl(taken(await list({ serial: 2, names: [] })), two)).toBe(false);
  });

  describe('in a trust store', () => {
    let store: TrustStore;
    const counts = (name: string, at = now): string => {
      const found = store.authority(hashedId8(bench.member(name).certificate), at);
      return isRefused(found) ? found.reason : 'counts';
    };
    beforeEach(async () => {
      store = await bench.trust();
    });

    it('TL4 ends what it names and all below it, at once and also when the list has run out', async () => {
      expect(['a-ica', 'a-pca', 'b-ica', 'b-pca'].map((name) => counts(name))).toEqual(Array(4).fill('counts'));
      expect(isRefused(store.takeCaCrl(await list({ names: ['a-ica', 'b-pca'] }), now))).toBe(false);
      const names = ['a-ica', 'a-pca', 'a-cra', 'b-pca', 'b-ica', 'b-cra'];
      expect(names.map((name) => counts(name))).toEqual([
        ...Array<string>(4).fill('issuer-revoked'),
        'counts',
        'counts',
      ]);
      expect(counts('a-pca', now + 31 * DAY_MILLIS)).toBe('issuer-revoked');
      expect(store.named('pca.b.chrysalis.example', now)).toBeUndefined();
      expect(store.authorities(now).some(({ certificate }) => certificate === bench.member('b-pca').certificate)).toBe(
        false,
      );
    });

    it('that was kept still ends what it names when it has run out; one from outside that has is refused', async () => {
      const ended = await list({ issuedAt: now - 5000, until: now - 1000 });
      expect(store.takeCaCrl(ended, now)).toEqual(refused('ca-crl-expired'));
      expect(counts('a-pca')).toBe('counts');
      expect(isRefused(store.takeKeptCaCrl(ended, now))).toBe(false);
      expect(counts('a-pca')).toBe('issuer-revoked');
      expect(store.stored().caCrls).toEqual([ended]);
      expect(store.takeKeptCaCrl(await list({ root: foreign.root }), now)).toEqual(refused('root-not-listed'));
    });

    it('is refused when it is older, of another root, or nobody holds a TRCL', async () => {
      const older = await list({ issuedAt: now - 5000, names: [] });
      store.takeCaCrl(await list({ serial: 2 }), now);
      expect(store.takeCaCrl(older, now)).toEqual(refused('ca-crl-rollback'));
      expect(counts('a-pca')).toBe('issuer-revoked');
      expect(store.takeCaCrl(await list({ root: foreign.root, names: [] }), now)).toEqual(refused('root-not-listed'));
      const late = now + 20 * 365 * DAY_MILLIS;
      expect(store.takeCaCrl(await list({ serial: 3 }), late)).toEqual(refused('no-trust-list'));
      expect(store.takeCaCrl(new Uint8Array(3), now)).toEqual(refused('ca-crl-malformed'));
    });
  });
});
