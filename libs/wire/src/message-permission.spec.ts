// VM3, who may send what: a right is tried by its claim, which is refused without it and allowed with it alone.
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import type { MessageFrame } from '#uper/messages/message-frame.js';
import type { RTEData } from '#uper/messages/rsi.js';
import type { VehicleEmergencyExtensions } from '#uper/messages/vehicle.js';
import type { GeographicRegion } from './base-types.js';
import { MESSAGE_AIDS, ROADSIDE_RIGHT, sspOf, VEHICLE_RIGHT, type MessageRight } from './message-applications.js';
import { claimsOf, type KnownFrame } from './message-claims.js';
import { sendingProblem } from './message-permission.js';

const POSITION = { lat: 399_088_230, long: 1_163_974_700 };
const BSM: BasicSafetyMessage = {
  msgCnt: 1,
  id: new Uint8Array(8),
  secMark: 0,
  pos: POSITION,
  transmission: 'forwardGears',
  speed: 500,
  heading: 0,
  accelSet: { long: 0, lat: 0, vert: 0, yaw: 0 },
  brakes: {},
  size: { width: 180, length: 480 },
  vehicleClass: { classification: 10 },
};
const bsm = (change: Partial<BasicSafetyMessage> = {}): KnownFrame => ({
  kind: 'bsmFrame',
  value: { ...BSM, ...change },
});
const emergency = (emergencyExt: VehicleEmergencyExtensions): KnownFrame => bsm({ emergencyExt });
const ofClass = (classification: number): KnownFrame => bsm({ vehicleClass: { classification } });

const MAP: KnownFrame = { kind: 'mapFrame', value: { msgCnt: 1, nodes: [{ id: { id: 1 }, refPos: POSITION }] } };
const NODE = { region: 1, id: 700 };
const spat = (intersectionId: { region?: number; id: number }, ...status: number[]): KnownFrame => ({
  kind: 'spatFrame',
  value: {
    msgCnt: 1,
    intersections: [
      {
        intersectionId,
        status: Array.from({ length: 16 }, (_, bit) => status.includes(bit)),
        phases: [{ id: 1, phaseStates: [{ light: 'red' }] }],
      },
    ],
  },
});
const EVENT: RTEData = { rteId: 1, eventType: 707, eventSource: 'detection' };
const unit = { msgCnt: 1, id: new Uint8Array(8), refPos: POSITION };
const rsi = (change: Partial<RTEData>): KnownFrame => ({
  kind: 'rsiFrame',
  value: { ...unit, rtes: [{ ...EVENT, ...change }] },
});
const SIGNS: KnownFrame = { kind: 'rsiFrame', value: { ...unit, rtss: [{ rtsId: 1, signType: 85 }] } };
const RSM: KnownFrame = {
  kind: 'rsmFrame',
  value: {
    ...unit,
    participants: [
      {
        ptcType: 'pedestrian',
        ptcId: 1,
        source: 'video',
        secMark: 0,
        pos: { offsetLL: { kind: 'position-LL1', value: { lon: 0, lat: 0 } } },
        posConfidence: { pos: 'a1m' },
        speed: 0,
        heading: 0,
        size: { width: 50, length: 50 },
      },
    ],
  },
};

const CIRCLE: GeographicRegion = {
  kind: 'circularRegion',
  value: { center: { latitude: 1, longitude: 1 }, radius: 500 },
};
const CHINA: GeographicRegion = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] };

const bitsOf = (frame: KnownFrame): Readonly<Record<string, number>> =>
  frame.kind === 'bsmFrame' ? VEHICLE_RIGHT : ROADSIDE_RIGHT;

/** What becomes of a frame under the first AID of its message, from a certificate with these rights and no other. */
function problemWith(frame: KnownFrame, rights: readonly MessageRight[]): string | undefined {
  const psid = MESSAGE_AIDS[frame.kind][0];
  return sendingProblem({ appPermissions: [{ psid, ssp: sspOf(bitsOf(frame), rights) }], region: CIRCLE }, psid, frame);
}

const RUN = ['police', 'fire', 'ambulance', 'emergency', 'roadRescue'] as const;
const ALL = Object.keys(VEHICLE_RIGHT) as (keyof typeof VEHICLE_RIGHT)[];
const fixed = 5;

