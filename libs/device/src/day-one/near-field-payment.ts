/**
 * VNFP 汽车近场支付: a place where the car can pay. The payment itself is a dialogue that the five messages do not have
 * (a service layer); what they can carry is that there is such a place, and here that is a text sign "PAY <what>" of our
 * choice. The driver is asked once the car is there and slow.
 */
import { concernOf, textOf } from './along-the-road.js';
import type { Application } from './warning.js';

const TEXT_SIGN = 0;
const SLOW = 5;

export const nearFieldPayment: Application = (own, { information, maps }) => {
  if (own.speedMetresPerSecond > SLOW) return undefined;
  for (const message of information) {
    for (const sign of message.rtss ?? []) {
      const [, what] = /^PAY (.+)$/.exec(textOf(sign) ?? '') ?? [];
      if (sign.signType !== TEXT_SIGN || what === undefined) continue;
      if (concernOf(own, message, sign, maps, 0) !== undefined) return { text: `pay ${what}?` };
    }
  }
  return undefined;
};
