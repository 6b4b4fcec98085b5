import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileDeviceStore, memoryDeviceStore, type DeviceStore } from './device-store.js';

const directory = await mkdtemp(join(tmpdir(), 'chrysalis-store-'));
afterAll(() => rm(directory, { recursive: true }));

describe.each<[string, () => DeviceStore]>([
  ['memory', memoryDeviceStore],
  ['files', () => fileDeviceStore(join(directory, 'device'))],
])('the store of a device in %s', (_, open) => {
  const store = open();

  it.each(['', '..', 'a/../b', '/a', 'a//b', 'A', 'a.b'])('refuses the name %j', async (name) => {
    await expect(async () => store.write(name, new Uint8Array())).rejects.toThrow(TypeError);
    await expect(async () => store.read(name)).rejects.toThrow(TypeError);
    await expect(async () => store.remove(name)).rejects.toThrow(TypeError);
  });

  it('has nothing at first', async () => {
    expect(await store.read('enrolment')).toBeUndefined();
    expect(await store.list('periods')).toEqual([]);
  });

  it('gives back what was written last', async () => {
    await store.write('enrolment', Uint8Array.of(1));
    await store.write('enrolment', Uint8Array.of(2, 3));
    expect(await store.read('enrolment')).toEqual(Uint8Array.of(2, 3));
  });

  it('has no more what was removed, and removes what never was', async () => {
    await store.write('parts/1', Uint8Array.of(1));
    for (let times = 0; times < 2; times++) await store.remove('parts/1');
    await store.remove('never/there');
    expect([await store.read('parts/1'), await store.list('parts')]).toEqual([undefined, []]);
  });

  it('lists a folder, sorted, and nothing of its neighbours', async () => {
    for (const name of ['periods/12', 'periods/11', 'requests/0']) await store.write(name, Uint8Array.of(1));
    expect(await store.list('periods')).toEqual(['11', '12']);
  });
});

it('leaves files of the owner alone, and no half-written ones', async () => {
  const store = fileDeviceStore(join(directory, 'other'));
  await Promise.all(Array.from({ length: 10 }, (_, k) => store.write('periods/1', new Uint8Array(1000).fill(k))));
  expect(await readdir(join(directory, 'other', 'periods'))).toEqual(['1']);
  expect((await stat(join(directory, 'other', 'periods', '1'))).mode & 0o777).toBe(0o600);
  expect(new Set(await store.read('periods/1')).size).toBe(1);
});
