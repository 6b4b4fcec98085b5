/**
 * What is not a death: a refused connection, a full disk, and messages that come twice, late, swapped or again. All of it ends
 * in a retry or in a plain refusal, never in half a batch; afterwards everybody has everything, once, and the audit agrees.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAgreement } from '../e2e/kill/auditor.fixture.js';
import { ask, askOnce, downloadAll, Factory, type Asker } from '../e2e/kill/devices.fixture.js';
import { DEVICES, openKillHouse, type KillHouse, type LineName, type Program } from '../e2e/kill/house.fixture.js';
import type { Answer, Call, Exchange } from '../e2e/kill/line-gate.fixture.js';
import { mayMount, smallDisk, type SmallDisk } from '../e2e/kill/small-disk.fixture.js';
import { WRITES, type Counts } from '../e2e/kill/tables.fixture.js';

const LONGEST_FOUNDING_MILLIS = 180_000;
const LONGEST_CASE_MILLIS = 90_000;
const LOOK_MILLIS = 100;
const ADVANCE_MILLIS = 2_000;

const MAY_MOUNT = mayMount();

let house: KillHouse;
let factory: Factory;
let disk: SmallDisk | undefined;
const everybody: Asker[] = [];
/** So many weeks from this one on have their keys at the PCA. */
let weeks = 1;

beforeAll(async () => {
  house = await openKillHouse({
    queue: 'postgres',
    praSettings: { batchesAtOnce: 2 },
    ...(MAY_MOUNT
      ? {
          prepare: async (founded, folder) => {
            disk = await smallDisk(founded, folder);
            return () => disk?.unmount();
          },
        }
      : {}),
  });
  factory = await Factory.open(house);
}, LONGEST_FOUNDING_MILLIS);

afterAll(async () => house.close(), LONGEST_FOUNDING_MILLIS);

afterEach(() => {
  for (const gate of Object.values(house.lines)) gate.between = undefined;
});

/** The line la-pca is used for weeks whose keys no LA has brought yet: so many more of them. */
const furtherWeeks = (count: number): number => (weeks += count);

const newDevices = async (ofWeeks = 1): Promise<Asker[]> => {
  const fresh = await factory.devices(DEVICES, ofWeeks);
  everybody.push(...fresh);
  return fresh;
};

const askAll = async (askers: readonly Asker[]): Promise<void> => {
  for (const one of askers) await ask(one);
};

/** Everything that was asked for comes, and agrees with what stands anywhere. */
async function expectEverything(askers: readonly Asker[]): Promise<void> {
  await downloadAll(house, askers);
  await expectAgreement(house, everybody);
}

/** Waits for something that is seen from outside; meanwhile everybody's clock moves on, as what was put off needs. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) {
    await sleep(LOOK_MILLIS);
    house.advance(ADVANCE_MILLIS);
  }
}

const logOf = (program: Program): Promise<string> => readFile(house.house.logFile(program), 'utf8');
/** Lines of a program's log that say this. */
const said = async (program: Program, words: RegExp): Promise<number> =>
  (await logOf(program)).split('\n').filter((line) => words.test(line)).length;

/** What is owed is whole: nothing of a batch stands without the rest. */
const isWhole = ({ intents, results, answers }: Counts): boolean => answers <= results && results <= intents;

