/**
 * For each day-one application (T/CSAE 53-2020) a moment in which it must warn and one, as like it as can be, in which it must
 * not. The host comes from the west on the avenue.
 */
import type { ApplicationName } from '#device/day-one/applications.js';
import type { PlanePoint } from '../road/radio.js';
import { follow, type CarPlan, type Pedals, type Says } from './cars.js';
import { routeOver, type LaneNumber } from './network.js';
import type { Stretch, Walker } from './roadside-messages.js';
import type { World } from './run.js';

export interface Scenario {
  readonly name: string;
  readonly application: ApplicationName;
  readonly mustWarn: boolean;
  readonly title: string;
  readonly seconds: number;
  /** With so many more cars on the road, that have no part in it. */
  world(background: number): World;
}

export const TITLES: Readonly<Record<ApplicationName, string>> = {
  fcw: 'forward collision warning 前向碰撞预警',
  icw: 'intersection collision warning 交叉路口碰撞预警',
  lta: 'left turn assist 左转辅助',
  lcw: 'blind spot and lane change warning 盲区预警/变道预警',
  dnpw: 'do not pass warning 逆向超车预警',
  ebw: 'emergency brake warning 紧急制动预警',
  avw: 'abnormal vehicle warning 异常车辆提醒',
  clw: 'control loss warning 车辆失控预警',
  hlw: 'hazardous location warning 道路危险状况提示',
  slw: 'speed limit warning 限速预警',
  rlvw: 'red light violation warning 闯红灯预警',
  vrucw: 'vulnerable road user collision warning 弱势交通参与者碰撞预警',
  glosa: 'green light optimal speed advice 绿波车速引导',
  ivs: 'in-vehicle signage 车内标牌',
  tjw: 'traffic jam warning 前方拥堵提醒',
  evw: 'emergency vehicle warning 紧急车辆提醒',
  vnfp: 'vehicle near-field payment 汽车近场支付',
};

export const eastbound = (lane: LaneNumber) => routeOver(['west', 'A', 'B', 'east'], lane);
const westbound = (lane: LaneNumber) => routeOver(['east', 'B', 'A', 'west'], lane);
export const southboundAtA = (lane: LaneNumber) => routeOver(['north-A', 'A', 'south-A'], lane);
const turningLeft = routeOver(['west', 'A', 'north-A'], 1);

/** On the avenue the distance on the route is metres east of −500; against it, metres west of 1100. */
const EAST_START = -500;
const WEST_START = 1100;

/** `metres` are those on the route. */
export const car = (
  name: string,
  route: CarPlan['route'],
  startMetres: number,
  speedMetresPerSecond: number,
  more: Partial<CarPlan> = {},
): CarPlan => ({ name, route, startMetres, speedMetresPerSecond, ...more });

const says =
  (what: Says, fromSeconds = 0) =>
  (seconds: number): Says =>
    seconds >= fromSeconds ? what : {};
/** Brakes so hard from then on, until it stands. */
export const brakesAt =
  (fromSeconds: number, strength: number): Pedals =>
  ({ seconds }) =>
    seconds >= fromSeconds ? -strength : 0;

/** Half of them behind the host in the right lane, half on the street at the second junction. */
function backgroundOf(count: number, host: CarPlan): CarPlan[] {
  const behind = Math.min(Math.ceil(count / 2), Math.max(0, Math.floor((host.startMetres - 60) / 25)));
  return Array.from({ length: count }, (_, n) => {
    if (n < behind) {
      return car(`behind-${String(n + 1)}`, eastbound(2), host.startMetres - 60 - 25 * n, 12, { pedals: follow });
    }
    const m = n - behind;
    const lane: LaneNumber = m % 4 < 2 ? 1 : 2;
    const way = m % 2 === 0 ? ['north-B', 'B', 'south-B'] : ['south-B', 'B', 'north-B'];
    const start = 20 + 30 * Math.floor(m / 4);
    return car(`street-${String(m + 1)}`, routeOver(way as ['north-B', 'B', 'south-B'], lane), start, 12, {
      pedals: follow,
    });
  });
}

interface Moment {
  readonly title: string;
  readonly host: CarPlan;
  readonly others?: readonly CarPlan[];
  readonly rest?: Omit<World, 'host' | 'others'>;
}

const scenario = (
  application: ApplicationName,
  mustWarn: boolean,
  seconds: number,
  { title, host, others = [], rest = {} }: Moment,
): Scenario => ({
  name: mustWarn ? application : `${application}-quiet`,
  application,
  mustWarn,
  title,
  seconds,
  world: (background) => ({ host, others: [...others, ...backgroundOf(background, host)], ...rest }),
});

/** The moment in which it must warn, and the one in which it must not. */
const pair = (application: ApplicationName, seconds: number, warn: Moment, quiet: Moment): Scenario[] => [
  scenario(application, true, seconds, warn),
  scenario(application, false, seconds, quiet),
];

