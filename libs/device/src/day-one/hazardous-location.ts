/** HLW 道路危险状况提示: a roadside unit tells of a danger on the way. T/CSAE 53-2020; codes of GB/T 29100 and GB 5768.2. */
import { concernOf } from './along-the-road.js';
import type { Application } from './warning.js';

const REACH_METRES = 300;
/** Weather and the road itself: water, slippery. */
const EVENT_CLASS = 4;
/** Sharp turn, slope, rocks, slippery, low surface, ford, accidents, danger, works. */
const DANGER_SIGNS: ReadonlySet<number> = new Set([2, 5, 15, 17, 26, 27, 34, 37, 38]);

export const hazardousLocation: Application = (own, { information, maps }) => {
  for (const message of information) {
    const events = (message.rtes ?? []).filter(({ eventType }) => Math.floor(eventType / 100) === EVENT_CLASS);
    const signs = (message.rtss ?? []).filter(({ signType }) => DANGER_SIGNS.has(signType));
    for (const item of [...events, ...signs]) {
      const concern = concernOf(own, message, item, maps, REACH_METRES);
      if (concern !== undefined) return { text: `danger in ${concern.metres.toFixed(0)} m` };
    }
  }
  return undefined;
};
