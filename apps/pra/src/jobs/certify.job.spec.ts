import { refused } from '#credentials/refusal.js';
import { itemHash, pcaPra } from '#edges/pca-pra/issue-batch.js';
import { answerLine } from '#edge/answer-line.js';
import { replayMemory } from '#edge/replay-memory.js';
import { LineFailure } from '#edge/transport.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { authorityBench, BENCH_START, type Bench } from '../../../../test/support/authority-bench.js';
import { pcaAnswer, pooledItem, testItem } from '../domain/answers.fixture.js';
import type { Answered } from '../domain/batch-answer.js';
import type { BatchStore, OwedBatch } from '../store/batch.store.js';
import { CertifyJob } from './certify.job.js';

let bench: Bench;
let pra: AuthorityContext;
beforeAll(async () => {
  bench = await authorityBench();
  pra = await bench.contextFor('a-pra');
});

const batch = (name: number, formedMillis = BENCH_START): OwedBatch => ({
  batchId: Buffer.of(name),
  i: 358,
  attempts: 2,
  formedMillis,
  items: [0, 1].map((j) => ({ requestId: Buffer.alloc(16), j, item: testItem(pooledItem()) })),
});

type Mood = 'answers' | 'mute' | 'refuses' | 'internal' | 'swaps';

/** A store of these batches, and a PCA in a mood for each of them in turn. */
async function stand(owed: OwedBatch[], moods: Mood[]) {
  const seen = { answered: [] as number[], postponed: [] as number[], dissolved: [] as number[], asked: 0 };
  const name = ({ batchId }: OwedBatch): number => batchId[0] as number;
  const store = {
    take: async () => owed.shift(),
    answer: async (one: OwedBatch, answers: readonly Answered[]) => {
      expect(answers.map(({ itemHash: hash }) => hash)).toEqual(one.items.map(({ item }) => itemHash(item)));
      seen.answered.push(name(one));
    },
    postpone: async (one: OwedBatch, due: number) => {
      expect(due).toBeGreaterThan(bench.clock.nowMillis());
      seen.postponed.push(name(one));
    },
    dissolve: async (one: OwedBatch) => void seen.dissolved.push(name(one)),
  } as unknown as BatchStore;
  const signer = bench.member('a-pca').signer;
  const line = answerLine(
    pcaPra,
    {
      issueBatch: async ({ items }) => {
        const mood = moods[seen.asked++];
        if (mood === 'refuses') return refused('item-stale');
        if (mood === 'internal') return refused('internal');
        const responses = await Promise.all(items.map((item, n) => pcaAnswer(item, signer, Uint8Array.of(n))));
        return { responses: mood === 'swaps' ? responses.reverse() : responses };
      },
    },
    {
      identity: (await bench.contextFor('a-pca')).identity,
      replay: replayMemory(),
      onFailure: (_, error) => {
        throw error;
      },
    },
  );
  bench.switchboard.connect(bench.address('a-pca', pcaPra.name), (message) => {
    if (moods[seen.asked] === 'mute') {
      seen.asked += 1;
      throw new LineFailure('mute');
    }
    return line(message);
  });
  return { seen, job: new CertifyJob(pra, store) };
}

describe('sending batches', () => {
  it('goes on until none is due', async () => {
    const { seen, job } = await stand([batch(1), batch(2), batch(3)], ['answers', 'answers', 'answers']);
    await job.run();
    expect(seen).toMatchObject({ answered: [1, 2, 3], postponed: [], dissolved: [] });
  });

  it('PR15 leaves the others alone when the PCA does not answer', async () => {
    const { seen, job } = await stand([batch(1), batch(2), batch(3)], ['answers', 'mute', 'answers']);
    await job.run();
    expect(seen).toMatchObject({ answered: [1], postponed: [2], asked: 2 });
  });

  it('PR11 takes none of a batch whose answers are not those of its items, and goes on with the next', async () => {
    const { seen, job } = await stand([batch(1), batch(2)], ['swaps', 'answers']);
    await job.run();
    expect(seen).toMatchObject({ answered: [2], postponed: [1] });
  });

  it('mixes anew what was refused for its age, and nothing else', async () => {
    const old = BENCH_START - 13 * 3_600_000;
    const owed = [batch(1), batch(2, old), batch(3, old)];
    const { seen, job } = await stand(owed, ['refuses', 'refuses', 'internal']);
    await job.run();
    expect(seen).toMatchObject({ answered: [], postponed: [1, 3], dissolved: [2] });
  });

  it('takes nothing more once it is told to end', async () => {
    const owed = [batch(1), batch(2)];
    const { seen, job } = await stand(owed, ['answers', 'answers']);
    const running = job.run();
    job.end();
    await running;
    expect([seen.answered, owed.length]).toEqual([[1], 1]);
    await job.run();
    expect(owed.length).toBe(1);
  });

  it('tells the queue of a failure of its own, and keeps the batch owed', async () => {
    const { seen } = await stand([], ['answers']);
    const store = {
      take: async () => batch(7),
      answer: async () => {
        throw new Error('full disk');
      },
      postpone: async () => void seen.postponed.push(7),
    } as unknown as BatchStore;
    await expect(new CertifyJob(pra, store).run()).rejects.toThrow('full disk');
    expect(seen.postponed).toEqual([7]);
  });
});
