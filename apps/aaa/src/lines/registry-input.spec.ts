import { emergencyRange } from '#credentials/special-vehicle.js';
import { RegisterInput } from './registry-input.js';

const area = { latitudeDegrees: 39.9, longitudeDegrees: 116.4, radiusMetres: 500 };

describe('what an operator sends to register devices', () => {
  it('gives no rights unless it names some', () => {
    expect(RegisterInput.parse({ serial: 'A', aids: [111] })).toMatchObject({ serials: ['A'], rights: undefined });
    expect(RegisterInput.parse({ serials: ['A', 'B'], aids: [111] })).toMatchObject({ rights: undefined });
  });

  it('names special vehicles by their applications, and the place of a roadside unit by a circle', () => {
    const circle = { center: { latitude: 399_000_000, longitude: 1_164_000_000 }, radius: 500 };
    expect(RegisterInput.parse({ serial: 'A', aids: [111], emergencyAids: [111] })).toMatchObject({
      rights: { sspRanges: [emergencyRange(111)], region: undefined },
    });
    expect(RegisterInput.parse({ serials: ['A'], aids: [113], area })).toMatchObject({
      rights: { sspRanges: [], region: { kind: 'circularRegion', value: circle } },
    });
  });

  it.each([
    ['a place beyond the pole', { ...area, latitudeDegrees: 90.1 }],
    ['a place beyond the date line', { ...area, longitudeDegrees: -180.1 }],
    ['a circle without a radius', { ...area, radiusMetres: 0 }],
    ['a circle wider than the format', { ...area, radiusMetres: 65_536 }],
  ])('refuses %s', (_, bad) => {
    expect(RegisterInput.safeParse({ serial: 'A', aids: [113], area: bad }).success).toBe(false);
  });
});