describe('each claim is allowed with any one of its rights, and refused with all others', () => {
  const cases: [string, KnownFrame, readonly MessageRight[]][] = [
    ['an emergency vehicle of unknown kind', ofClass(60), RUN],
    ['another emergency vehicle', ofClass(61), RUN],
    ['a light fire engine', ofClass(62), ['fire']],
    ['a heavy fire engine', ofClass(63), ['fire']],
    ['a paramedic', ofClass(64), ['ambulance']],
    ['an ambulance', ofClass(65), ['ambulance']],
    ['a light police vehicle', ofClass(66), ['police']],
    ['a heavy police vehicle', ofClass(67), ['police']],
    ['another responder', ofClass(68), RUN],
    ['another ambulance', ofClass(69), ['ambulance']],
    ['an emergency response', emergency({ responseType: 'emergency' }), RUN],
    ['a pursuit', emergency({ responseType: 'pursuit' }), ['police']],
    ['a response of a later edition', emergency({ responseType: 'later-0' }), RUN],
    ['a siren', emergency({ sirenUse: 'inUse' }), RUN],
    ['flashing lights', emergency({ lightsUse: 'inUse' }), RUN],
    ['yellow lights', emergency({ lightsUse: 'yellowCautionLights' }), ['dot', 'roadRescue', 'roadWork']],
    ['lights of a school bus', emergency({ lightsUse: 'schooldBusLights' }), ['transit']],
    ['arrow signs', emergency({ lightsUse: 'arrowSignsActive' }), ['dot', 'roadWork']],
    ['lights of a slow vehicle', emergency({ lightsUse: 'slowMovingVehicle' }), ALL],
    ['lights of one that stops often', emergency({ lightsUse: 'freqStops' }), ALL],
    ['signals of a fixed plan', spat(NODE, fixed), ['static']],
    ['signals that follow the traffic', spat(NODE, 6), ['dynamic']],
    ['signs', SIGNS, ['static']],
    ['events', rsi({}), ['dynamic']],
    ['participants', RSM, ['dynamic']],
  ];

  it.each(cases)('%s', (_, frame, rights) => {
    for (const right of rights) expect([right, problemWith(frame, [right])]).toEqual([right, undefined]);
    const others = (Object.keys(bitsOf(frame)) as MessageRight[]).filter((right) => !rights.includes(right));
    expect(problemWith(frame, others)).toBe('content-not-permitted');
  });

  // These come with a claim that every such message makes, so that one right is not enough.
  it.each<[string, KnownFrame, MessageRight, MessageRight]>([
    ['a signal that is preempted', spat(NODE, fixed, 3), 'static', 'priority'],
    ['a signal that favours somebody', spat(NODE, fixed, 4), 'static', 'priority'],
    ['a signal of a region for tests', spat({ region: 0, id: 700 }, fixed), 'static', 'test'],
    ['a signal of a node for tests', spat({ id: 255 }, fixed), 'static', 'test'],
    ['an event of the highest level', rsi({ priority: Uint8Array.of(0xe0) }), 'dynamic', 'priority'],
    ['an event upstream of a node for tests', rsi({ referenceLinks: [{ upstreamNodeId: NODE, downstreamNodeId: { id: 0 } }] }), 'dynamic', 'test'],
    ['an event downstream of a node for tests', rsi({ referenceLinks: [{ upstreamNodeId: { id: 1 }, downstreamNodeId: NODE }] }), 'dynamic', 'test'],
  ])('%s', (_, frame, usual, right) => {
    expect(problemWith(frame, [usual, right])).toBeUndefined();
    const others = (Object.keys(ROADSIDE_RIGHT) as MessageRight[]).filter((one) => one !== right);
    expect(problemWith(frame, others)).toBe('content-not-permitted');
  }); // prettier-ignore

  it('each right allows something on its own', () => {
    const tried = cases.flatMap(([, , rights]) => rights);
    expect([...ALL, 'static', 'dynamic'].filter((right) => !tried.includes(right as MessageRight))).toEqual([]);
  });

  it('a message with several claims needs a right to each', () => {
    const frame = bsm({ vehicleClass: { classification: 62 }, emergencyExt: { responseType: 'pursuit' } });
    expect(problemWith(frame, ['fire'])).toBe('content-not-permitted');
    expect(problemWith(frame, ['police'])).toBe('content-not-permitted');
    expect(problemWith(frame, ['fire', 'police'])).toBeUndefined();
  });
});

