/** What a pool promises beyond the suite of all devices: order, bounds, deaths, destruction everywhere, and no key in this thread. */
import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { expandCocoonKeys } from '#crypto/butterfly.js';
import { bytes32, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, sm2PublicKey, sm2Wrap } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { describeBatchArithmetic } from './batch-arithmetic.conformance.fixture.js';
import { compiledPool } from './compiled-pool.fixture.js';
import { openFileStore } from './file-store.js';
import type { PoolDevice } from './pool-device.js';
import { recordWorkers, type Recorder } from './recorded-workers.fixture.js';
import { openSoftwareDevice } from './software-device.js';

const { openPoolDevice } = await compiledPool();
// Beginning a worker takes its time where many programs share the processors.
jest.setTimeout(30_000);
const id = DEFAULT_SM2_ID;
const message = Uint8Array.of(1);
const messages = Array.from({ length: 500 }, (_, n) => Uint8Array.of(n >>> 8, n, 7));
const closed = expect.objectContaining({ reason: 'device-closed' }) as object;

let directory: string;
let recorder: Recorder;
const opened: PoolDevice[] = [];
async function open(workers: number): Promise<PoolDevice> {
  const device = await openPoolDevice({ directory: join(directory, 'keys'), workers });
  opened.push(device);
  return device;
}
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chrysalis-pool-'));
  recorder = recordWorkers();
});
afterEach(async () => {
  delete recorder.onRequest;
  await Promise.all(opened.splice(0).map((device) => device.close()));
  recorder.stop();
  rmSync(directory, { recursive: true });
});

/** What a software device on the same directory signs: signatures are deterministic. */
async function signedBySoftware(some: Uint8Array[]): Promise<Uint8Array[]> {
  const device = await openSoftwareDevice({ directory: join(directory, 'keys'), random: systemRandom });
  const signatures = await device.signBatch('ca', id, some);
  await device.close();
  return signatures;
}

describe.each([1, 2])('the arithmetic of a pool with %i workers', (workers) => {
  let arithmeticDirectory: string;
  let device: PoolDevice;
  beforeAll(async () => {
    arithmeticDirectory = mkdtempSync(join(tmpdir(), 'chrysalis-pool-'));
    device = await openPoolDevice({ directory: arithmeticDirectory, workers });
  });
  afterAll(async () => {
    await device.close();
    await expect(device.arithmetic.blindBatch([])).rejects.toEqual(closed);
    rmSync(arithmeticDirectory, { recursive: true });
  });
  describeBatchArithmetic('openPoolDevice', () => Promise.resolve(device.arithmetic));
});

