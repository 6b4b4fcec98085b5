/** The privacy meter as one HTML page that needs nothing else. */
import type { Measured } from '#apps/device/src/privacy/meter.js';
import { element, escaped, label } from './markup.js';

const WIDTH = 680;
const HEIGHT = 300;
const [LEFT, RIGHT, TOP, BOTTOM] = [50, 170, 20, 40];
const COLOURS = ['#1f5fbf', '#d97706', '#047857', '#7c3aed'];

export interface Line {
  readonly name: string;
  readonly points: readonly Measured[];
}

export interface Family {
  readonly title: string;
  readonly lines: readonly Line[];
}

export const rotationWords = (seconds: number): string =>
  Number.isFinite(seconds) ? (seconds < 60 ? `${String(seconds)} s` : `${String(seconds / 60)} min`) : 'never';

export function privacyPage(families: readonly Family[], rule: { rotationSeconds: number }, seed: number): string {
  const style =
    'body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;color:#1f2937}' +
    'svg{width:100%;border:1px solid #ddd}h2{margin-top:2rem}';
  const paragraph = (text: string): string => element('p', {}, escaped(text));
  const body = [
    element('h1', {}, 'Privacy meter · 假名隐私度量'),
    paragraph(
      'A ring road of ten kilometres, five listening posts in one hand. The tracker never forgets a name; a new name it takes ' +
        'for the car that should be at that place now, by its last place and speed. Shown is, of the cars heard at both ends ' +
        'of ten minutes, the part that it still has right, against the longest use of a pseudonym.',
    ),
    paragraph(
      'The dashed line is the rule of this system: twenty a week, five minutes at most. Unless a line says otherwise, posts ' +
        'hear a tenth of the road, and there are 150 cars.',
    ),
    ...families.flatMap(({ title, lines }) => [element('h2', {}, escaped(title)), chart(title, lines, rule)]),
    paragraph(
      'Who hears all of the road follows most cars whatever their names are: a change of name hides nobody who is never out of ' +
        'sight. Few certificates that change often come again soon, and a name that comes again is known.',
    ),
    paragraph(`Seed ${String(seed)}.`),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Privacy meter</title>
<style>${style}</style></head><body>
${body.join('\n')}
</body></html>
`;
}

/** Rotations stand at equal distances, as they are; shares from none to all. */
function chart(title: string, lines: readonly Line[], rule: { rotationSeconds: number }): string {
  const rotations = lines[0]?.points.map(({ rotationSeconds }) => rotationSeconds) ?? [];
  const x = (n: number): number => LEFT + (n / Math.max(1, rotations.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), stroke: '#e5e7eb' }) +
      label(LEFT - 6, y(share) + 4, `${String(share * 100)} %`, 'end'),
  );
  const feet = rotations.map((seconds, n) => label(x(n), HEIGHT - BOTTOM + 16, rotationWords(seconds), 'middle'));
  const at = rotations.indexOf(rule.rotationSeconds);
  const mark =
    at < 0
      ? ''
      : element('line', { x1: x(at), x2: x(at), y1: TOP, y2: y(0), stroke: '#b91c1c', 'stroke-dasharray': '5 4' }) +
        label(x(at) - 4, TOP - 6, 'the rule', 'middle', '#b91c1c');
  const drawn = lines.map(({ name, points }, n) => {
    const stroke = COLOURS[n % COLOURS.length] as string;
    const path = points.map(({ relinked }, k) => `${x(k).toFixed(1)},${y(relinked).toFixed(1)}`).join(' ');
    const dots = points.map(({ relinked }, k) => element('circle', { cx: x(k), cy: y(relinked), r: 3, fill: stroke }));
    return (
      element('polyline', { points: path, fill: 'none', stroke, 'stroke-width': 2 }) +
      dots.join('') +
      label(WIDTH - RIGHT + 12, TOP + 16 + n * 18, `● ${name}`, 'start', stroke)
    );
  });
  return element(
    'svg',
    {
      viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
      role: 'img',
      'aria-label': title,
      xmlns: 'http://www.w3.org/2000/svg',
    },
    [...grid, ...feet, mark, ...drawn].join(''),
  );
}
