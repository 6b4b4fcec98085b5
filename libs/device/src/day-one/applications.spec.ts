/** What each application of cars among cars looks at: the same moment with one thing changed, and it is silent. */
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { APPLICATIONS, type ApplicationName } from './applications.js';
import { bsm, heard, mover, own, participant, vehicle } from './day-one.fixture.js';
import type { Heard } from './heard.js';
import type { OwnState } from './mover.js';

type Case = readonly [what: string, own: OwnState, heard: Heard];
const left = own({ isTurningLeft: true });
const right = own({ isTurningRight: true });
const cars = (...vehicles: Heard['vehicles']): Heard => heard({ vehicles });
const run = (changes: BasicSafetyMessage['emergencyExt']): BasicSafetyMessage =>
  bsm([], changes === undefined ? {} : { emergencyExt: changes });

/** The first of each must warn, all others must not. */
const CASES: Readonly<Partial<Record<ApplicationName, readonly Case[]>>> = {
  fcw: [
    ['a car stands ahead', own(), cars(vehicle(mover(0, 35, 0)))],
    ['as near, and no slower', own(), cars(vehicle(mover(0, 35, 15)))],
    ['behind', own(), cars(vehicle(mover(0, -35, 0)))],
    ['in the next lane', own(), cars(vehicle(mover(3.5, 35, 0)))],
    ['crossing', own(), cars(vehicle(mover(0, 35, 0, 90)))],
    ['farther', own(), cars(vehicle(mover(0, 60, 0)))],
    ['braking hard enough already', own({ acceleration: -8 }), cars(vehicle(mover(0, 35, 0)))],
  ],
  icw: [
    ['one from the left', own(), cars(vehicle(mover(-45, 45, 15, 90)))],
    ['through before', own(), cars(vehicle(mover(-15, 45, 15, 90)))],
    ['standing', own(), cars(vehicle(mover(-4, 45, 0, 90)))],
    ['the same way', own(), cars(vehicle(mover(0, 45, 1)))],
    ['a walker seen by a unit', own(), heard({ participants: [participant('pedestrian', mover(-45, 45, 15, 90))] })],
  ],
  lta: [
    ['one comes towards us', left, cars(vehicle(mover(-3.5, 90, 10, 180)))],
    ['without a signal', own(), cars(vehicle(mover(-3.5, 90, 10, 180)))],
    ['the same way', left, cars(vehicle(mover(-3.5, 90, 10)))],
    ['on the right', left, cars(vehicle(mover(3.5, 90, 10, 180)))],
    ['past us', left, cars(vehicle(mover(-3.5, -10, 10, 180)))],
    ['standing', left, cars(vehicle(mover(-3.5, 60, 0, 180)))],
    ['far', left, cars(vehicle(mover(-3.5, 200, 10, 180)))],
  ],
  lcw: [
    ['beside on the right', right, cars(vehicle(mover(3.5, -3, 15)))],
    ['without a signal', own(), cars(vehicle(mover(3.5, -3, 15)))],
    ['signalling to the other side', left, cars(vehicle(mover(3.5, -3, 15)))],
    ['two lanes over', right, cars(vehicle(mover(7, -3, 15)))],
    ['behind and no faster', right, cars(vehicle(mover(3.5, -20, 15)))],
    ['ahead and slower', right, cars(vehicle(mover(3.5, 20, 10)))],
  ],
  dnpw: [
    ['oncoming', left, cars(vehicle(mover(0, 30, 10)), vehicle(mover(-3.5, 200, 15, 180)))],
    ['nobody to pass', left, cars(vehicle(mover(-3.5, 200, 15, 180)))],
    ['without a signal', own(), cars(vehicle(mover(0, 30, 10)), vehicle(mover(-3.5, 200, 15, 180)))],
    ['in the farther lane', left, cars(vehicle(mover(0, 30, 10)), vehicle(mover(-7, 200, 15, 180)))],
    ['far', left, cars(vehicle(mover(0, 30, 10)), vehicle(mover(-3.5, 400, 15, 180)))],
    ['past us', left, cars(vehicle(mover(0, 30, 10)), vehicle(mover(-3.5, -20, 15, 180)))],
  ],
  ebw: [
    ['ahead', own(), cars(vehicle(mover(0, 100, 10), bsm(['hardBraking'])))],
    ['another event', own(), cars(vehicle(mover(0, 100, 10), bsm(['lightsChanged'])))],
    ['behind', own(), cars(vehicle(mover(0, -20, 10), bsm(['hardBraking'])))],
    ['next lane', own(), cars(vehicle(mover(3.5, 100, 10), bsm(['hardBraking'])))],
    ['oncoming', own(), cars(vehicle(mover(0, 100, 10, 180), bsm(['hardBraking'])))],
    ['far', own(), cars(vehicle(mover(0, 160, 10), bsm(['hardBraking'])))],
    ['we stand', own({ speedMetresPerSecond: 0 }), cars(vehicle(mover(0, 100, 10), bsm(['hardBraking'])))],
  ],
  avw: [
    ['in the next lane', own(), cars(vehicle(mover(3.5, 100, 0), bsm(['hazardLights'])))],
    ['no flag', own(), cars(vehicle(mover(3.5, 100, 0)))],
    ['behind', own(), cars(vehicle(mover(3.5, -30, 0), bsm(['hazardLights'])))],
    ['two lanes over', own(), cars(vehicle(mover(7, 100, 0), bsm(['hazardLights'])))],
    ['oncoming', own(), cars(vehicle(mover(-3.5, 100, 0, 180), bsm(['hazardLights'])))],
    ['as fast as we', own(), cars(vehicle(mover(3.5, 100, 15), bsm(['hazardLights'])))],
    ['far', own(), cars(vehicle(mover(3.5, 200, 0), bsm(['hazardLights'])))],
  ],
  clw: [
    ['ahead', own(), cars(vehicle(mover(3.5, 80, 10), bsm(['stabilityControlActivated'])))],
    ['another event', own(), cars(vehicle(mover(3.5, 80, 10), bsm(['hardBraking'])))],
    ['behind', own(), cars(vehicle(mover(3.5, -80, 10), bsm(['absActivated'])))],
    ['far', own(), cars(vehicle(mover(3.5, 170, 10), bsm(['absActivated'])))],
    ['on another road', own(), cars(vehicle(mover(20, 80, 10), bsm(['absActivated'])))],
  ],
  vrucw: [
    ['walking across', own(), heard({ participants: [participant('pedestrian', mover(-3, 30, 1.5, 90))] })],
    ['standing aside', own(), heard({ participants: [participant('pedestrian', mover(-5, 30, 0, 90))] })],
    ['walking away', own(), heard({ participants: [participant('pedestrian', mover(-5, 30, 1.5, 270))] })],
    ['a car', own(), heard({ participants: [participant('motor', mover(-3, 30, 1.5, 90))] })],
    [
      'we stand',
      own({ speedMetresPerSecond: 0 }),
      heard({ participants: [participant('pedestrian', mover(-3, 1, 1.5, 90))] }),
    ],
  ],
  evw: [
    ['from behind', own(), cars(vehicle(mover(3.5, -100, 25), run({ sirenUse: 'inUse' })))],
    ['says nothing', own(), cars(vehicle(mover(3.5, -100, 25), run(undefined)))],
    ['no emergency', own(), cars(vehicle(mover(3.5, -100, 25), run({ responseType: 'nonEmergency' })))],
    ['far', own(), cars(vehicle(mover(3.5, -310, 25), run({ sirenUse: 'inUse' })))],
    ['ahead and drives off', own(), cars(vehicle(mover(3.5, 50, 25), run({ sirenUse: 'inUse' })))],
  ],
};

const rows = (Object.entries(CASES) as [ApplicationName, readonly Case[]][]).flatMap(([name, cases]) =>
  cases.map(([what, car, what2], n) => [name, what, n === 0, car, what2] as const),
);

it.each(rows)('%s, %s: %s', (name, _, mustWarn, car, all) => {
  expect(APPLICATIONS[name](car, all) !== undefined).toBe(mustWarn);
});

it.each([
  ['responseType emergency', { responseType: 'emergency' }],
  ['responseType pursuit', { responseType: 'pursuit' }],
  ['lights', { lightsUse: 'inUse' }],
] as const)('evw: %s is enough', (_, extension) => {
  expect(APPLICATIONS.evw(own(), cars(vehicle(mover(3.5, -100, 25), run(extension))))).toBeDefined();
});

it('vrucw: a cyclist with a unit of its own counts, too', () => {
  const cyclist = vehicle(mover(-3, 30, 1.5, 90), bsm([], { vehicleClass: { classification: 85 } }));
  expect(APPLICATIONS.vrucw(own(), cars(cyclist))).toBeDefined();
});
