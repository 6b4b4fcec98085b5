/** TL6: a root is followed by another. The programs make the files; a device's trust store and its chains judge them. */
import { jest } from '@jest/globals';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import { CeremonyTable, CEREMONY_START, DAY_MILLIS, type Outcome } from '../support/ceremony-table.js';

// Passphrases are stretched, and the machine may be busy.
jest.setTimeout(60_000);

const START = CEREMONY_START;
const DAY = DAY_MILLIS;
/** When the successor is listed beside the root, and when the root goes. */
const OVERLAP = START + 10 * DAY;
const AFTER = START + 40 * DAY;
const THERE = ['Board', 'Security'];

describe('a root that is followed by another', () => {
  let table: CeremonyTable;
  const device = async (): Promise<TrustStore> => new TrustStore(await table.certificate('trcla.coer'));

  const founded = new Set<string>();
  async function sign(of: string, operations: object[], at = START): Promise<void> {
    const outcome = await table.hold(operations, { of, at, ...(founded.has(of) ? { there: THERE } : {}) });
    expect(outcome).toEqual({ code: 0, said: expect.stringContaining('transcript: ') as string });
    founded.add(of);
  }
  const listed = (...roots: object[]): object[] => roots;
  const named = (root: string, more: object = {}): object => ({ certificate: table.at(`${root}.coer`), ...more });
  const succeeds = () => ({ succeeds: { root: table.at('root.coer'), statement: table.at('statement') } });

  async function take(store: TrustStore, names: string[], at: number): Promise<string[]> {
    const outcomes: string[] = [];
    for (const name of names) {
      const bytes = await table.bytes(`${name}.coer`);
      const taken = name.startsWith('trcl') ? store.takeTrcl(bytes, at) : store.takeTdcl(bytes, at);
      outcomes.push(isRefused(taken) ? taken.reason : 'taken');
    }
    return outcomes;
  }
  async function standing(store: TrustStore, at: number): Promise<string[]> {
    const certificates = await Promise.all(['ica', 'ica-anew'].map((name) => table.certificate(`${name}.coer`)));
    return certificates.map((one) => {
      const found = store.authority(hashedId8(one), at);
      return isRefused(found) ? found.reason : 'counts';
    });
  }

  beforeAll(async () => {
    table = await CeremonyTable.lay();
    await table.request('ica');
    // Before: one root.
    await sign('root', [table.createRoot(), table.signIca('ica'), table.signTdcl(['ica'], START)]);
    await sign('trcla', [
      table.createTrcla(),
      table.signTrcl(listed(named('root')), START, { list: table.at('trcl-1.coer') }),
    ]);
    // The overlap: the successor certifies the same keys of the ICA once more, and both roots are listed.
    const anew = table.signIca('ica', { by: 'successor', into: 'ica-anew' });
    const founding = [
      table.createRoot('successor'),
      anew,
      table.signTdcl(['ica-anew'], OVERLAP, { by: 'successor', into: 'tdcl-anew' }),
    ];
    await sign('successor', founding, OVERLAP);
    const statement = {
      kind: 'sign-succession',
      root: table.at('root.coer'),
      successor: table.at('successor.coer'),
      statement: table.at('statement'),
    };
    await sign('root', [statement], OVERLAP);
    const both = listed(named('root'), named('successor', succeeds()));
    await sign('trcla', [table.signTrcl(both, OVERLAP, { list: table.at('trcl-2.coer') })], OVERLAP);
    // After: the successor alone.
    const removes = [table.at('root.coer')];
    await sign(
      'trcla',
      [table.signTrcl(listed(named('successor')), AFTER, { removes, list: table.at('trcl-3.coer') })],
      AFTER,
    );
  });
  afterAll(() => table.clear());

  it('TL6 counts alone before, both count in the overlap, and the successor alone after it', async () => {
    const store = await device();
    expect(await take(store, ['trcl-1', 'tdcl'], START)).toEqual(['taken', 'taken']);
    expect(await standing(store, START)).toEqual(['counts', 'issuer-not-listed']);
    expect(await take(store, ['trcl-2', 'tdcl-anew'], OVERLAP)).toEqual(['taken', 'taken']);
    expect(await standing(store, OVERLAP)).toEqual(['counts', 'counts']);
    expect(await take(store, ['trcl-3', 'tdcl'], AFTER)).toEqual(['taken', 'root-not-listed']);
    expect(await standing(store, AFTER)).toEqual(['issuer-not-listed', 'counts']);
  });

  it('TL6 is learnt by a device that was away for a month, and by one that is born later', async () => {
    const away = await device();
    expect(await take(away, ['trcl-1', 'tdcl'], START)).toEqual(['taken', 'taken']);
    expect(await take(away, ['trcl-3', 'tdcl-anew'], AFTER)).toEqual(['taken', 'taken']);
    expect(await standing(away, AFTER)).toEqual(['issuer-not-listed', 'counts']);
    const late = await device();
    expect(await take(late, ['trcl-3', 'tdcl-anew'], AFTER)).toEqual(['taken', 'taken']);
    expect(await standing(late, AFTER)).toEqual(['issuer-not-listed', 'counts']);
  });

  it('TL6 counts for nobody before the TRCL names it, and does not come back by an older TRCL', async () => {
    const store = await device();
    expect(await take(store, ['trcl-1', 'tdcl-anew'], OVERLAP)).toEqual(['taken', 'root-not-listed']);
    expect(await standing(store, OVERLAP)).toEqual(['issuer-not-listed', 'issuer-not-listed']);
    expect(await take(store, ['trcl-3', 'trcl-2', 'trcl-1'], AFTER)).toEqual([
      'taken',
      'list-rollback',
      'list-rollback',
    ]);
  });

  describe('at the TRCLA', () => {
    const later = AFTER + DAY;
    const dry = (operation: object): Promise<Outcome> =>
      table.hold([operation], { of: 'trcla', at: later, there: [], words: [] });
    const refusal = (sentence: string): Outcome => ({ code: 1, said: expect.stringContaining(sentence) as string });

    beforeAll(async () => {
      await table.hold([table.createRoot('usurper')], { of: 'usurper' });
    });

    it('TL6 a root with the name of a listed one is refused without the statement of that one', async () => {
      const both = listed(named('successor'), named('usurper'));
      expect(await dry(table.signTrcl(both, later))).toEqual(
        refusal('another root of the name root.example is listed'),
      );
    });

    it('TL6 the statement must be of a listed root, for this successor, and signed', async () => {
      const withStatement = (root: string, statement: string) =>
        table.signTrcl(
          listed(
            named('successor'),
            named('usurper', { succeeds: { root: table.at(`${root}.coer`), statement: table.at(statement) } }),
          ),
          later,
        );
      expect(await dry(withStatement('root', 'statement'))).toEqual(refusal('does not stand on the last TRCL'));
      expect(await dry(withStatement('successor', 'statement'))).toEqual(refusal('succession-of-another'));
      expect(await dry(withStatement('successor', 'usurper.coer'))).toEqual(refusal('succession-malformed'));
    });

    it('TL4 a root that is left out must be named', async () => {
      expect(await dry(table.signTrcl(listed(named('usurper')), later))).toEqual(refusal('another root of the name'));
      expect(await dry(table.signTrcl(listed(), later))).toEqual(refusal('roots'));
      const removes = [table.at('successor.coer')];
      const taken = table.signTrcl(listed(named('usurper')), later, { removes });
      expect(await dry(taken)).toEqual(refusal('another root of the name'));
    });
  });

  it('names no successor that is no root, or has its own key', async () => {
    const operation = (successor: string) => ({
      kind: 'sign-succession',
      root: table.at('root.coer'),
      successor: table.at(successor),
      statement: table.at('x'),
    });
    const dry = (successor: string): Promise<Outcome> =>
      table.hold([operation(successor)], { of: 'root', at: AFTER, there: [], words: [] });
    expect((await dry('ica.coer')).said).toContain('is not a root certificate that verifies');
    expect((await dry('root.coer')).said).toContain('has the key of this root');
  });
});
