// The detectors on the road, over the bytes that would be signed: no honest car is ever suspected, every liar is found,
// and the messages named as evidence convince someone who has nothing but them.
import type { ObservedState } from '#detection/observed-state.js';
import { judgeEvidence } from '#detection/judge.js';
import { DEFAULT_CONTEXT } from '#detection/plausibility.js';
import { createTracks } from '#detection/tracks.js';
import { decodeMessageFrame, encodeBsmFrame } from '#uper/messages/message-frame.js';
import { falsify, LIES } from './liar.js';
import { createRoad, type Road } from './road.js';
import { fromBsm, toBsm, type VehicleState } from './vehicle-state.js';

const TEMPORARY_ID = new Uint8Array(8).fill(7);

/** Through a BSM's bytes and back, as any receiver gets it. */
function overTheAir(state: VehicleState, msgCnt: number): ObservedState {
  const frame = decodeMessageFrame(encodeBsmFrame(toBsm(state, msgCnt, TEMPORARY_ID)));
  if (frame.kind !== 'bsmFrame') throw new Error('a BSM became another frame');
  const seen = fromBsm(frame.value, state.generationTimeMillis);
  if (seen.kind === 'refused') throw new Error(seen.reason);
  return seen.state;
}

const contextAt = (road: Road, receiver: VehicleState) => ({
  ...DEFAULT_CONTEXT,
  receiver,
  radioRangeMetres: road.radio.rangeMetres + 50,
});

describe('detection on the road', () => {
  it('suspects no honest car in more than 100 000 messages, with and without loss', () => {
    let judged = 0;
    let implausible = 0;
    let suspected = 0;
    for (const [seed, lossShare] of [
      [1, 0],
      [2, 0.1],
      [3, 0.5],
    ] as const) {
      const road = createRoad({ seed, vehicles: 20, lossShare, edgeLossShare: lossShare });
      const ears = Array.from({ length: 20 }, () => createTracks());
      for (let tick = 0; tick < 600; tick++) {
        road.step(100);
        const states = Array.from({ length: 20 }, (_, vehicle) => road.state(vehicle));
        for (let sender = 0; sender < 20; sender++) {
          const message = overTheAir(states[sender]!, tick);
          for (const receiver of road.receivers(sender)) {
            const judgement = ears[receiver]!.observe(`car-${sender}`, message, contextAt(road, states[receiver]!));
            judged++;
            if (judgement.suspicious) suspected++;
            if (judgement.observations.length > 0) implausible++;
          }
        }
      }
    }
    expect(judged).toBeGreaterThan(100_000);
    expect(suspected).toBe(0);
    expect(implausible).toBe(0);
  });

  it.each(LIES)('finds a car that starts to lie while it drives: %s', (lie) => {
    for (let seed = 20; seed < 30; seed++) {
      const road = createRoad({ seed, vehicles: 20 });
      const tracks = createTracks();
      const heard = new Map<number, ObservedState>();
      let evidence: readonly number[] = [];
      let foundAfter = Infinity;
      for (let tick = 0; tick < 100; tick++) {
        road.step(100);
        const truth = road.state(3);
        const message = overTheAir(tick < 50 ? truth : falsify(truth, lie), tick);
        heard.set(message.generationTimeMillis, message);
        const judgement = tracks.observe('liar', message);
        if (tick < 50) expect(judgement.suspicious).toBe(false);
        if (judgement.suspicious && foundAfter === Infinity) {
          foundAfter = tick - 50;
          evidence = judgement.evidenceTimesMillis;
          expect(judgement.history.suspicionNats).toBeGreaterThan(0);
        }
      }
      // A jump waits for its odd second; the others show at the second false message.
      expect(foundAfter).toBeLessThanOrEqual(lie === 'jump' ? 11 : 5);
      const again = judgeEvidence(evidence.map((time) => heard.get(time)!));
      expect(again.suspicious).toBe(true);
      expect(again.observations.map(({ tgtId, obsId }) => [tgtId, obsId])).toContainEqual([3, 4]);
      expect(evidence.length).toBeLessThanOrEqual(30);
    }
  });

  it('finds a car that lies at random from its first message on', () => {
    const road = createRoad({ seed: 40, vehicles: 6 });
    const tracks = createTracks();
    let suspicious = false;
    for (let tick = 0; tick < 20; tick++) {
      road.step(100);
      suspicious ||= tracks.observe('liar', overTheAir(falsify(road.state(0), 'random-offset'), tick)).suspicious;
    }
    expect(suspicious).toBe(true);
  });

  it('goes on without suspicion across a gap of a week under the same name', () => {
    const road = createRoad({ seed: 41, vehicles: 6 });
    const tracks = createTracks();
    for (let week = 0; week < 3; week++) {
      for (let tick = 0; tick < 100; tick++) {
        road.step(100);
        expect(tracks.observe('car', overTheAir(road.state(2), tick)).factor).toBe(1);
      }
      road.step(7 * 86_400_000);
    }
  });
});

describe('toBsm', () => {
  it('keeps every value within the resolution of the BSM', () => {
    const road = createRoad({ seed: 50, vehicles: 20 });
    for (let vehicle = 0; vehicle < 20; vehicle++) {
      const state = road.state(vehicle);
      const back = overTheAir(state, 200);
      expect(back.latitudeDegrees).toBeCloseTo(state.latitudeDegrees, 6);
      expect(back.longitudeDegrees).toBeCloseTo(state.longitudeDegrees, 6);
      expect(Math.abs(back.speedMetresPerSecond - state.speedMetresPerSecond)).toBeLessThanOrEqual(0.0101);
      expect(back.widthMetres).toBeCloseTo(state.widthMetres, 2);
      expect(back.lengthMetres).toBeCloseTo(state.lengthMetres, 2);
      expect(back.positionSigmaMetres).toBeCloseTo(state.positionSigmaMetres!, 5);
    }
  });

  it('wraps the message count, a heading that rounds up to north, and the second of the minute', () => {
    const state = { ...createRoad({ seed: 51, vehicles: 1 }).state(0), headingDegrees: 359.999 };
    expect(toBsm({ ...state, generationTimeMillis: 61_234 }, 128, TEMPORARY_ID)).toMatchObject({
      msgCnt: 0,
      heading: 0,
      secMark: 1234,
    });
  });

  it('saturates an acceleration instead of calling it unavailable', () => {
    const state = createRoad({ seed: 51, vehicles: 1 }).state(0);
    expect(toBsm({ ...state, longitudinalAcceleration: 20.01 }, 0, TEMPORARY_ID).accelSet.long).toBe(2000);
  });
});
