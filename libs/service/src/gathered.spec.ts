import { gathered } from './gathered.js';

/** A function of many that is held until it is let go, and tells of its groups. */
function held(answer: (item: number) => number = (item) => item * 2) {
  const groups: (readonly number[])[] = [];
  let open: () => void = () => undefined;
  const all = async (items: readonly number[]): Promise<number[]> => {
    groups.push(items);
    await new Promise<void>((resolve) => (open = resolve));
    return items.map(answer);
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const go = async (): Promise<void> => {
    await turn();
    open();
    await turn();
  };
  return { all, groups, go };
}

const rules = { most: 3, aloneAfterFailure: false };

describe('calls that are gathered', () => {
  it('go together in one turn, and each has its own answer', async () => {
    const { all, groups, go } = held();
    const one = gathered(all, rules);
    const answers = Promise.all([one(1), one(2)]);
    await go();
    expect(await answers).toEqual([2, 4]);
    expect(groups).toEqual([[1, 2]]);
  });

  it('wait while a group is under way, and are at most so many at once', async () => {
    const { all, groups, go } = held();
    const one = gathered(all, rules);
    const first = one(1);
    await new Promise((resolve) => setImmediate(resolve));
    const later = [2, 3, 4, 5].map(one);
    expect(groups).toEqual([[1]]);
    for (let n = 0; n < 3; n++) await go();
    expect(await Promise.all([first, ...later])).toEqual([2, 4, 6, 8, 10]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('begin anew after a rest', async () => {
    const one = gathered(async (items: readonly number[]) => items, rules);
    expect(await one(1)).toBe(1);
    expect(await one(2)).toBe(2);
  });

  it('fail together where nothing may be done twice', async () => {
    let calls = 0;
    const one = gathered<number, number>(async () => {
      calls++;
      throw new Error('away');
    }, rules);
    const outcomes = await Promise.allSettled([one(1), one(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toBe(1);
  });

  it('do not fail for a neighbour where they may', async () => {
    const all = async (items: readonly number[]): Promise<number[]> => {
      if (items.includes(2)) throw new Error('two');
      return [...items];
    };
    const one = gathered(all, { most: 3, aloneAfterFailure: true });
    const outcomes = await Promise.allSettled([one(1), one(2), one(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await one(4)).toBe(4);
  });

  it('fail when there are not as many answers, rather than hear another’s', async () => {
    const one = gathered(async (items: readonly number[]) => items.slice(1), rules);
    await expect(one(1)).rejects.toThrow('0 answers to 1 items');
  });
});
