import { sspInRange } from './permissions.js';
import { emergencyPermission, emergencyRange, plainRange, saysEmergency } from './special-vehicle.js';

const bitmap = (...value: number[]) =>
  ({ psid: 111, ssp: { kind: 'bitmapSsp', value: Uint8Array.from(value) } }) as const;

describe('the emergency bit', () => {
  it('is said by the permission of a special vehicle', () => {
    expect(saysEmergency(emergencyPermission(111))).toBe(true);
  });

  it.each([
    ['no permission', undefined],
    ['a permission without an SSP', { psid: 111 }],
    ['an opaque SSP', { psid: 111, ssp: { kind: 'opaque', value: Uint8Array.of(1, 0x80) } } as const],
    ['the other bits', bitmap(1, 0x7f)],
    ['another version', bitmap(2, 0x80)],
    ['a version alone', bitmap(1)],
    ['a longer form', bitmap(1, 0x80, 0)],
  ])('is not said by %s', (_, permission) => expect(saysEmergency(permission)).toBe(false));
});

describe('what an AAA allows', () => {
  it.each([
    ['a special vehicle the emergency bit', emergencyPermission(111), emergencyRange(111), true],
    ['a special vehicle to leave it out', bitmap(1, 0), emergencyRange(111), true],
    ['a special vehicle no other bit', bitmap(1, 0xc0), emergencyRange(111), false],
    ['a special vehicle no other version', bitmap(2, 0x80), emergencyRange(111), false],
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
