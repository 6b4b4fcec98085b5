import { systemRandom } from '#crypto/random.js';
import { describeCryptoDevice } from './crypto-device.conformance.fixture.js';
import { declaringOnly, requireCapabilities } from './declared-device.js';
import { deviceCapabilities, type DeviceCapability } from './device-capability.js';
import { memoryDevice } from './software-device.js';

/** What cards and modules behind GM/T 0018 can do inside, a device for nothing but seeds, and one that only makes keys. */
const some: [string, DeviceCapability[]][] = [
  ['a device that signs, decrypts and wraps', ['sign', 'decrypt', 'wrap']],
  ['a device for seeds', ['wrap', 'evolve seed']],
  ['a device without any', []],
];
describe.each(some)('%s', (name, declares) => {
  const openFresh = () => Promise.resolve(declaringOnly(memoryDevice(systemRandom), declares));
  describeCryptoDevice(name, { openFresh, declares });
});

describe('requireCapabilities', () => {
  it('refuses a device by the name of the first capability that it lacks', async () => {
    const device = declaringOnly(memoryDevice(systemRandom), ['sign', 'wrap']);
    expect(() => requireCapabilities(device, ['sign', 'evolve seed', 'decrypt'])).toThrow('"evolve seed"');
    expect(() => requireCapabilities(device, ['sign', 'wrap'])).not.toThrow();
    const inside = declaringOnly(device, [...deviceCapabilities]);
    expect([...inside.capabilities].sort()).toEqual(['sign', 'wrap']);
    await device.close();
  });
});
