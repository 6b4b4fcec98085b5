import { drawsOf } from './draws.js';
import { LARGEST_INPUT, mutated } from './mutate.js';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const corpus = [Uint8Array.from({ length: 50 }, (_, n) => n + 1), Uint8Array.from({ length: 20 }, () => 0xaa)];
const many = (count: number, inputs = corpus): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => mutated(inputs, drawsOf(`7 x ${String(n)}`)));

describe('draws', () => {
  it('are the same for one text, and others for another', () => {
    const first = (text: string): number[] =>
      Array.from(
        { length: 5 },
        (
          (draws) => () =>
            draws.below(1000)
        )(drawsOf(text)),
      );
    expect(first('a')).toEqual(first('a'));
    expect(first('a')).not.toEqual(first('b'));
  });

  it('come near every number below the limit equally often', () => {
    const draws = drawsOf('fair');
    const counts = new Array<number>(16).fill(0);
    for (let n = 0; n < 16_000; n++) {
      const drawn = draws.below(16);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});

describe('mutations', () => {
  it('are the same for one seed', () => expect(many(200).map(hexOf)).toEqual(many(200).map(hexOf)));

  it('are of every kind', () => {
    const [original, other] = corpus.map(hexOf) as [string, string];
    const met = { bent: 0, cut: 0, grown: 0, spliced: 0, nested: 0, promised: 0, repeated: 0, same: 0 };
    for (const bytes of many(3000, corpus)) {
      const text = hexOf(bytes);
      if (text === original) met.same++;
      else if (text.length === original.length && text.startsWith('0102')) met.bent++;
      if (text.length < original.length && original.startsWith(text)) met.cut++;
      if (text.length > original.length && text.length < original.length + 20) met.grown++;
      if (text.startsWith('0102') && text.includes(other)) met.spliced++;
      if (/^0380..0380/.test(text)) met.nested++;
      if (text.includes('84ffffffff')) met.promised++;
      if (bytes.length > 1000) met.repeated++;
    }
    for (const [kind, count] of Object.entries(met)) expect([kind, count > 5]).toEqual([kind, true]);
    expect(met.same).toBeLessThan(600);
  });

  it('never grow over the largest input, and never touch the corpus', () => {
    const large = [new Uint8Array(LARGEST_INPUT).fill(7)];
    const lengths = many(300, large).map(({ length }) => length);
    expect(Math.max(...lengths)).toBe(LARGEST_INPUT);
    expect(large[0]?.every((byte) => byte === 7)).toBe(true);
  });

  it('make something of nothing', () => {
    expect(many(200, [new Uint8Array()]).filter(({ length }) => length > 0).length).toBeGreaterThan(20);
  });
});