describe('what claims nothing', () => {
  it.each<[string, KnownFrame]>([
    ['a car', bsm()],
    ['a bus', ofClass(50)],
    ['the classes beside the emergency ones', ofClass(59)],
    ['a pedestrian', ofClass(80)],
    ['no emergency', emergency({ responseType: 'nonEmergency', sirenUse: 'notInUse', lightsUse: 'notInUse' })],
    ['a vehicle that does not say', emergency({ responseType: 'notInUseOrNotEquipped', sirenUse: 'unavailable', lightsUse: 'unavailable' })],
    ['one that stands', emergency({ responseType: 'stationary' })],
    ['a MAP, of nodes for tests too', MAP],
  ])('%s', (_, frame) => {
    expect(claimsOf(frame)).toEqual([]);
    expect(problemWith(frame, [])).toBeUndefined();
  }); // prettier-ignore
  it('an event below the highest level, on a road that is real', () => {
    const links = [{ upstreamNodeId: NODE, downstreamNodeId: { id: 256 } }];
    expect(problemWith(rsi({ priority: Uint8Array.of(0xc0), referenceLinks: links }), ['dynamic'])).toBeUndefined();
  });
});

describe('the application', () => {
  const frames: Record<string, KnownFrame> = { bsmFrame: bsm(), mapFrame: MAP, spatFrame: spat(NODE), rsiFrame: SIGNS, rsmFrame: RSM }; // prettier-ignore
  const aids = Object.values(MESSAGE_AIDS).flat();

  it.each(Object.values(frames).map((frame) => [frame.kind, frame] as const))('of %s is its own and no other', (kind, frame) => {
    const allowed = aids.filter(
      (psid) => sendingProblem({ appPermissions: [{ psid }], region: CIRCLE }, psid, frame) === undefined,
    );
    expect(allowed).toEqual(MESSAGE_AIDS[kind]);
    expect(sendingProblem({ appPermissions: [{ psid: 3629 }] }, 3629, frame)).toBe('wrong-application');
  }); // prettier-ignore

  it('must stand in the certificate, and its rights under it', () => {
    expect(sendingProblem({ appPermissions: [{ psid: 112 }] }, 111, bsm())).toBe('application-not-permitted');
    expect(sendingProblem({}, 111, bsm())).toBe('application-not-permitted');
    const other = { psid: 112, ssp: sspOf(VEHICLE_RIGHT, ['fire']) };
    expect(sendingProblem({ appPermissions: [{ psid: 111 }, other] }, 111, ofClass(62))).toBe('content-not-permitted');
    expect(sendingProblem({ appPermissions: [{ psid: 111 }, other] }, 112, ofClass(62))).toBeUndefined();
  });

  it('a frame of a later edition is sent by nobody', () => {
    const later: MessageFrame = { kind: 'later', index: 0, value: Uint8Array.of(0) };
    expect(sendingProblem({ appPermissions: [{ psid: 111 }] }, 111, later)).toBe('message-not-known');
  });
});

describe('a certificate', () => {
  it.each([
    ['a car with the applications of a roadside unit', 111, bsm()],
    ['a roadside unit with those of a car', 3618, MAP],
  ])('of both: %s', (_, aid, frame) => {
    const appPermissions = [{ psid: 111 }, { psid: 3618 }];
    expect(sendingProblem({ appPermissions, region: CIRCLE }, aid, frame)).toBe('vehicle-and-roadside');
  });

  it('may have applications of neither beside its own', () => {
    const appPermissions = [{ psid: 111 }, { psid: 3629 }];
    expect(sendingProblem({ appPermissions }, 111, bsm())).toBeUndefined();
  });

  it.each<[string, GeographicRegion | undefined, string | undefined]>([
    ['a circle', CIRCLE, undefined],
    ['rectangles', { kind: 'rectangularRegion', value: [] }, undefined],
    ['a polygon', { kind: 'polygonalRegion', value: [] }, undefined],
    ['a country', CHINA, 'no-drawn-region'],
    ['no region', undefined, 'no-drawn-region'],
  ])('of a roadside unit with %s; a car may have any', (_, region, problem) => {
    expect(sendingProblem({ appPermissions: [{ psid: 3618 }], region }, 3618, MAP)).toBe(problem);
    expect(sendingProblem({ appPermissions: [{ psid: 111 }], region }, 111, bsm())).toBeUndefined();
  });
});