describe('a pool', () => {
  it.each([0, 65, 1.5])('refuses to be of %p workers', async (workers) => {
    await expect(open(workers)).rejects.toThrow('workers: not an integer of 1 … 64');
  });

  it('splits a batch over all workers, keeps its order, and leaves few calls on each desk', async () => {
    const device = await open(3);
    await device.createKey('ca');
    const batches = await Promise.all([1, 2, 3].map(() => device.signBatch('ca', id, messages)));
    expect(batches).toEqual(Array(3).fill(await signedBySoftware(messages)));
    const pieces = [...recorder.asked.values()].map((asked) => asked.filter((method) => method === 'signBatch').length);
    expect(pieces).toHaveLength(3);
    expect(Math.min(...pieces)).toBeGreaterThan(0);
    expect(recorder.mostOwed).toBe(2);
  });

  it('serves a single call in the middle of a batch', async () => {
    const device = await open(1);
    await device.createKey('ca');
    let isBatchDone = false;
    // More pieces than lie on a desk.
    const many = Array.from({ length: 1100 }, () => message);
    const batch = device.signBatch('ca', id, many).finally(() => (isBatchDone = true));
    expect(await device.sign('ca', id, message)).toHaveLength(64);
    expect(isBatchDone).toBe(false);
    expect(await batch).toHaveLength(many.length);
  });

  it('gives a call to a worker without work, where there is one', async () => {
    const device = await open(3);
    await device.createKey('ca');
    recorder.asked.clear();
    await Promise.all([1, 2, 3].map(() => device.sign('ca', id, message)));
    expect([...recorder.asked.values()]).toEqual([['signBatch'], ['signBatch'], ['signBatch']]);
  });

  it('leaves out the rest of a batch that was refused', async () => {
    const device = await open(2);
    await device.createKey('ca');
    const bent = ['text' as unknown as Uint8Array, ...messages];
    await expect(device.signBatch('ca', id, bent)).rejects.toThrow(TypeError);
    // Pieces that were still called would come in between these.
    for (let n = 0; n < 10; n++) await device.sign('ca', id, message);
    const signings = [...recorder.asked.values()].flat().filter((method) => method === 'signBatch');
    expect(signings.length).toBeLessThan(15);
  });

  it('refuses what is not bytes and lives on', async () => {
    const device = await open(1);
    await device.createKey('ca');
    await expect(device.sign('ca', id, 'text' as unknown as Uint8Array)).rejects.toThrow(TypeError);
    await expect(device.createKey((() => 'ca') as unknown as string)).rejects.toThrow(TypeError);
    await expect(device.createKey(7 as unknown as string)).rejects.toThrow('label: 1 … 200');
    expect(await device.sign('ca', id, message)).toHaveLength(64);
  });

  it('destroys a key in every worker before it says so', async () => {
    const device = await open(4);
    await device.createKey('ca');
    await device.seal('ca', message);
    const all = (): Promise<PromiseSettledResult<unknown>[]> =>
      Promise.allSettled([
        ...Array.from({ length: 20 }, () => device.sign('ca', id, message)),
        ...Array.from({ length: 20 }, () => device.derive('ca', message)),
      ]);
    expect((await all()).filter(({ status }) => status === 'fulfilled')).toHaveLength(40);
    await device.destroy('ca');
    recorder.asked.clear();
    const after = await all();
    expect(
      [...recorder.asked.values()].every((asked) => asked.includes('signBatch') && asked.includes('deriveBatch')),
    ).toBe(true);
    expect(recorder.asked.size).toBe(4);
    for (const outcome of after) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'label-destroyed' } });
    }
  });

  it('ends what is under way when it is closed, and all workers', async () => {
    const device = await open(2);
    await device.createKey('ca');
    const work = [
      device.signBatch('ca', id, [...messages, ...messages, ...messages]),
      device.deriveBatch('ca', messages),
      device.createKey('other'),
      ...Array.from({ length: 50 }, () => device.sign('ca', id, message)),
      device.arithmetic.verifyBatch(
        sm2PublicKey(bytes32(7n)),
        id,
        Array(500).fill({ message, signature: new Uint8Array(64) }),
      ),
    ];
    const outcomes = Promise.allSettled(work);
    await Promise.all([device.close(), device.close()]);
    expect(recorder.ended).toBe(2);
    const ended = await outcomes;
    expect(ended[0]).toEqual({ status: 'rejected', reason: closed });
    for (const outcome of ended) if (outcome.status === 'rejected') expect(outcome.reason).toEqual(closed);
  });
});

