/** The page of the attacks: whole in itself, and text stays text. */
import type { AttackResult } from '#apps/device/src/attacks/run-attacks.js';
import type { RunResult } from '#apps/device/src/sim/run.js';
import { escaped } from './markup.js';
import { reportPage } from './report-page.js';

const run = (changes: Partial<RunResult> = {}): RunResult => ({
  warnings: { fcw: { text: 'brake <now>', firstSeconds: 2, lastSeconds: 3, moments: 11 } },
  sent: 10,
  accepted: 9,
  refused: {},
  intruder: {
    sent: 3,
    accepted: 0,
    refused: { signature: 3 },
    refusedAfterSeconds: 0,
    place: { eastMetres: -30, northMetres: -20 },
    verdictMicros: 41.7,
  },
  collisions: [{ seconds: 1, cars: ['host', 'lorry'] }],
  redLights: [0.5],
  hostSlowest: 0,
  traces: [
    {
      name: 'host',
      points: [
        [-100, -2, 14],
        [-93, -2, 12],
      ],
    },
  ],
  ...changes,
});

const RESULTS: AttackResult[] = [
  {
    kind: 'road',
    name: 'tampering',
    title: 'tampering & more',
    story: 'a "story"',
    without: run(),
    withProtection: run({ collisions: [], redLights: [] }),
    harmWithout: 'the host <braked>',
    harmWith: undefined,
    refusedAs: 'signature',
    worksWithout: true,
    failsWith: true,
  },
  {
    kind: 'tracking',
    name: 'tracking',
    title: 'tracking',
    story: 'two posts',
    without: { cars: 1, links: [{ from: 0, to: 0, isByName: true }], linkedByName: 1, right: 1 },
    withProtection: { cars: 1, links: [], linkedByName: 0, right: 0 },
    worksWithout: true,
    failsWith: true,
  },
];

const page = reportPage(RESULTS, { seed: 7, node: 'v0' });

it('needs nothing from elsewhere', () => {
  expect(page).not.toMatch(/<script|<link|src=|@import|url\((?!#map\))/);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});

it('closes every element that it opens', () => {
  const open: string[] = [];
  for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)[^>]*>/g)) {
    if (name === 'meta') continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
});

it('shows each attack with two pictures, and says what happened and what refused it', () => {
  expect(page.match(/<svg/g)).toHaveLength(4);
  expect(page).toContain('the host &lt;braked&gt;');
  expect(page).toContain('signature 3×, the first after 0.0 s, a verdict takes 42 µs');
  expect(page).toContain('1 of 1 cars found again, 1 by a name');
  expect(page).toContain('✸');
  expect(page).toContain('▲');
});

it('keeps text text', () => {
  expect(escaped('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
  expect(page).not.toContain('<braked>');
  expect(page).not.toContain('brake <now>');
});
