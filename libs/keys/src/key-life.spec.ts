import {
  afterEvent,
  eventsToward,
  isLifeRefusal,
  resurrectedIn,
  type KeyEvent,
  type KeyLives,
  type KeysNow,
  type KeyState,
} from './key-life.js';

const states: readonly (KeyState | undefined)[] = [undefined, 'generated', 'active', 'retired', 'destroyed'];
const livesWith = (state: KeyState | undefined): KeyLives => new Map(state === undefined ? [] : [['k', state]]);
const ending = (state: KeyState | undefined, event: KeyEvent): string => {
  const after = afterEvent(new Map([...livesWith(state), ['next', 'generated']]), event);
  return isLifeRefusal(after) ? after.reason : (after.get('k') ?? 'nothing');
};

describe('the life of a key', () => {
  // unknown, generated, active, retired, destroyed
  it.each<[KeyEvent, string[]]>([
    [{ act: 'generate', label: 'k' }, ['generated', 'is-known', 'is-known', 'is-known', 'is-known']],
    [{ act: 'activate', label: 'k' }, ['is-unknown', 'active', 'wrong-state', 'wrong-state', 'wrong-state']],
    [
      { act: 'rotate', label: 'k', successor: 'next' },
      ['is-unknown', 'wrong-state', 'retired', 'wrong-state', 'wrong-state'],
    ],
    [{ act: 'back-up', label: 'k' }, ['is-unknown', 'generated', 'active', 'retired', 'wrong-state']],
    [{ act: 'restore', label: 'k', state: 'active' }, ['active', 'generated', 'active', 'retired', 'wrong-state']],
    [
      { act: 'restore', label: 'k', state: 'destroyed' },
      ['destroyed', 'destroyed', 'destroyed', 'destroyed', 'wrong-state'],
    ],
    [{ act: 'retire', label: 'k' }, ['is-unknown', 'wrong-state', 'retired', 'wrong-state', 'wrong-state']],
    [{ act: 'destroy', label: 'k' }, ['is-unknown', 'destroyed', 'wrong-state', 'destroyed', 'wrong-state']],
  ])('has one table: %j', (event, expected) => {
    expect(states.map((state) => ending(state, event))).toEqual(expected);
  });

  it('brings the successor into use in the same step, and refuses one that is not a fresh key', () => {
    const lives: KeyLives = new Map([
      ['k', 'active'],
      ['next', 'generated'],
      ['old', 'retired'],
    ]);
    expect(afterEvent(lives, { act: 'rotate', label: 'k', successor: 'next' })).toEqual(
      new Map([
        ['k', 'retired'],
        ['next', 'active'],
        ['old', 'retired'],
      ]),
    );
    for (const successor of ['old', 'k', 'unknown'])
      expect(afterEvent(lives, { act: 'rotate', label: 'k', successor })).toMatchObject({ kind: 'refused' });
    expect(lives.get('k')).toBe('active');
  });

  it('says in a sentence which key and why', () => {
    expect(afterEvent(livesWith('active'), { act: 'destroy', label: 'k' })).toEqual({
      kind: 'refused',
      reason: 'wrong-state',
      sentence: 'the key "k" is active: no destroy follows',
    });
  });
});

describe('what was done since, told by what is there now', () => {
  const now = (held: string[], inUse: string[], notYet: string[] = []): KeysNow => ({
    held,
    inUse: (label) => inUse.includes(label),
    notYet: (label) => notYet.includes(label),
    successorOf: (label) => (label === 'v' ? 'v-2' : undefined),
  });
  const inWords = (events: readonly KeyEvent[]): string[] => events.map(({ act, label }) => `${act} ${label}`);

  it('follows a key through a renewal to its end', () => {
    let lives: KeyLives = new Map();
    const told: string[][] = [];
    for (const moment of [
      now(['v'], ['v']),
      now(['v', 'v-2'], ['v'], ['v-2']),
      now(['v', 'v-2'], ['v-2']),
      now(['v-2'], ['v-2']),
    ]) {
      const events = eventsToward(lives, moment);
      told.push(inWords(events));
      for (const event of events) lives = afterEvent(lives, event) as KeyLives;
      expect(eventsToward(lives, moment)).toEqual([]);
    }
    expect(told).toEqual([['generate v', 'activate v'], ['generate v-2'], ['rotate v'], ['destroy v']]);
  });

  it('tells a key that went while it was in use, and one that was never used', () => {
    expect(inWords(eventsToward(new Map([['v', 'active']]), now([], [])))).toEqual(['retire v', 'destroy v']);
    expect(inWords(eventsToward(new Map([['v', 'generated']]), now([], [])))).toEqual(['destroy v']);
    expect(inWords(eventsToward(new Map(), now(['w'], [])))).toEqual(['generate w', 'activate w', 'retire w']);
  });

  it('does not go on from a destroyed key that is held again, and names it', () => {
    const lives: KeyLives = new Map([['v', 'destroyed']]);
    expect(eventsToward(lives, now(['v'], ['v']))).toEqual([]);
    expect(resurrectedIn(lives, ['w', 'v'])).toEqual(['v']);
  });
});
