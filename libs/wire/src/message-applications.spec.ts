// Applications of messages, and what their SSPs say.
import { isRoadsideAid, isVehicleAid, MESSAGE_AIDS, rightsOf, ROADSIDE_RIGHT, sspOf, VEHICLE_RIGHT } from './message-applications.js'; // prettier-ignore

const bitmap = (psid: number, ...value: number[]) =>
  ({ psid, ssp: { kind: 'bitmapSsp', value: Uint8Array.from(value) } }) as const;

describe('the applications', () => {
  it('are those of vehicles or those of roadside units, each of one message', () => {
    const aids = Object.values(MESSAGE_AIDS).flat();
    expect(new Set(aids).size).toBe(aids.length);
    expect(aids.filter(isVehicleAid)).toEqual([111, 112, 113, 114]);
    expect(aids.filter(isRoadsideAid)).toEqual([3618, 3619, 3620, 3621, 3622, 3623]);
    expect([3624, 3627, 3629].filter((aid) => isVehicleAid(aid) || isRoadsideAid(aid))).toEqual([]);
  });
});

describe('the rights', () => {
  it.each([
    ['police', 0x80],
    ['fire', 0x40],
    ['ambulance', 0x20],
    ['dot', 0x10],
    ['transit', 0x08],
    ['emergency', 0x04],
    ['roadRescue', 0x02],
    ['roadWork', 0x01],
  ] as const)('of a vehicle: %s is a bit of its own', (right, bit) => {
    expect(sspOf(VEHICLE_RIGHT, [right])).toEqual({ kind: 'bitmapSsp', value: Uint8Array.of(1, bit) });
    for (const aid of [...MESSAGE_AIDS.bsmFrame, 32]) expect([...rightsOf(bitmap(aid, 1, bit))]).toEqual([right]);
  });

  it.each([
    ['static', 0x80],
    ['dynamic', 0x40],
    ['priority', 0x20],
    ['test', 0x10],
  ] as const)('of a roadside unit: %s is a bit of its own', (right, bit) => {
    expect(sspOf(ROADSIDE_RIGHT, [right])).toEqual({ kind: 'bitmapSsp', value: Uint8Array.of(1, bit) });
    for (const aid of [3619, 3620, 3621, 3622, 3623]) expect([...rightsOf(bitmap(aid, 1, bit))]).toEqual([right]);
  });

  it('are several where several bits are set', () => {
    const ssp = sspOf(VEHICLE_RIGHT, ['fire', 'roadRescue']);
    expect([...rightsOf({ psid: 111, ssp })]).toEqual(['fire', 'roadRescue']);
  });

  it('without an SSP are the daily ones of a roadside unit, and none of a vehicle', () => {
    expect([...rightsOf({ psid: 3619 })]).toEqual(['static', 'dynamic']);
    expect([...rightsOf({ psid: 111 })]).toEqual([]);
  });

  it.each([
    ['no permission', undefined],
    ['another version', bitmap(3620, 2, 0xff)],
    ['a version alone', bitmap(3620, 1)],
    ['a longer form', bitmap(3620, 1, 0xff, 0)],
    ['an empty SSP', bitmap(3620)],
    ['bits without a name', bitmap(3620, 1, 0x0f)],
    ['an opaque SSP', { psid: 3620, ssp: { kind: 'opaque', value: Uint8Array.of(1, 0xff) } } as const],
    ['a MAP', bitmap(3618, 1, 0xff)],
    ['another application', bitmap(3627, 1, 0xff)],
  ])('are none of %s', (_, permission) => expect(rightsOf(permission).size).toBe(0));
});
