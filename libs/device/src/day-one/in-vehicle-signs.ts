/** IVS 车内标牌: the signs of the road one is on, shown inside. T/CSAE 53-2020. */
import { concernOf, textOf } from './along-the-road.js';
import type { Application } from './warning.js';

const REACH_METRES = 150;
/** Rows of the index of GB 5768.2 by name, as far as they are sure. */
const NAMES: Readonly<Record<number, string>> = {
  21: 'tunnel',
  53: 'no motor vehicles',
  76: 'no overtaking',
  78: 'no stopping',
  81: 'width limit',
  82: 'height limit',
  85: 'speed limit',
  114: 'pedestrian crossing',
  163: 'lane narrows',
  242: 'school',
};

export const inVehicleSigns: Application = (own, { information, maps }) => {
  const shown = information.flatMap((message) =>
    (message.rtss ?? [])
      .filter(({ signType }) => signType in NAMES)
      .filter((sign) => concernOf(own, message, sign, maps, REACH_METRES) !== undefined)
      .map((sign) => [NAMES[sign.signType], textOf(sign)].filter((part) => part !== undefined).join(' ')),
  );
  return shown.length === 0 ? undefined : { text: `sign: ${[...new Set(shown)].join(', ')}` };
};