describe('a worker that dies', () => {
  it('is replaced when there is work', async () => {
    const device = await open(2);
    const publicKey = await device.createKey('ca');
    await device.signBatch('ca', id, messages);
    await Promise.all(recorder.workers.map((worker) => worker.terminate()));
    expect(recorder.ended).toBe(2);
    expect(await device.signBatch('ca', id, messages)).toEqual(await signedBySoftware(messages));
    expect(await device.publicKey('ca')).toEqual(publicKey);
    expect(recorder.workers.length).toBeGreaterThan(2);
  });

  /** Pieces of four periods, milliseconds each: whoever is ended with one has not answered it. */
  const key = sm2PublicKey(bytes32(7n));
  const expansion = new Uint8Array(16);
  const caterpillar = {
    signingKey: key,
    signingExpansion: expansion,
    encryptionKey: key,
    encryptionExpansion: expansion,
  };
  const periods = [1, 2, 3, 4, 5, 6, 7, 8];

  it('has its part of a batch done again', async () => {
    const device = await open(2);
    recorder.onRequest = (worker) => {
      delete recorder.onRequest;
      void worker.terminate();
    };
    const expected = periods.flatMap((i) => expandCocoonKeys(smSuite, caterpillar, i, 64));
    expect(await device.arithmetic.expandBatch(caterpillar, periods, 64)).toEqual(expected);
    expect(recorder.ended).toBe(1);
    expect([...recorder.asked.values()].flat().length).toBeGreaterThan(2);
  });

  it('has its calls done again when a message to it or from it was lost', async () => {
    const device = await open(1);
    await device.createKey('ca');
    const [worker] = recorder.workers;
    recorder.onRequest = () => {
      delete recorder.onRequest;
      worker!.emit('messageerror', new Error('lost'));
    };
    expect(await device.signBatch('ca', id, messages)).toEqual(await signedBySoftware(messages));
    expect(recorder.ended).toBe(1);
    expect(recorder.workers).toHaveLength(2);
  });

  it('fails a call that ends one worker after the other, and serves the next', async () => {
    const device = await open(2);
    recorder.onRequest = (worker) => void worker.terminate();
    const fatal = device.arithmetic.expandBatch(caterpillar, [1], 64);
    await expect(fatal).rejects.toThrow('expandBatch: the crypto worker ended before it answered');
    expect([...recorder.asked.values()]).toEqual([['expandBatch'], ['expandBatch']]);
    delete recorder.onRequest;
    expect(await device.arithmetic.expandBatch(caterpillar, [1], 1)).toHaveLength(1);
  });

  it('fails the making of a key, which is not done twice', async () => {
    const device = await open(2);
    recorder.onRequest = (worker, { method }) => void (method === 'createKey' && worker.terminate());
    await expect(device.createKey('ca')).rejects.toThrow('createKey: the crypto worker ended before it answered');
    delete recorder.onRequest;
    expect([...recorder.asked.values()].flat()).toEqual(['createKey']);
    const publicKey = await device.publicKey('ca');
    if (publicKey === undefined) expect(await device.createKey('ca')).toHaveLength(33);
  });

  it('still destroys everywhere', async () => {
    const device = await open(2);
    await device.createKey('ca');
    await device.signBatch('ca', id, messages);
    const killedIn = new Set<string>();
    recorder.onRequest = (worker, { method }) => {
      if (!killedIn.has(method)) void worker.terminate();
      killedIn.add(method);
    };
    await device.destroy('ca');
    delete recorder.onRequest;
    expect([...killedIn]).toEqual(['destroy', 'dropDestroyed']);
    await expect(device.signBatch('ca', id, messages)).rejects.toThrow('was destroyed');
  });

  it('while it is closed leaves nobody waiting', async () => {
    const device = await open(1);
    recorder.onRequest = (worker, { method }) => void (method === 'close' && worker.terminate());
    const asked = device.arithmetic.expandBatch(caterpillar, [1, 2, 3, 4], 64);
    await Promise.all([expect(asked).rejects.toEqual(closed), device.close()]);
  });

  it('is missed when no other can begin, with the reason, until one can', async () => {
    const device = await open(2);
    await device.createKey('ca');
    await device.signBatch('ca', id, messages);
    const masterKey = join(directory, 'keys', 'master.key');
    chmodSync(masterKey, 0o640);
    await Promise.all(recorder.workers.map((worker) => worker.terminate()));
    await expect(device.sign('ca', id, message)).rejects.toThrow(`${masterKey} can be read by others`);
    await expect(device.createKey('other')).rejects.toThrow(`${masterKey} can be read by others`);
    await expect(open(2)).rejects.toThrow(`${masterKey} can be read by others`);
    chmodSync(masterKey, 0o600);
    expect(await device.sign('ca', id, message)).toHaveLength(64);
  });
});

