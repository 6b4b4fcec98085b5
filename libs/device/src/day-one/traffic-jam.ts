/** TJW 前方拥堵提醒: a jam on the way. T/CSAE 53-2020; event 707 of GB/T 29100. */
import { concernOf } from './along-the-road.js';
import type { Application } from './warning.js';

const REACH_METRES = 500;
const CONGESTION = 707;

export const trafficJam: Application = (own, { information, maps }) => {
  for (const message of information) {
    for (const event of message.rtes ?? []) {
      if (event.eventType !== CONGESTION) continue;
      const concern = concernOf(own, message, event, maps, REACH_METRES);
      if (concern !== undefined) return { text: `traffic jam in ${concern.metres.toFixed(0)} m` };
    }
  }
  return undefined;
};