describe('a refused connection', () => {
  const LINES: readonly (readonly [LineName, RegExp])[] = [
    ['pra-la1', /expand\.no-answer/],
    ['pra-la2', /expand\.no-answer/],
    ['pra-pca', /certify\.no-answer/],
  ];

  it.each(LINES)(
    'on the line %s is tried again until somebody listens',
    async (name, words) => {
      const before = await said('pra-worker', words);
      await house.lines[name].refuse();
      const asked = await newDevices();
      await askAll(asked);
      await until(async () => (await said('pra-worker', words)) >= before + 2);
      const { requestsOwed, batches, pooled, ...stand } = await house.tables.counts();
      expect(requestsOwed + batches + pooled).toBeGreaterThan(0);
      expect(stand.answers).toBe(stand.results);
      await house.lines[name].accept();
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'on the line la1-pca keeps an LA from giving values of a week whose key it could not bring',
    async () => {
      const words = /expand\.la-refused.*|"reason":"pca-not-reached"/;
      const before = await said('pra-worker', words);
      const { chainsKept } = await house.tables.counts();
      await house.lines['la1-pca'].refuse();
      const asked = await newDevices(furtherWeeks(1));
      await askAll(asked);
      await until(async () => (await said('pra-worker', words)) > before);
      expect((await house.tables.counts()).chainsKept).toBe(chainsKept);
      await house.lines['la1-pca'].accept();
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  it.each(['pca', 'la1', 'la2', 'pra-worker'] as const)(
    'between %s and its database leaves everything owed',
    async (program) => {
      await house.databases[program].refuse();
      const asked = await newDevices();
      await askAll(asked);
      await sleep(LOOK_MILLIS);
      const stand = await house.tables.counts();
      expect(stand.requestsOwed + stand.pooled + stand.batches).toBeGreaterThan(0);
      expect(isWhole(stand)).toBe(true);
      await house.databases[program].accept();
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'between the door and its database is told to the device, who comes again',
    async () => {
      const { requestsOwed } = await house.tables.counts();
      await house.databases.pra.refuse();
      const asked = await newDevices();
      expect(await askOnce(asked[0] as Asker)).toBe(false);
      expect((await house.tables.counts()).requestsOwed).toBe(requestsOwed);
      await house.databases.pra.accept();
      await askAll(asked);
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );
});

describe('a full disk', () => {
  /** SQLSTATE disk_full. */
  const FULL = '53100';
  const STEPS: readonly (readonly [string, Program, RegExp])[] = [
    ['a request', 'pra', WRITES.request],
    ['chains', 'la1', WRITES.chain],
    ['items', 'pra-worker', WRITES.pool],
    ['a batch', 'pra-worker', WRITES.batch],
    ['intents', 'pca', WRITES.intent],
    ['results', 'pca', WRITES.result],
    ['answers', 'pra-worker', WRITES.answer],
  ];

  it.each(STEPS)(
    'that takes no more of %s leaves it owed (the server’s error, said by the gate before the database of %s)',
    async (_, program, statement) => {
      const failure = house.databases[program].fail(statement, FULL);
      const asked = await newDevices();
      for (const one of asked) await askOnce(one);
      await until(() => failure.count > 0);
      expect(isWhole(await house.tables.counts())).toBe(true);
      house.databases[program].heal();
      await askAll(asked);
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  // Skipped where nobody may mount: there the server's error was only said by the gate, above.
  (MAY_MOUNT ? it : it.skip)(
    'under the databases of PRA and PCA is survived, and what is owed is done when there is room',
    async () => {
      const noRoom = /No space left on device/;
      const asked = await newDevices();
      await disk?.fill();
      for (const one of asked) await askOnce(one);
      const told = (): Promise<number[]> =>
        Promise.all((['pra', 'pra-worker', 'pca'] as const).map((name) => said(name, noRoom)));
      await until(async () => {
        for (const one of asked) await askOnce(one);
        return (await told()).some((times) => times > 0);
      });
      expect(isWhole(await house.tables.counts())).toBe(true);
      await disk?.clear();
      await askAll(asked);
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );
});

describe('a message on a line', () => {
  const CALLS: readonly (readonly [LineName, Program])[] = [
    ['pra-la1', 'la1'],
    ['pra-pca', 'pca'],
    ['la1-pca', 'pca'],
  ];
  const REPLAYED = /"reason":"line-replayed"/;

  it.each(CALLS)(
    'of %s that comes again is refused, by memory, also after %s was started again',
    async (name, callee) => {
      const line = house.lines[name];
      const before = await said(callee, REPLAYED);
      const kept = line.keep();
      const caught = line.catch('answer');
      const asked = await newDevices(name === 'la1-pca' ? furtherWeeks(1) : 1);
      await askAll(asked);
      await caught.reached;
      const call = kept.at(-1) as Exchange;
      expect(call.answer.status).toBe(200);
      expect((await line.pass(call)).status).toBe(403);
      await house.kill(callee);
      await house.revive(callee);
      expect((await line.pass(call)).status).toBe(403);
      expect(await said(callee, REPLAYED)).toBe(before + 2);
      caught.release();
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'for la1 is refused by la2',
    async () => {
      const kept = house.lines['pra-la1'].keep();
      const asked = await newDevices();
      await askAll(asked);
      await until(() => kept.length > 0);
      expect((await house.lines['pra-la2'].pass(kept[0] as Exchange)).status).toBe(403);
      await expectEverything(asked);
    },
    LONGEST_CASE_MILLIS,
  );

  it.each(['pra-la1', 'pra-la2', 'pra-pca', 'la1-pca'] as const)(
    'of %s may be delivered twice, and either answer lost',
    async (name) => {
      const second: number[] = [];
      house.lines[name].between = async (call, pass) => {
        const first = await pass(call);
        const again = await pass(call);
        second.push(again.status);
        // The first time the caller gets the refusal, and asks anew.
        return second.length === 1 ? again : first;
      };
      const asked = await newDevices(name === 'la1-pca' ? furtherWeeks(1) : 1);
      await askAll(asked);
      await expectEverything(asked);
      expect(second.length).toBeGreaterThanOrEqual(2);
      expect(new Set(second)).toEqual(new Set([403]));
    },
    LONGEST_CASE_MILLIS,
  );

  it.each(['pra-la1', 'pra-pca', 'la1-pca'] as const)(
    'of %s is not answered by what was answered before',
    async (name) => {
      const line = house.lines[name];
      const kept = line.keep();
      let old: Answer | undefined;
      let calls = 0;
      line.between = async (call, pass) => {
        const right = await pass(call);
        calls += 1;
        // The second call is done, and its caller hears the answer of the first.
        if (calls === 2) return (old = kept[0]?.answer);
        return right;
      };
      // Two calls at least: two weeks of an LA's keys, two batches, and one device after the other.
      const asked = await newDevices(name === 'la1-pca' ? furtherWeeks(2) : 1);
      for (const one of asked) {
        await ask(one);
        if (name === 'pra-la1') await until(() => calls > 0);
      }
      await expectEverything(asked);
      expect(old?.status).toBe(200);
      // What was answered wrongly was asked for once more.
      expect(calls).toBeGreaterThanOrEqual(3);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'of two batches at once is not answered by the other’s answer',
    async () => {
      const meeting = new Meeting(house.lines['pra-pca'].pass.bind(house.lines['pra-pca']));
      house.lines['pra-pca'].between = (call, pass) => meeting.swapped(call, pass);
      const asked = await newDevices();
      await askAll(asked);
      await expectEverything(asked);
      expect(meeting.swaps).toBe(1);
      expect(meeting.calls).toBeGreaterThanOrEqual(4);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'of la1 is not answered by the answer of la2',
    async () => {
      const answers: Partial<Record<'pra-la1' | 'pra-la2', (answer: Answer) => void>> = {};
      let swaps = 0;
      let calls = 0;
      for (const [mine, other] of [
        ['pra-la1', 'pra-la2'],
        ['pra-la2', 'pra-la1'],
      ] as const) {
        const others = new Promise<Answer>((resolve) => (answers[other] = resolve));
        let isFirst = true;
        house.lines[mine].between = async (call, pass) => {
          const right = await pass(call);
          calls += 1;
          if (!isFirst) return right;
          isFirst = false;
          answers[mine]?.(right);
          swaps += 1;
          return others;
        };
      }
      const asked = await newDevices();
      await askAll(asked);
      await expectEverything(asked);
      expect(swaps).toBe(2);
      expect(calls).toBeGreaterThanOrEqual(4);
    },
    LONGEST_CASE_MILLIS,
  );

  it(
    'of two batches may overtake the other',
    async () => {
      const meeting = new Meeting(house.lines['pra-pca'].pass.bind(house.lines['pra-pca']));
      house.lines['pra-pca'].between = (call, pass) => meeting.overtaken(call, pass);
      const asked = await newDevices();
      await askAll(asked);
      await expectEverything(asked);
      expect(meeting.overtakings).toBe(1);
    },
    LONGEST_CASE_MILLIS,
  );
});

/** Lets the first two calls that are under way at once meet. */
class Meeting {
  calls = 0;
  swaps = 0;
  overtakings = 0;
  private first: { answer: Promise<Answer>; meets: (other: Answer) => void } | undefined;

  constructor(private readonly carry: (call: Call) => Promise<Answer>) {}

  /** Each of the two gets the answer of the other. */
  async swapped(call: Call, pass: (call: Call) => Promise<Answer>): Promise<Answer> {
    this.calls += 1;
    if (this.calls === 1) {
      const answer = this.carry(call);
      return new Promise<Answer>((meets) => (this.first = { answer, meets }));
    }
    const right = await pass(call);
    const { first } = this;
    if (first === undefined) return right;
    this.first = undefined;
    this.swaps += 1;
    first.meets(right);
    return first.answer;
  }

  /** The first is carried only when the second was answered. */
  async overtaken(call: Call, pass: (call: Call) => Promise<Answer>): Promise<Answer> {
    this.calls += 1;
    if (this.calls === 1) {
      await new Promise<Answer>((meets) => (this.first = { answer: Promise.resolve(NONE), meets }));
      return pass(call);
    }
    const right = await pass(call);
    const { first } = this;
    this.first = undefined;
    if (first !== undefined) {
      this.overtakings += 1;
      first.meets(right);
    }
    return right;
  }
}

const NONE: Answer = { status: 0, headers: {}, body: Buffer.alloc(0) };
