/** Roads, signals, events and signs: where the own car is on them, and what concerns it. */
import type { MapData } from '#uper/messages/map.js';
import type { RoadSideInformation, RTEData } from '#uper/messages/rsi.js';
import type { LightState, SPAT } from '#uper/messages/spat.js';
import { concernOf } from './along-the-road.js';
import { APPLICATIONS } from './applications.js';
import { bsm, heard, mover, onEarth, own } from './day-one.fixture.js';
import { Awareness } from './heard.js';
import { relate, secondsToOverlap } from './mover.js';
import { offsetTo, pointOf } from './offsets.js';
import { alongPath, placeOnMap } from './on-map.js';

const refPos = onEarth(0, 200);
const bits = (size: number, ...set: number[]) => Array.from({ length: size }, (_, bit) => set.includes(bit));
const [JUNCTION, SOUTH, WEST] = [
  { region: 1, id: 1000 },
  { region: 1, id: 1001 },
  { region: 1, id: 1002 },
];

/** One lane from 100 m south of the own car to a stop line 60 m north of it. */
const map = (speed = 833): MapData => ({
  msgCnt: 0,
  nodes: [
    {
      id: JUNCTION,
      refPos,
      inLinks: [
        {
          upstreamNodeId: SOUTH,
          linkWidth: 350,
          speedLimits: [{ type: 'vehicleMaxSpeed', speed }],
          lanes: [
            {
              laneID: 1,
              connectsTo: [
                { remoteIntersection: SOUTH, connectingLane: { lane: 1, maneuver: bits(12, 0) }, phaseId: 4 },
                { remoteIntersection: WEST, connectingLane: { lane: 1, maneuver: bits(12, 1) }, phaseId: 5 },
              ],
              points: [
                { posOffset: offsetTo(refPos, onEarth(0, -100)) },
                { posOffset: offsetTo(refPos, onEarth(0, 60)) },
              ],
            },
          ],
        },
      ],
    },
  ],
});

const spat = (light: LightState, seconds: number, next: LightState = 'permissive-green'): SPAT => ({
  msgCnt: 0,
  intersections: [
    {
      intersectionId: JUNCTION,
      status: bits(16),
      phases: [
        {
          id: 4,
          phaseStates: [
            { light, timing: { kind: 'counting', value: { startTime: 0, likelyEndTime: seconds * 10 } } },
            {
              light: next,
              timing: { kind: 'counting', value: { startTime: seconds * 10, likelyEndTime: seconds * 10 + 300 } },
            },
          ],
        },
      ],
    },
  ],
});
const told = (message: SPAT, ageSeconds = 0) => heard({ maps: [map()], signals: [{ message, ageSeconds }] });

it('finds the lane and what is left of it, and none beside, before, behind or the other way', () => {
  expect(placeOnMap(own(), [map()])?.toStopLineMetres).toBeCloseTo(60, 0);
  expect(placeOnMap(own({ headingDegrees: 180 }), [map()])).toBeUndefined();
  const moved = (east: number, north: number) => {
    const { lat, long } = onEarth(east, north);
    return placeOnMap(own({ origin: { latitudeDegrees: lat / 1e7, longitudeDegrees: long / 1e7 } }), [map()]);
  };
  expect(moved(1, 0)).toBeDefined();
  expect(moved(2.5, 0)).toBeUndefined();
  expect(moved(0, 61)).toBeUndefined();
  expect(moved(0, -101)).toBeUndefined();
});