const host = (startMetres: number, speed: number, more: Partial<CarPlan> = {}): CarPlan =>
  car('host', eastbound(1), startMetres, speed, more);
const onAvenue = (fromEast: number, toEast: number, north: number, radiusMetres = 7): Stretch => ({
  points: [
    { eastMetres: fromEast, northMetres: north },
    { eastMetres: toEast, northMetres: north },
  ],
  radiusMetres,
});
/** Right of the middle is the way east. */
const EASTWARD_NORTH = -3.5;
const WESTWARD_NORTH = 3.5;
const onSouthStreet: PlanePoint = { eastMetres: 0, northMetres: -300 };
const southStreet: Stretch = {
  points: [
    { eastMetres: -3.5, northMetres: -20 },
    { eastMetres: -3.5, northMetres: -400 },
  ],
  radiusMetres: 7,
};
const walkerAt = (northMetres: number, speed: number) => (): Walker[] => [
  { eastMetres: -20, northMetres, headingDegrees: 0, speedMetresPerSecond: speed },
];

const AMBULANCE: Partial<CarPlan> = { isSpecial: true, lengthMetres: 6, widthMetres: 2 };
const AMBULANCE_CLASS = 65;

export const SCENARIOS: readonly Scenario[] = [
  ...pair(
    'fcw',
    9,
    {
      title: 'a car stands in the own lane',
      host: host(150, 15),
      others: [car('standing', eastbound(1), 290, 0)],
    },
    {
      title: 'a car stands in the next lane, another drives ahead as fast',
      host: host(150, 15),
      others: [car('standing', eastbound(2), 290, 0), car('ahead', eastbound(1), 190, 15)],
    },
  ),
  ...pair(
    'icw',
    8,
    {
      title: 'a car from the left will be in the junction at the same time',
      host: host(380, 15),
      others: [car('crossing', southboundAtA(1), 407, 12)],
    },
    {
      title: 'a car from the left is through four seconds before',
      host: host(380, 15),
      others: [car('crossing', southboundAtA(1), 455, 12)],
    },
  ),
  ...pair(
    'lta',
    8,
    {
      title: 'turning left, a car comes towards us',
      host: car('host', turningLeft, 420, 8, { says: says({ turning: 'left' }) }),
      others: [car('oncoming', westbound(1), WEST_START - 60, 14)],
    },
    {
      title: 'turning left, the nearest car that comes is far off',
      host: car('host', turningLeft, 420, 8, { says: says({ turning: 'left' }) }),
      others: [car('oncoming', westbound(1), WEST_START - 400, 14)],
    },
  ),
  ...pair(
    'lcw',
    6,
    {
      title: 'signals right, a car is beside in the right lane',
      host: host(250, 14, { says: says({ turning: 'right' }, 2) }),
      others: [car('beside', eastbound(2), 246, 14)],
    },
    {
      title: 'signals right, the car in the right lane is well behind and no faster',
      host: host(250, 14, { says: says({ turning: 'right' }, 2) }),
      others: [car('behind', eastbound(2), 205, 14)],
    },
  ),
  ...pair(
    'dnpw',
    6,
    {
      title: 'about to pass a slow car, another comes in the lane to the left',
      host: host(200, 9, { says: says({ turning: 'left' }, 1) }),
      others: [car('slow', eastbound(1), 235, 8), car('oncoming', westbound(1), WEST_START - EAST_START - 420, 15)],
    },
    {
      title: 'about to pass a slow car, who comes is in the farther lane',
      host: host(200, 9, { says: says({ turning: 'left' }, 1) }),
      others: [car('slow', eastbound(1), 235, 8), car('oncoming', westbound(2), WEST_START - EAST_START - 420, 15)],
    },
  ),
  ...pair(
    'ebw',
    7,
    {
      title: 'the car before the car ahead brakes hard',
      host: host(150, 14),
      others: [
        car('braking', eastbound(1), 260, 14, { pedals: brakesAt(3, 6) }),
        car('between', eastbound(1), 195, 14, { pedals: follow }),
      ],
    },
    {
      title: 'a car in the next lane brakes hard, the one ahead softly',
      host: host(150, 14),
      others: [
        car('braking', eastbound(2), 260, 14, { pedals: brakesAt(3, 6) }),
        car('ahead', eastbound(1), 240, 14, { pedals: brakesAt(3, 1.5) }),
      ],
    },
  ),
  ...pair(
    'avw',
    7,
    {
      title: 'a car with hazard lights stands in the next lane',
      host: host(150, 15),
      others: [car('broken', eastbound(2), 310, 0, { says: says({ events: ['hazardLights', 'disabledVehicle'] }) })],
    },
    {
      title: 'a car with hazard lights stands on the other side',
      host: host(150, 15),
      others: [
        car('broken', westbound(2), WEST_START - EAST_START - 310, 0, {
          says: says({ events: ['hazardLights', 'disabledVehicle'] }),
        }),
      ],
    },
  ),
  ...pair(
    'clw',
    6,
    {
      title: 'a car ahead loses its grip',
      host: host(150, 14),
      others: [
        car('sliding', eastbound(2), 220, 14, {
          says: says({ events: ['absActivated', 'tractionControlLoss'] }, 2),
          pedals: brakesAt(2, 3),
        }),
      ],
    },
    {
      title: 'a car behind loses its grip',
      host: host(150, 14),
      others: [
        car('sliding', eastbound(2), 90, 14, {
          says: says({ events: ['absActivated', 'tractionControlLoss'] }, 2),
          pedals: brakesAt(2, 3),
        }),
      ],
    },
  ),
  ...pair(
    'hlw',
    5,
    {
      title: 'the road ahead is slippery',
      host: host(200, 14),
      rest: { events: [{ eventType: 408, at: { eastMetres: -100, northMetres: EASTWARD_NORTH }, radiusMetres: 20 }] },
    },
    {
      title: 'the street to the south is slippery',
      host: host(200, 14),
      rest: { events: [{ eventType: 408, at: onSouthStreet, radiusMetres: 20 }] },
    },
  ),
  ...pair(
    'slw',
    5,
    {
      title: '54 km/h where a sign allows 40',
      host: host(200, 15),
      rest: { signs: [{ signType: 85, text: '40', stretch: onAvenue(-450, -20, EASTWARD_NORTH) }] },
    },
    {
      title: '36 km/h where a sign allows 40',
      host: host(200, 10),
      rest: { signs: [{ signType: 85, text: '40', stretch: onAvenue(-450, -20, EASTWARD_NORTH) }] },
    },
  ),
  ...pair(
    'rlvw',
    7,
    { title: 'going on, the line is crossed at red', host: host(380, 15), rest: { signalSecond: 35 } },
    { title: 'red now, green when the line is reached', host: host(380, 15), rest: { signalSecond: 56 } },
  ),
  ...pair(
    'vrucw',
    9,
    {
      title: 'somebody walks across; a camera sees them',
      host: host(380, 10),
      rest: {
        walkers: (seconds) => [
          { eastMetres: -20, northMetres: -16.7 + 1.5 * seconds, headingDegrees: 0, speedMetresPerSecond: 1.5 },
        ],
      },
    },
    { title: 'somebody stands at the kerb', host: host(380, 10), rest: { walkers: walkerAt(-12, 0) } },
  ),
  ...pair(
    'glosa',
    5,
    { title: 'as fast as now it is red, slower it is green', host: host(285, 15), rest: { signalSecond: 40 } },
    { title: 'as fast as now it is green', host: host(285, 15), rest: { signalSecond: 4 } },
  ),
  ...pair(
    'ivs',
    5,
    {
      title: 'a school ahead',
      host: host(250, 12),
      rest: { signs: [{ signType: 242, stretch: onAvenue(-150, -20, EASTWARD_NORTH) }] },
    },
    {
      title: 'a school in the street to the south',
      host: host(250, 12),
      rest: { signs: [{ signType: 242, stretch: southStreet }] },
    },
  ),
  ...pair(
    'tjw',
    5,
    {
      title: 'a jam behind the junction',
      host: host(200, 14),
      rest: { events: [{ eventType: 707, stretch: onAvenue(50, 500, EASTWARD_NORTH) }] },
    },
    {
      title: 'a jam on the other side',
      host: host(200, 14),
      rest: { events: [{ eventType: 707, stretch: onAvenue(500, 50, WESTWARD_NORTH) }] },
    },
  ),
  ...pair(
    'evw',
    6,
    {
      title: 'an ambulance on its run comes from behind',
      host: host(300, 12),
      others: [
        car('ambulance', eastbound(2), 100, 22, {
          ...AMBULANCE,
          says: says({
            classification: AMBULANCE_CLASS,
            emergency: { responseType: 'emergency', sirenUse: 'inUse', lightsUse: 'inUse' },
          }),
        }),
      ],
    },
    {
      title: 'an ambulance on its way home comes from behind',
      host: host(300, 12),
      others: [
        car('ambulance', eastbound(2), 100, 22, {
          ...AMBULANCE,
          says: says({
            classification: AMBULANCE_CLASS,
            emergency: { responseType: 'nonEmergency', sirenUse: 'notInUse', lightsUse: 'notInUse' },
          }),
        }),
      ],
    },
  ),
  ...pair(
    'vnfp',
    5,
    {
      title: 'slow, where one can pay',
      host: host(200, 3),
      rest: { signs: [{ signType: 0, text: 'PAY parking', stretch: onAvenue(-320, -250, EASTWARD_NORTH) }] },
    },
    {
      title: 'driving past where one can pay',
      host: host(170, 14),
      rest: { signs: [{ signType: 0, text: 'PAY parking', stretch: onAvenue(-320, -250, EASTWARD_NORTH) }] },
    },
  ),
];