describe('the private keys of a pool', () => {
  it('never come to this thread: not in a message, an error or the device', async () => {
    const device = await open(2);
    const key16 = Uint8Array.from({ length: 16 }, (_, n) => n);
    const signingKey = await device.createKey('a');
    const encryptionKey = await device.createKey('p');
    await device.createKey('gone');
    await device.signBatch('a', id, messages);
    await device.derive('a', message);
    const sealed = await device.seal('a', message);
    await device.open('a', sealed);
    const caterpillar = { signingKey, signingExpansion: key16, encryptionKey, encryptionExpansion: key16 };
    const [cocoon] = expandCocoonKeys(smSuite, caterpillar, 3, 1);
    const expansion = { key: key16, i: 3, j: 0 };
    await device.unwrap('p', sm2Wrap(encryptionKey, key16, systemRandom));
    await device.cocoonUnwrap('p', expansion, sm2Wrap(cocoon!.encryptionKey, key16, systemRandom));
    await device.rebuild('a', expansion, bytes32(9n), 'pc');
    await device.arithmetic.expandBatch(caterpillar, [1, 2, 3], 20);
    const errors = await Promise.allSettled([
      device.createKey('a'),
      device.rebuild('a', expansion, bytes32(8n), 'pc'),
      device.rebuild('a', expansion, bytes32(0n), 'pc'),
      device.unwrap('p', { v: new Uint8Array(33), c: key16, t: new Uint8Array(31) }),
    ]);
    expect(errors.every(({ status }) => status === 'rejected')).toBe(true);
    await device.labels();
    const store = await openFileStore(join(directory, 'keys'), systemRandom);
    const secrets = [await store.read('a', 'secret')];
    for (const label of ['a', 'p', 'gone', 'pc']) secrets.push((await store.read(label, 'key'))?.subarray(0, 32));
    await device.destroy('gone');
    await device.close();

    const seen = Buffer.concat([
      ...recorder.crossed,
      Buffer.from(inspect([device, errors], { depth: 20, showHidden: true, getters: true })),
    ]);
    const isSeen = (bytes: Uint8Array): boolean =>
      [Buffer.from(bytes), hex(bytes), Buffer.from(bytes).toString('base64')].some((form) => seen.includes(form));
    expect(recorder.crossed.length).toBeGreaterThan(40);
    expect([signingKey, encryptionKey, sealed, bytes32(9n)].map(isSeen)).toEqual([true, true, true, true]);
    expect(secrets.map((secret) => secret?.length)).toEqual([32, 32, 32, 32, 32]);
    expect(secrets.map((secret) => isSeen(secret!))).toEqual([false, false, false, false, false]);
  });
});

describe('a program with a pool', () => {
  /** Signs, derives and expands with a pool, and then forgets to close it. */
  const program = `
    const { openPoolDevice } = await import(process.argv[1]);
    const device = await openPoolDevice({ directory: process.argv[2], workers: 2 });
    const publicKey = (await device.publicKey('ca')) ?? (await device.createKey('ca'));
    const caterpillar = { signingKey: publicKey, signingExpansion: new Uint8Array(16), encryptionKey: publicKey, encryptionExpansion: new Uint8Array(16) };
    const parts = [
      ...await device.signBatch('ca', new Uint8Array(4), [publicKey, new Uint8Array(3)]),
      ...await device.deriveBatch('ca', [publicKey, new Uint8Array(3)]),
      ...(await device.arithmetic.expandBatch(caterpillar, [1, 5], 2)).map(({ signingKey }) => signingKey),
      ...await device.arithmetic.blindBatch([{ cocoonKey: publicKey, c: new Uint8Array(32).fill(3) }]),
    ];
    console.log(parts.map((part) => Buffer.from(part).toString('hex')).join());
  `;
  const run = async (engine: string): Promise<string> => {
    const words = ['--input-type=module', '-e', program, join(process.cwd(), 'dist/libs/keys/src/pool-device.js')];
    const options = { env: { ENGINE: engine, PATH: process.env['PATH'] }, timeout: 60_000 };
    return (await promisify(execFile)(process.execPath, [...words, join(directory, 'keys')], options)).stdout;
  };

  it('ends by itself, and has the same results from the engine and from the reference', async () => {
    const byEngine = await run('wasm');
    expect(byEngine.split(',')).toHaveLength(9);
    expect(await run('reference')).toBe(byEngine);
    await expect(run('misspelt')).rejects.toThrow('ENGINE: wasm or reference expected');
  });
});