it('rlvw: warns of a red light that cannot be met comfortably', () => {
  const fast = { speedMetresPerSecond: 18 };
  expect(APPLICATIONS.rlvw(own(fast), told(spat('red', 20)))).toMatchObject({ text: 'red light: stop' });
  // Green when the line is reached, which takes 3.2 s; and a message tells the past the later it is read.
  expect(APPLICATIONS.rlvw(own(fast), told(spat('red', 3)))).toBeUndefined();
  expect(APPLICATIONS.rlvw(own(fast), told(spat('red', 4.4), 0))).toBeDefined();
  expect(APPLICATIONS.rlvw(own(fast), told(spat('red', 4.4), 1.5))).toBeUndefined();
  expect(APPLICATIONS.rlvw(own(fast), told(spat('permissive-green', 20)))).toBeUndefined();
  expect(APPLICATIONS.rlvw(own({ ...fast, acceleration: -2.6 }), told(spat('red', 20)))).toBeUndefined();
  expect(APPLICATIONS.rlvw(own(), told(spat('red', 20)))).toBeUndefined();
  // Its phase is that of the left turn, of which nothing is told.
  expect(APPLICATIONS.rlvw(own({ ...fast, isTurningLeft: true }), told(spat('red', 20)))).toBeUndefined();
  const unmapped = heard({ signals: [{ message: spat('red', 20), ageSeconds: 0 }] });
  expect(APPLICATIONS.rlvw(own(fast), unmapped)).toBeUndefined();
});

it('glosa: advises a speed that meets the green, within the limit, and says nothing when there is none', () => {
  expect(APPLICATIONS.glosa(own(), told(spat('red', 6)))).toMatchObject({ text: 'drive 36 km/h for green' });
  expect(APPLICATIONS.glosa(own(), told(spat('permissive-green', 3.8, 'yellow')))).toMatchObject({
    text: 'drive 57 km/h for green',
  });
  expect(APPLICATIONS.glosa(own(), told(spat('permissive-green', 20)))).toBeUndefined();
  // Slower than anybody should be told to drive, and faster than the limit.
  expect(APPLICATIONS.glosa(own(), told(spat('red', 30)))).toBeUndefined();
  expect(APPLICATIONS.glosa(own(), told(spat('permissive-green', 3, 'yellow')))).toBeUndefined();
});

it('slw: takes the lower of map and sign, and tolerates a little', () => {
  const path = [offsetTo(refPos, onEarth(0, -50)), offsetTo(refPos, onEarth(0, 50))];
  const sign = (text: string): RoadSideInformation => ({
    msgCnt: 0,
    id: new Uint8Array(8),
    refPos,
    rtss: [
      {
        rtsId: 1,
        signType: 85,
        description: { kind: 'textString', value: text },
        referencePaths: [{ activePath: path, pathRadius: 50 }],
      },
    ],
  });
  expect(APPLICATIONS.slw(own(), heard({ maps: [map()] }))).toBeUndefined();
  expect(APPLICATIONS.slw(own({ speedMetresPerSecond: 17.3 }), heard({ maps: [map()] }))).toMatchObject({
    text: 'the limit is 60 km/h',
  });
  const all = (text: string) => heard({ maps: [map()], information: [sign(text)] });
  expect(APPLICATIONS.slw(own(), all('40'))).toMatchObject({ text: 'the limit is 40 km/h' });
  expect(APPLICATIONS.slw(own(), all('80'))).toBeUndefined();
  expect(APPLICATIONS.slw(own(), all('slow'))).toBeUndefined();
});

describe('an event concerns us', () => {
  const message: RoadSideInformation = { msgCnt: 0, id: new Uint8Array(8), refPos };
  const event = (changes: Partial<RTEData>): RTEData => ({
    rteId: 0,
    eventType: 408,
    eventSource: 'detection',
    ...changes,
  });
  const circle = (east: number, north: number) =>
    event({ eventPos: offsetTo(refPos, onEarth(east, north)), eventRadius: 200 });
  const path = (...points: [number, number][]) =>
    event({
      referencePaths: [{ activePath: points.map(([e, n]) => offsetTo(refPos, onEarth(e, n))), pathRadius: 50 }],
    });
  const link = (upstream: number, lane: number) =>
    event({
      referenceLinks: [
        {
          upstreamNodeId: { region: 1, id: upstream },
          downstreamNodeId: JUNCTION,
          referenceLanes: bits(16, lane),
        },
      ],
    });
  it.each([
    ['a circle ahead', circle(0, 100), 80],
    ['a circle we are in', circle(0, -10), 0],
    ['a circle behind', circle(0, -100), undefined],
    ['a circle aside', circle(30, 100), undefined],
    ['a circle too far', circle(0, 400), undefined],
    ['a path we are on', path([0, -50], [0, 50]), 0],
    ['a path ahead', path([0, 100], [0, 200]), 100],
    ['a path ahead the other way', path([0, 200], [0, 100]), undefined],
    ['a path behind', path([0, -200], [0, -100]), undefined],
    ['a path beside', path([20, -50], [20, 50]), undefined],
    ['the link and lane we are on', link(1001, 1), 0],
    ['another lane', link(1001, 2), undefined],
    ['another link', link(1002, 1), undefined],
  ])('%s', (_, one, metres) => {
    const concern = concernOf(own(), message, one, [map()], 300);
    if (metres === undefined) expect(concern).toBeUndefined();
    else expect(Math.abs((concern?.metres ?? NaN) - metres)).toBeLessThan(0.5);
  });
});

