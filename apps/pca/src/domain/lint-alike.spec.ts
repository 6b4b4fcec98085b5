import { systemRandom } from '#crypto/random.js';
import { certificateRules } from '#credentials/lint/rules.js';
import { issued } from '#credentials/lint/examples.js';
import type { CertificateSubject } from '#credentials/lint/subject.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { readItem, type Item } from './item.js';
import { freshKey, itemBench, twoLas, type ItemBench } from './items.fixture.js';
import { alikeLinter, RULES_OF_EACH } from './lint-alike.js';
import { pseudonymTbs, tbsWriter } from './pseudonym-tbs.js';

let b: ItemBench;
let item: Item;
beforeAll(async () => {
  b = await itemBench();
  const read = readItem(b.item(), twoLas);
  if (isRefused(read)) throw new Error(read.reason);
  item = read;
});

const issuer = () => b.bench.member('a-pca').certificate;
const tbs = (change: Partial<ToBeSignedCertificate> = {}, lv = systemRandom.bytes(9), key = freshKey()): Uint8Array =>
  toBeSignedBytes({ ...pseudonymTbs(item, lv, b.needs.crlPlace(), key), ...change });

describe('the linter of bytes that are alike', () => {
  it('passes what is sound, the first and the others', () => {
    const lint = alikeLinter(issuer(), ccsa);
    for (let n = 0; n < 5; n++) expect(() => lint(tbs())).not.toThrow();
  });

  it.each([
    ['an AID of its own', () => tbs({ appPermissions: [{ psid: 111 }, { psid: 3627 }] }), 'permissions-within-issuer'],
    [
      'another validity',
      () => tbs({ validityPeriod: { start: 0, duration: { kind: 'hours', value: 168 } } }),
      'validity',
    ],
    ['no linkage value', () => tbs({}, new Uint8Array(9)), 'linkage-value-is-not-zero'],
    ['the issuer’s key', () => tbs({}, undefined, verificationKeyOf(issuer())), 'key-is-not-the-issuers'],
  ])('catches %s in the third, as in the first (BI4)', (_, bent, rule) => {
    const lint = alikeLinter(issuer(), ccsa);
    lint(tbs());
    lint(tbs());
    expect(() => lint(bent())).toThrow(rule);
    expect(() => alikeLinter(issuer(), ccsa)(bent())).toThrow(rule);
  });

  it('catches one bent byte wherever the first that was linted would be caught', () => {
    const sound = tbs();
    let caught = 0;
    for (let n = 0; n < sound.length; n++) {
      const bent = sound.slice();
      bent[n]! ^= 1;
      const [alone, after] = [alikeLinter(issuer(), ccsa), alikeLinter(issuer(), ccsa)];
      after(sound);
      const [first, second] = [outcome(() => alone(bent)), outcome(() => after(bent))];
      expect(second).toBe(first);
      if (first !== 'sound') caught++;
    }
    expect(caught).toBeGreaterThan(20);
  });

  const outcome = (run: () => void): string => {
    try {
      run();
      return 'sound';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('asks each for itself every rule that looks at the linkage value or the key', () => {
    const looking = certificateRules.filter(
      ({ kinds, needs, check }) =>
        (kinds === undefined || kinds.includes('pc')) && needs !== 'arithmetic' && looksAtItsOwn(check),
    );
    expect(looking.map(({ id }) => id).sort()).toEqual(RULES_OF_EACH.map(({ id }) => id).sort());
  });

  /** Whether a rule reads linkage value or point of a pseudonym. */
  function looksAtItsOwn(check: (subject: CertificateSubject) => unknown): boolean {
    const subject = issued('pc');
    const { id, verifyKeyIndicator } = subject.tbs;
    if (id.kind !== 'linkageData' || verifyKeyIndicator.kind !== 'verificationKey') throw new Error('no pseudonym');
    let looked = false;
    const noting = <T>(value: T): T => ((looked = true), value);
    const watched = {
      id: {
        kind: id.kind,
        value: {
          iCert: id.value.iCert,
          get 'linkage-value'() {
            return noting(id.value['linkage-value']);
          },
        },
      },
      verifyKeyIndicator: {
        kind: verifyKeyIndicator.kind,
        value: {
          kind: verifyKeyIndicator.value.kind,
          get value() {
            return noting(verifyKeyIndicator.value.value);
          },
        },
      },
    };
    check({ ...subject, tbs: { ...subject.tbs, ...watched } as ToBeSignedCertificate });
    return looked;
  }
});

describe('the bytes to be signed', () => {
  it('are the same whether written in full or by what differs', () => {
    const crl = b.needs.crlPlace();
    const write = tbsWriter(crl);
    const kinds = new Set<number>();
    for (let n = 0; n < 40; n++) {
      const [lv, key] = [systemRandom.bytes(9), freshKey()];
      kinds.add(key[0] as number);
      expect(write(item, lv, key)).toEqual(toBeSignedBytes(pseudonymTbs(item, lv, crl, key)));
    }
    expect([...kinds].sort()).toEqual([2, 3]);
  });
});
