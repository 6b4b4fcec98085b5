import { missedTargets, wireJson, wireTable, type WireFigure } from './wire-report.js';

const figures: WireFigure[] = [
  { op: 'decode-pseudonym-certificate', opsPerSecond: 249_999.9, counts: 'certificates', spread: 0.081 },
  { op: 'encode-pseudonym-certificate', opsPerSecond: 300_000, counts: 'certificates', spread: 0.02 },
  { op: 'decode-linked-crl-10000', opsPerSecond: 31.25, counts: 'lists', spread: 0 },
];

it('a target is missed by less than it, and by nothing else', () => {
  expect(missedTargets(figures)).toEqual(['decode-pseudonym-certificate']);
});

it('the table has a line for each operation, and never rounds up', () => {
  expect(wireTable(figures)).toEqual([
    'operation                     a second  spread         at least  counted are',
    'decode-pseudonym-certificate   249 999     8 %  250 000 not met  certificates',
    'encode-pseudonym-certificate   300 000     2 %      300 000 met  certificates',
    'decode-linked-crl-10000           31.3     0 %                –  lists',
  ]);
});

it('the JSON has the medians alone', () => {
  expect(JSON.parse(wireJson('a processor', 'v20.20.2', figures.slice(2)))).toEqual({
    cpu: 'a processor',
    node: 'v20.20.2',
    results: [{ op: 'decode-linked-crl-10000', opsPerSecond: 31.25 }],
  });
});
