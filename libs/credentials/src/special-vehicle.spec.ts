import { sspInRange } from './permissions.js';
import { emergencyPermission, emergencyRange, plainRange, saysEmergency } from './special-vehicle.js';

const bitmap = (...value: number[]) =>
  ({ psid: 111, ssp: { kind: 'bitmapSsp', value: Uint8Array.from(value) } }) as const;

describe('the right to an emergency run', () => {
  it('is said by the permission of a special vehicle', () => {
    expect(saysEmergency(emergencyPermission(111))).toBe(true);
  });

  it.each([
    ['police', 0x80],
    ['fire', 0x40],
    ['ambulance', 0x20],
    ['emergency', 0x04],
    ['road rescue', 0x02],
  ])('is said by the right of %s alone', (_, bit) => expect(saysEmergency(bitmap(1, bit))).toBe(true));

  it.each([
    ['no permission', undefined],
    ['a permission without an SSP', { psid: 111 }],
    ['an opaque SSP', { psid: 111, ssp: { kind: 'opaque', value: Uint8Array.of(1, 0x04) } } as const],
    ['the other bits: road authority, transit, road work', bitmap(1, 0x19)],
    ['another version', bitmap(2, 0x04)],
    ['a version alone', bitmap(1)],
    ['a longer form', bitmap(1, 0x04, 0)],
    ['an application of roadside units', { ...bitmap(1, 0xff), psid: 3620 }],
  ])('is not said by %s', (_, permission) => expect(saysEmergency(permission)).toBe(false));
});

describe('what an AAA allows', () => {
  it.each([
    ['a special vehicle the emergency bit', emergencyPermission(111), emergencyRange(111), true],
    ['a special vehicle to leave it out', bitmap(1, 0), emergencyRange(111), true],
    ['a special vehicle no other bit', bitmap(1, 0x84), emergencyRange(111), false],
    ['a special vehicle no other version', bitmap(2, 0x04), emergencyRange(111), false],
    ['a special vehicle no other application', emergencyPermission(112), emergencyRange(111), false],
    ['others the bare application', { psid: 111 }, plainRange(111), true],
    ['others no emergency bit', emergencyPermission(111), plainRange(111), false],
    [
      'others no opaque SSP',
      { psid: 111, ssp: { kind: 'opaque', value: Uint8Array.of(1) } } as const,
      plainRange(111),
      false,
    ],
  ])('%s', (_, permission, range, allowed) => expect(sspInRange(permission, range)).toBe(allowed));
});
