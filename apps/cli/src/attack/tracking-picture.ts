/** What a tracker makes of two listening posts: its links between them, right and wrong. */
import type { TrackingResult } from '#apps/device/src/attacks/tracking.js';
import { element, label } from './markup.js';

const WIDTH = 520;
const ROW = 7;
const [LEFT, RIGHT] = [60, 460];
const [CERTAIN, GUESSED_RIGHT, GUESSED_WRONG] = ['#b91c1c', '#d97706', '#d1d5db'];

export function trackingPicture({ cars, links }: TrackingResult, name: string): string {
  const y = (car: number): number => 22 + car * ROW;
  const height = y(cars) + 10;
  // The right ones last, over the others.
  const ordered = [...links].sort((a, b) => Number(a.from === a.to) - Number(b.from === b.to));
  const lines = ordered.map(({ from, to, isByName }) =>
    element('line', {
      x1: LEFT,
      y1: y(from),
      x2: RIGHT,
      y2: y(to),
      stroke: isByName ? CERTAIN : from === to ? GUESSED_RIGHT : GUESSED_WRONG,
      'stroke-width': isByName || from === to ? 1.6 : 0.8,
    }),
  );
  const dots = Array.from({ length: cars }, (_, car) =>
    [LEFT, RIGHT].map((cx) => element('circle', { cx, cy: y(car), r: 2.2, fill: '#374151' })).join(''),
  );
  const heads = label(LEFT, 12, 'first post', 'middle') + label(RIGHT, 12, 'second post', 'middle');
  return element(
    'svg',
    {
      viewBox: `0 0 ${String(WIDTH)} ${String(height)}`,
      role: 'img',
      'aria-label': name,
      xmlns: 'http://www.w3.org/2000/svg',
    },
    [...lines, ...dots, heads].join(''),
  );
}
