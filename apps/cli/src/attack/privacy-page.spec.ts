/** The page of the privacy meter: whole in itself, every point where it belongs. */
import { privacyPage, rotationWords } from './privacy-page.js';

const point = (rotationSeconds: number, relinked: number) => ({
  ...{ rotationSeconds, relinked, pseudonyms: 20, coverage: 0.1, cars: 10, pairs: 5 },
});

const page = privacyPage(
  [{ title: 'a & b', lines: [{ name: '10 %', points: [point(1, 0), point(300, 0.5), point(Infinity, 1)] }] }],
  { rotationSeconds: 300 },
  7,
);

it('draws each share at its height and the rule at its place', () => {
  expect(page).toContain('points="50.0,260.0 280.0,140.0 510.0,20.0"');
  expect(page).toContain('x1="280" x2="280"');
  expect(page).toContain('the rule');
  expect(page).toContain('a &amp; b');
});

it('says rotations in words', () => {
  expect([1, 60, 300, Infinity].map(rotationWords)).toEqual(['1 s', '1 min', '5 min', 'never']);
});

it('needs nothing from elsewhere', () => {
  expect(page).not.toMatch(/<script|<link|src=|url\(/);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
});
