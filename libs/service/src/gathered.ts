/**
 * Calls that come side by side, done together: what arrives while one group is under way makes the next one. So a lone call
 * waits for nobody, and under load one statement, or one message, serves many. No timer: the load itself makes the groups.
 */
export interface GatheringRules {
  /** Of one group. */
  readonly most: number;
  /**
   * Whether a group that failed is done again one by one, so that nobody fails for his neighbour. Only for what may be done
   * twice.
   */
  readonly aloneAfterFailure: boolean;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

/** A function of one item made of one of many, which answers in their order and as many. One group at a time. */
export function gathered<Item, Answer>(
  all: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { most, aloneAfterFailure }: GatheringRules,
): (item: Item) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let isUnderWay = false;

  const answersTo = async (items: readonly Item[]): Promise<readonly Answer[]> => {
    const answers = await all(items);
    if (answers.length === items.length) return answers;
    throw new Error(`${String(answers.length)} answers to ${String(items.length)} items`);
  };

  async function serve(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await answersTo(group.map(({ item }) => item));
      group.forEach(({ resolve }, n) => resolve(answers[n] as Answer));
    } catch (error) {
      if (!aloneAfterFailure || group.length === 1) for (const { reject } of group) reject(error);
      else for (const one of group) await serve([one]);
    }
  }

  async function serveAll(): Promise<void> {
    isUnderWay = true;
    // Calls of one turn go together, also when nothing is under way.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await serve(waiting.splice(0, most));
    isUnderWay = false;
  }

  return (item) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isUnderWay) void serveAll();
    });
}
