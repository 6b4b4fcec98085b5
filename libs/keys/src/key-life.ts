/**
 * The life of a private key (密钥生命周期) as a state machine: made, in use, out of use, gone. Values in, values out; what was done
 * is written down by `key-journal.ts`, and only what this allows.
 *
 *     generate → generated ─ activate → active ─ retire, rotate → retired ─ destroy → destroyed
 *                    └───────────────────── destroy ────────────────────────────────────┘
 *
 * `back-up` and `restore` change no state: a restored key goes on where its backup left it. A key in use is not destroyed
 * before something else is used or it is retired, and nothing brings a destroyed key back.
 */

export type KeyState = 'generated' | 'active' | 'retired' | 'destroyed';

interface OfKey {
  readonly label: string;
}
export type KeyEvent = OfKey &
  (
    | { readonly act: 'generate' | 'activate' | 'retire' | 'back-up' | 'destroy' }
    /** The key goes out of use and its successor, another generated one, comes into use in the same step. */
    | { readonly act: 'rotate'; readonly successor: string }
    /** From a backup, in the state that the backup tells; of a destroyed one the mark alone. */
    | { readonly act: 'restore'; readonly state: KeyState }
  );
export type KeyAct = KeyEvent['act'];

/** The state of each label that ever lived. */
export type KeyLives = ReadonlyMap<string, KeyState>;

/** Why an event cannot follow, as a sentence about the label. */
export interface LifeRefusal {
  readonly kind: 'refused';
  readonly reason: 'is-known' | 'is-unknown' | 'wrong-state';
  readonly sentence: string;
}

/** From which states an act may follow, and where it leads; undefined: the state stays. */
const steps: Record<
  Exclude<KeyAct, 'generate' | 'restore'>,
  { from: readonly KeyState[]; to: KeyState | undefined }
> = {
  activate: { from: ['generated'], to: 'active' },
  rotate: { from: ['active'], to: 'retired' },
  retire: { from: ['active'], to: 'retired' },
  'back-up': { from: ['generated', 'active', 'retired'], to: undefined },
  destroy: { from: ['generated', 'retired'], to: 'destroyed' },
};

const refused = (reason: LifeRefusal['reason'], label: string, rest: string): LifeRefusal => ({
  kind: 'refused',
  reason,
  sentence: `the key ${JSON.stringify(label)} ${rest}`,
});

/** The lives after an event, or why it cannot follow; what is handed in is left as it was. */
export function afterEvent(lives: KeyLives, event: KeyEvent): KeyLives | LifeRefusal {
  const { act, label } = event;
  const state = lives.get(label);
  if (act === 'generate') {
    if (state !== undefined) return refused('is-known', label, `is ${state}: a label gets one key in its life`);
    return withState(lives, label, 'generated');
  }
  if (act === 'restore') {
    if (state === 'destroyed') return refused('wrong-state', label, 'was destroyed and does not come back');
    return state === undefined || event.state === 'destroyed' ? withState(lives, label, event.state) : lives;
  }
  if (state === undefined) return refused('is-unknown', label, 'is unknown here');
  const { from, to } = steps[act];
  if (!from.includes(state)) return refused('wrong-state', label, `is ${state}: no ${act} follows`);
  const after = to === undefined ? lives : withState(lives, label, to);
  return event.act === 'rotate' ? afterEvent(after, { act: 'activate', label: event.successor }) : after;
}

/** The lives after all of these, or why one of them cannot follow. */
export function afterEvents(lives: KeyLives, events: readonly KeyEvent[]): KeyLives | LifeRefusal {
  let current = lives;
  for (const event of events) {
    const after = afterEvent(current, event);
    if (isLifeRefusal(after)) return after;
    current = after;
  }
  return current;
}

const withState = (lives: KeyLives, label: string, state: KeyState): KeyLives => new Map(lives).set(label, state);

export const isLifeRefusal = (given: KeyLives | LifeRefusal): given is LifeRefusal => 'kind' in given;

/** What is true of keys now: the labels that a device holds, and which of them are in use or not yet. All others are out of use. */
export interface KeysNow {
  readonly held: readonly string[];
  readonly notYet: (label: string) => boolean;
  readonly inUse: (label: string) => boolean;
  /** The label that one out of use was followed by, when it is known. */
  readonly successorOf: (label: string) => string | undefined;
}

/**
 * The events that lead from what was written down to what is true now, in an order in which each may follow. Labels that
 * are written down as destroyed and yet held are left out: `resurrectedIn` names them.
 */
export function eventsToward(lives: KeyLives, now: KeysNow): KeyEvent[] {
  const events: KeyEvent[] = [];
  let current = lives;
  const add = (event: KeyEvent): void => {
    const after = afterEvent(current, event);
    if (isLifeRefusal(after)) throw new Error(after.sentence);
    current = after;
    events.push(event);
  };
  const held = now.held.filter((label) => lives.get(label) !== 'destroyed');
  for (const label of held) if (!current.has(label)) add({ act: 'generate', label });
  for (const label of held) {
    const successor = now.successorOf(label);
    const isOver = current.get(label) === 'active' && !now.inUse(label);
    if (isOver && successor !== undefined && now.inUse(successor) && current.get(successor) === 'generated')
      add({ act: 'rotate', label, successor });
  }
  for (const label of held) {
    if (now.notYet(label)) continue;
    if (current.get(label) === 'generated') add({ act: 'activate', label });
    if (current.get(label) === 'active' && !now.inUse(label)) add({ act: 'retire', label });
  }
  for (const [label, state] of lives) {
    if (state === 'destroyed' || now.held.includes(label)) continue;
    if (current.get(label) === 'active') add({ act: 'retire', label });
    add({ act: 'destroy', label });
  }
  return events;
}

/** Labels that are written down as destroyed and are held all the same: somebody put old files back. Sorted. */
export const resurrectedIn = (lives: KeyLives, held: readonly string[]): string[] =>
  held.filter((label) => lives.get(label) === 'destroyed').sort();
