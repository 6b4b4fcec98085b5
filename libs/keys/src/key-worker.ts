/**
 * The program of one worker of a pool: a software device on the pool's directory, and the arithmetic beside it. Its keys are
 * read from the directory by itself, and its dice are the operating system's own: neither comes from the pool.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemRandom } from '#crypto/random.js';
import { arithmeticHere } from './batch-arithmetic.js';
import { openFileStore } from './file-store.js';
import { buffersOf, failureOf, pack, viewsOf } from './parcel.js';
import { StoredKeyDevice } from './stored-key-device.js';
import { answers, part, READY, type Reply, type Request } from './worker-calls.js';

if (parentPort === null) throw new Error('key-worker: it is started by a pool');
const port = parentPort;

function reply(message: Reply): void {
  port.postMessage(message, 'packed' in message ? buffersOf(message.packed) : []);
}

async function answer(device: StoredKeyDevice, { id, method, words, packed }: Request): Promise<void> {
  try {
    if (method === 'close') {
      await device.close();
      reply({ id, packed: pack([]) });
      port.close();
      return;
    }
    const parts = viewsOf(packed).map(part);
    reply({ id, packed: pack(await answers[method]({ device, arithmetic: arithmeticHere, words, parts })) });
  } catch (error) {
    reply({ id, failure: failureOf(error) });
  } finally {
    packed.bytes.fill(0);
  }
}

try {
  const { directory, masterKey } = workerData as { directory: string; masterKey: Uint8Array | undefined };
  const device = new StoredKeyDevice(await openFileStore(directory, systemRandom, masterKey), systemRandom);
  masterKey?.fill(0);
  port.on('message', (request: Request) => void answer(device, request));
  reply({ id: READY, packed: pack([]) });
} catch (error) {
  reply({ id: READY, failure: failureOf(error) });
}