it('an offset and its point are each other’s, in the smallest form that holds it', () => {
  for (const [metres, kind] of [
    [5, 'position-LL1'],
    [60, 'position-LL2'],
    [200, 'position-LL3'],
    [1000, 'position-LL4'],
    [10_000, 'position-LL5'],
    [60_000, 'position-LL6'],
    [200_000, 'position-LatLon'],
  ] as const) {
    const point = onEarth(metres, -metres / 2);
    const offset = offsetTo(onEarth(0, 0), point);
    expect(offset.offsetLL.kind).toBe(kind);
    expect(pointOf(onEarth(0, 0), offset)).toEqual(point);
  }
});

it('a path of less than two points is none', () => {
  expect(alongPath(own(), [])).toBeUndefined();
  expect(alongPath(own(), [{ eastMetres: 0, northMetres: 0 }])).toBeUndefined();
});

it('takes two headings on one road together, and nobody else’s', () => {
  expect(relate(own({ headingDegrees: 1 }), mover(0, 100, 10, -1)).rightMetres).toBeCloseTo(0, 5);
  expect(relate(own({ headingDegrees: 1 }), mover(0, 100, 10, 179)).rightMetres).toBeCloseTo(0, 5);
  expect(relate(own({ headingDegrees: 1 }), mover(0, 100, 10, 90)).rightMetres).toBeCloseTo(-1.75, 1);
});

it('a car that brakes stands in the end and does not come back', () => {
  expect(secondsToOverlap(own({ acceleration: -8 }), mover(0, 20, 0), 20, 0)).toBe(Infinity);
  expect(secondsToOverlap(own({ acceleration: -4 }), mover(0, 20, 0), 20, 0)).toBeLessThan(2);
});

describe('awareness', () => {
  const frame = (speed: number) => ({ kind: 'bsmFrame', value: bsm([], { speed }) }) as const;
  const speeds = (awareness: Awareness, at: number) =>
    awareness.heard(own(), at).vehicles.map(({ speedMetresPerSecond }) => speedMetresPerSecond);

  it('keeps the latest of each sender, and forgets it', () => {
    const awareness = new Awareness();
    awareness.take('a', frame(100), 1000);
    awareness.take('a', frame(200), 1100);
    awareness.take('a', frame(300), 1050);
    awareness.take('b', frame(400), 1100);
    expect(speeds(awareness, 1200)).toEqual([4, 8]);
    expect(speeds(awareness, 1801)).toEqual([]);
  });

  it('moves a car on by the age of its message', () => {
    const awareness = new Awareness();
    awareness.take('a', frame(500), 1000);
    expect(awareness.heard(own(), 1500).vehicles[0]?.northMetres).toBeCloseTo(5, 1);
  });

  it('remembers no more than so many, however many senders there are', () => {
    const awareness = new Awareness();
    for (let n = 0; n < 2000; n++) awareness.take(String(n), frame(n), 1000);
    const kept = speeds(awareness, 1001);
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)).toBeCloseTo(1999 * 0.02, 5);
  });

  it('leaves out a car that says no place', () => {
    const awareness = new Awareness();
    awareness.take('a', { kind: 'bsmFrame', value: bsm([], { pos: { lat: 900_000_001, long: 0 } }) }, 1000);
    expect(speeds(awareness, 1001)).toEqual([]);
  });
});
