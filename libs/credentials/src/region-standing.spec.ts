import type { GeographicRegion } from '#wire/base-types.js';
import { regionStanding } from './region-standing.js';

const circle = (latitude: number, radius: number): GeographicRegion => ({
  kind: 'circularRegion',
  value: { center: { latitude, longitude: 1_160_000_000 }, radius },
});
const box = (top: number, bottom: number, left = 1_150_000_000, right = 1_170_000_000): GeographicRegion => ({
  kind: 'rectangularRegion',
  value: [{ northWest: { latitude: top, longitude: left }, southEast: { latitude: bottom, longitude: right } }],
});
const triangle: GeographicRegion = {
  kind: 'polygonalRegion',
  value: [
    { latitude: 399_000_000, longitude: 1_159_000_000 },
    { latitude: 401_000_000, longitude: 1_160_000_000 },
    { latitude: 399_000_000, longitude: 1_161_000_000 },
  ],
};
const china: GeographicRegion = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] };
const regions = (...numbers: number[]): GeographicRegion => ({
  kind: 'identifiedRegion',
  value: [{ kind: 'countryAndRegions', value: { countryOnly: 156, regions: numbers } }],
});
const subregions = (region: number, ...numbers: number[]): GeographicRegion => ({
  kind: 'identifiedRegion',
  value: [
    {
      kind: 'countryAndSubregions',
      value: { countryOnly: 156, regionAndSubregions: [{ region, subregions: numbers }] },
    },
  ],
});
const japan: GeographicRegion = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 392 }] };
const wide = box(410_000_000, 390_000_000);

describe('a region in another', () => {
  it.each<[string, GeographicRegion | undefined, GeographicRegion | undefined, string]>([
    ['nothing named in a country', undefined, china, 'inside'],
    ['a country in the world', china, undefined, 'inside'],
    ['a country in another', japan, china, 'outside'],
    ['a part of a country in it', regions(1), china, 'inside'],
    ['a part of a country in another', regions(1), japan, 'outside'],
    ['a country in a part of it', china, regions(1), 'outside'],
    ['some parts in more', regions(1, 3), regions(1, 2, 3), 'inside'],
    ['more parts in some', regions(1, 4), regions(1, 2, 3), 'outside'],
    ['parts of a part in it', subregions(2, 20, 21), regions(1, 2), 'inside'],
    ['parts of a part in another', subregions(3, 20), regions(1, 2), 'outside'],
    ['a part in parts of it', regions(2), subregions(2, 20, 21), 'outside'],
    ['some parts of a part in more', subregions(2, 20), subregions(2, 20, 21), 'inside'],
    ['parts of a part in like ones of another', subregions(3, 20), subregions(2, 20, 21), 'outside'],
    ['a circle well inside a country', circle(400_000_000, 100), china, 'inside'],
    ['a circle of which that is not known', circle(410_000_000, 100), china, 'unknown'],
    ['a circle over the edge of what is known', circle(404_999_000, 100), china, 'unknown'],
    ['a circle in a country of which nothing is known', circle(400_000_000, 100), japan, 'unknown'],
    ['a circle in a part of a country', circle(400_000_000, 100), regions(1), 'unknown'],
    ['a triangle well inside a country', triangle, china, 'inside'],
    ['boxes well inside a country', box(400_000_000, 399_000_000), china, 'inside'],
    ['a box that reaches out of what is known', box(410_000_000, 399_000_000), china, 'unknown'],
    ['a country in a circle', china, circle(400_000_000, 100), 'unknown'],
    ['a circle in itself', circle(400_000_000, 100), circle(400_000_000, 100), 'inside'],
    ['a circle in a wider one', circle(400_000_000, 100), circle(400_000_000, 200), 'inside'],
    ['a circle in a narrower one', circle(400_000_000, 200), circle(400_000_000, 100), 'outside'],
    ['a circle that reaches out of another', circle(400_010_000, 100), circle(400_000_000, 150), 'outside'],
    ['a circle in a box', circle(400_000_000, 1_000), wide, 'inside'],
    ['a circle over the edge of a box', circle(409_999_000, 1_000), wide, 'outside'],
    ['a box in a box', box(400_000_000, 399_000_000), wide, 'inside'],
    ['a box over the edge of a box', box(420_000_000, 399_000_000), wide, 'outside'],
    ['a triangle in a box', triangle, wide, 'inside'],
    ['a triangle out of a box', triangle, box(400_000_000, 390_000_000), 'outside'],
    ['a triangle in a circle', triangle, circle(400_000_000, 40_000), 'inside'],
    ['a circle in a triangle', circle(399_500_000, 100), triangle, 'unknown'],
    ['a circle beside a triangle', circle(402_000_000, 100), triangle, 'outside'],
  ])('%s', (_, inner, outer, standing) => {
    expect(regionStanding(inner, outer)).toBe(standing);
  });

  it('of two boxes side by side each one of the inner must be in one', () => {
    const [west, east] = [
      box(410_000_000, 390_000_000, 1_150_000_000, 1_160_000_000),
      box(410_000_000, 390_000_000, 1_160_000_000, 1_170_000_000),
    ];
    if (west.kind !== 'rectangularRegion' || east.kind !== 'rectangularRegion') throw new Error('no boxes');
    const both: GeographicRegion = { kind: 'rectangularRegion', value: [...west.value, ...east.value] };
    expect(regionStanding(box(400_000_000, 399_000_000, 1_151_000_000, 1_152_000_000), both)).toBe('inside');
    // Across the line between the two nothing is missing, which the corners do not tell.
    expect(regionStanding(box(400_000_000, 399_000_000), both)).toBe('unknown');
  });
});
