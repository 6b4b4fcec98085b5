/**
 * The life of an instance's keys, written down beside them: what its device holds, and which certificate signs now, says which
 * keys were made, taken into use, replaced and destroyed since the last look. Keys that go with no certificate (secrets that
 * seal and derive) are in use from the first look at them to the last.
 */
import type { Random } from '#crypto/random.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { readKeyJournal, writeKeyJournal, type Doing } from '#keys/key-journal.js';
import { eventsToward, resurrectedIn, type KeysNow } from '#keys/key-life.js';
import { encryptionLabel, ENCRYPTION_KEY, keyNumber, verificationLabel } from './identity.js';
import type { Log } from './log.js';

interface Needs {
  /** Of the keys, where the journal lies too. */
  readonly directory: string;
  readonly device: CryptoDevice;
  readonly random: Random;
  readonly log: Log;
}

/**
 * Brings the journal up to what is true now; `current` is the number of the certificate that signs. Says in the log what it
 * wrote, and which keys are here though they were destroyed. Refuses (`damaged`) a journal that was changed.
 */
export async function noteKeyLife(
  { directory, device, random, log }: Needs,
  current: number,
  doing: Doing,
): Promise<void> {
  const now = keysNow(await device.labels(), current);
  const written = await writeKeyJournal(directory, (lives) => eventsToward(lives, now), doing, random);
  for (const { act, label } of written) log.info(`key.${act}`, { label });
  const returned = resurrectedIn((await readKeyJournal(directory)).lives, now.held);
  if (returned.length > 0) log.warn('key.returned', { labels: returned });
}

function keysNow(held: readonly string[], current: number): KeysNow {
  const isOfCertificate = (label: string, holds: (number: number) => boolean): boolean => {
    const number = keyNumber(label);
    return number !== undefined && holds(number);
  };
  return {
    held,
    notYet: (label) => isOfCertificate(label, (number) => number > current),
    inUse: (label) => keyNumber(label) === undefined || keyNumber(label) === current,
    successorOf: (label) => {
      if (!isOfCertificate(label, (number) => number < current)) return undefined;
      return label.startsWith(ENCRYPTION_KEY) ? encryptionLabel(current) : verificationLabel(current);
    },
  };
}
