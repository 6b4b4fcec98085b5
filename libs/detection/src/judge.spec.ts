// Fusion: one glitch is forgiven, two are not; repeats and gaps are nobody's fault; evidence stands on its own.
import { pointAt } from './geo.js';
import { judge, judgeEvidence, type Judgement, MAX_EVIDENCE, NO_HISTORY } from './judge.js';
import { observe, type ObservedState } from './observed-state.js';
import { createTracks } from './tracks.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';

/** A car that goes north at 10 m/s, `east` metres off its lane. */
const at = (millis: number, east = 0): ObservedState => ({
  ...pointAt({ latitudeDegrees: 39.9, longitudeDegrees: 116.4 }, { eastMetres: east, northMetres: millis / 100 }),
  generationTimeMillis: millis,
  speedMetresPerSecond: 10,
  headingDegrees: 0,
  isReversing: false,
  longitudinalAcceleration: 0,
  widthMetres: 1.8,
  lengthMetres: 4.5,
  positionSigmaMetres: 0.4,
});

function drive(messages: readonly ObservedState[]): Judgement[] {
  let history = NO_HISTORY;
  return messages.map((message) => {
    const judgement = judge(history, message);
    ({ history } = judgement);
    return judgement;
  });
}
const every100 = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index * 100);

describe('judge', () => {
  it('suspects a car whose place jumps and stays away, at the second message, and says which ones show it', () => {
    const judgements = drive([...every100(5).map((t) => at(t)), ...every100(5, 500).map((t) => at(t, 80))]);
    expect(judgements.map(({ suspicious }) => suspicious)).toEqual([...Array(6).fill(false), ...Array(4).fill(true)]);
    expect(judgements[6]?.observations).toContainEqual({ detector: 'positionJump', factor: 0, tgtId: 3, obsId: 4 });
    expect(judgements[6]?.evidenceTimesMillis).toEqual([0, 400, 500, 600]);
  });

  it('forgives one glitch and forgets it', () => {
    const judgements = drive(every100(100).map((t) => at(t, t === 500 ? 80 : 0)));
    expect(judgements.filter(({ factor }) => factor < 0.5)).toHaveLength(1);
    expect(judgements.some(({ suspicious }) => suspicious)).toBe(false);
    expect(judgements.at(-1)?.history).toMatchObject({ suspicionNats: 0, evidenceTimesMillis: [] });
  });

  it('takes no repeat of a message for a fault of its signer', () => {
    const judgements = drive([at(0), at(100), at(100), at(0), at(100), at(200)]);
    expect(judgements.every(({ factor }) => factor === 1)).toBe(true);
  });

  it('suspects one who signs different places for one instant', () => {
    const judgements = drive([at(0), at(100), at(100, 0.5), at(100, 1)]);
    expect(judgements.at(-1)?.suspicious).toBe(true);
    expect(judgements.at(-1)?.observations.map(({ detector }) => detector)).toContain('beaconFrequency');
  });

  it('suspects one who speaks five times as often as it may', () => {
    const judgements = drive(Array.from({ length: 50 }, (_, index) => at(index * 20)));
    expect(judgements.at(-1)?.suspicious).toBe(true);
  });

  it('starts anew after a gap', () => {
    const judgements = drive([at(0), at(100), at(10_000, 5000)]);
    expect(judgements.at(-1)).toMatchObject({ factor: 1, suspicious: false });
  });

  it('bounds what it keeps', () => {
    const judgements = drive(every100(500).map((t, index) => at(t, index % 2 === 0 ? 0 : 90)));
    const { evidenceTimesMillis, history } = judgements.at(-1)!;
    expect(evidenceTimesMillis.length).toBeLessThanOrEqual(MAX_EVIDENCE);
    expect(history.trusted.length).toBeLessThanOrEqual(11);
    expect(history.suspicionNats).toBeLessThanOrEqual(12);
  });
});

describe('judgeEvidence', () => {
  it('finds nothing in nothing, nor in an honest car with messages left out', () => {
    expect(judgeEvidence([])).toEqual({ factor: 1, suspicious: false, observations: [] });
    expect(judgeEvidence([at(0), at(700), at(900), at(3000), at(60_000)])).toMatchObject({ suspicious: false });
  });

  it('is not led by repeats that the reporter put in', () => {
    expect(judgeEvidence([at(0), at(100), at(100), at(100), at(200)])).toMatchObject({ factor: 1, suspicious: false });
  });

  it('reads messages in any order', () => {
    const messages = [at(0), at(100), at(200, 80), at(300, 80)];
    expect(judgeEvidence(messages).suspicious).toBe(true);
    expect(judgeEvidence(messages.toReversed())).toEqual(judgeEvidence(messages));
  });
});

describe('createTracks', () => {
  it('keeps senders apart and forgets the longest silent', () => {
    const tracks = createTracks({ maxSenders: 2 });
    tracks.observe('a', at(0));
    tracks.observe('b', at(0));
    tracks.observe('a', at(100));
    expect(tracks.observe('c', at(0, 80)).factor).toBe(1);
    expect(tracks.size).toBe(2);
    // `b` was forgotten, so its jump is a first message; `a` is still known.
    expect(tracks.observe('a', at(200, 80)).factor).toBeLessThan(0.5);
    expect(tracks.observe('b', at(200, 80)).factor).toBe(1);
    tracks.forget('b');
    expect(tracks.size).toBe(1);
  });
});

describe('observe', () => {
  const bsm: BasicSafetyMessage = {
    msgCnt: 0,
    id: new Uint8Array(8),
    secMark: 0,
    pos: { lat: 399_000_000, long: 1_164_000_000 },
    transmission: 'unavailable',
    speed: 500,
    heading: 7200,
    accelSet: { long: 2001, lat: 2001, vert: -127, yaw: 0 },
    brakes: {},
    size: { width: 180, length: 450 },
    vehicleClass: { classification: 10 },
  };

  it.each([
    ['without latitude', { pos: { lat: 900_000_001, long: 0 } }, 'position-unavailable'],
    ['without longitude', { pos: { lat: 0, long: 1_800_000_001 } }, 'position-unavailable'],
    ['without speed', { speed: 8191 }, 'motion-unavailable'],
    ['without heading', { heading: 28_800 }, 'motion-unavailable'],
  ])('refuses a BSM %s', (_, changes, reason) => {
    expect(observe({ ...bsm, ...changes }, 0)).toEqual({ kind: 'refused', reason });
  });

  it('reads units, and unavailable values as absent', () => {
    expect(observe(bsm, 77)).toEqual({
      kind: 'observed',
      state: {
        generationTimeMillis: 77,
        latitudeDegrees: 39.9,
        longitudeDegrees: 116.4,
        speedMetresPerSecond: 10,
        headingDegrees: 90,
        isReversing: false,
        longitudinalAcceleration: undefined,
        widthMetres: 1.8,
        lengthMetres: 4.5,
        positionSigmaMetres: undefined,
      },
    });
  });
});
