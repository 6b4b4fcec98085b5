/** What happened on the road as a picture: the road from above with everybody's way, and speeds over time. */
import type { RunResult, Trace } from '#apps/device/src/sim/run.js';
import { element, label } from './markup.js';

const WIDTH = 520;
const MAP_HEIGHT = 170;
const CHART_HEIGHT = 120;
const MARGIN = 34;
const COLOURS = ['#1f5fbf', '#d97706', '#6b7280', '#047857', '#7c3aed'];
const ROAD = '#e5e7eb';
const ATTACKER = '#b91c1c';
const SECONDS_A_POINT = 0.5;
const HALF_ROAD_METRES = 7;

const colourOf = (n: number): string => COLOURS[n % COLOURS.length] as string;

/** The map above, the chart below. */
export function roadPicture(result: RunResult, label: string): string {
  return element(
    'svg',
    {
      viewBox: `0 0 ${String(WIDTH)} ${String(MAP_HEIGHT + CHART_HEIGHT + 30)}`,
      role: 'img',
      'aria-label': label,
      xmlns: 'http://www.w3.org/2000/svg',
    },
    mapOf(result) + element('g', { transform: `translate(0 ${String(MAP_HEIGHT + 10)})` }, chartOf(result)),
  );
}

/** A metre is a metre in both directions; the height shows what fits about the host's lane. */
function mapOf({ traces, collisions, intruder }: RunResult): string {
  const hostTrace = traces[0]?.points ?? [];
  const easts = hostTrace.map(([east]) => east).concat(intruder.place?.eastMetres ?? []);
  const [west, east] = [Math.min(...easts) - 30, Math.max(...easts) + 40];
  const scale = WIDTH / (east - west);
  const x = (metres: number): number => (metres - west) * scale;
  const y = (metres: number): number => MAP_HEIGHT / 2 - metres * scale;
  const half = HALF_ROAD_METRES * scale;
  const roads = [
    element('rect', { x: 0, y: y(HALF_ROAD_METRES), width: WIDTH, height: 2 * half, fill: ROAD }),
    element('rect', { x: x(-HALF_ROAD_METRES), y: 0, width: 2 * half, height: MAP_HEIGHT, fill: ROAD }),
    element('line', { x1: 0, x2: WIDTH, y1: y(0), y2: y(0), stroke: '#fff', 'stroke-dasharray': '6 6' }),
    element('line', { x1: x(-15), x2: x(-15), y1: y(0), y2: y(-HALF_ROAD_METRES), stroke: '#111', 'stroke-width': 2 }),
  ];
  const ways = traces.map(({ points }, n) => wayOf(points, x, y, colourOf(n)));
  const crash = collisions.map(({ seconds }) => {
    const [atEast, atNorth] = hostTrace[Math.max(0, Math.round(seconds / SECONDS_A_POINT) - 1)] ?? [0, 0];
    return element(
      'text',
      { x: x(atEast), y: y(atNorth) + 8, 'text-anchor': 'middle', 'font-size': 26, fill: ATTACKER },
      '✸',
    );
  });
  const attacker =
    intruder.place === undefined
      ? ''
      : element(
          'text',
          {
            x: x(intruder.place.eastMetres),
            y: y(intruder.place.northMetres) + 6,
            'text-anchor': 'middle',
            'font-size': 16,
            fill: ATTACKER,
          },
          '▲',
        );
  const clip = element('clipPath', { id: 'map' }, element('rect', { width: WIDTH, height: MAP_HEIGHT }));
  const frame = element('rect', { width: WIDTH, height: MAP_HEIGHT, fill: '#f8faf7' });
  return clip + element('g', { 'clip-path': 'url(#map)' }, [frame, ...roads, ...ways, ...crash, attacker].join(''));
}

function wayOf(
  points: Trace['points'],
  x: (metres: number) => number,
  y: (metres: number) => number,
  stroke: string,
): string {
  const path = points.map(([east, north]) => `${x(east).toFixed(1)},${y(north).toFixed(1)}`).join(' ');
  const last = points.at(-1);
  const dots = points.map(([east, north]) => element('circle', { cx: x(east), cy: y(north), r: 1.6, fill: stroke }));
  const end = last === undefined ? '' : element('circle', { cx: x(last[0]), cy: y(last[1]), r: 4.5, fill: stroke });
  return element('polyline', { points: path, fill: 'none', stroke, 'stroke-width': 1.5 }) + dots.join('') + end;
}

/** Speeds in km/h, a line a car. */
function chartOf({ traces, warnings, collisions, redLights }: RunResult): string {
  const count = Math.max(...traces.map(({ points }) => points.length));
  const seconds = count * SECONDS_A_POINT;
  const most =
    20 * Math.ceil(Math.max(20, ...traces.flatMap(({ points }) => points.map(([, , speed]) => speed * 3.6))) / 20);
  const x = (second: number): number => MARGIN + (second / seconds) * (WIDTH - MARGIN - 10);
  const y = (kmh: number): number => CHART_HEIGHT - 18 - (kmh / most) * (CHART_HEIGHT - 30);
  const grid = [0, most / 2, most].map(
    (kmh) =>
      element('line', { x1: MARGIN, x2: WIDTH - 10, y1: y(kmh), y2: y(kmh), stroke: '#ddd' }) +
      label(MARGIN - 4, y(kmh) + 4, String(kmh), 'end'),
  );
  const lines = traces.map(({ points }, n) =>
    element('polyline', {
      points: points
        .map(([, , speed], at) => `${x((at + 1) * SECONDS_A_POINT).toFixed(1)},${y(speed * 3.6).toFixed(1)}`)
        .join(' '),
      fill: 'none',
      stroke: colourOf(n),
      'stroke-width': n === 0 ? 2.5 : 1.5,
    }),
  );
  const names = traces.map(({ name }, n) => label(MARGIN + 6 + n * 90, 10, `● ${name}`, 'start', colourOf(n)));
  const shown = Object.entries(warnings).map(([name, warning]) => markAt(x(warning.firstSeconds), name, '#92400e'));
  const bad = [
    ...redLights.map((second) => markAt(x(second), 'red light', ATTACKER)),
    ...collisions.map(({ seconds: second }) => markAt(x(second), 'crash', ATTACKER)),
  ];
  const axes =
    label(WIDTH - 10, CHART_HEIGHT - 3, `${seconds.toFixed(0)} s`, 'end') + label(MARGIN, CHART_HEIGHT - 3, '0');
  return [...grid, ...lines, ...names, ...shown, ...bad, axes, label(4, 10, 'km/h')].join('');
}

const markAt = (x: number, text: string, stroke: string): string =>
  element('line', { x1: x, x2: x, y1: 14, y2: CHART_HEIGHT - 18, stroke, 'stroke-dasharray': '3 3' }) +
  label(x + 3, CHART_HEIGHT - 22, text, 'start', stroke);
