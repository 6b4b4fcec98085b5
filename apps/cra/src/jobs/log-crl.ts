/**
 * Submits each list to the log before anybody sees it, and again until the log has it. Publishing does not wait for a log that
 * is down: a revocation that comes late is worse than one that is logged late. After an hour it is an alarm.
 */
import { decode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { Clock } from '#credentials/clock.js';
import type { Profile } from '#credentials/profile.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { submissionOfCrl } from '#credentials/transparency/submission.js';
import type { Log } from '#service/log.js';
import type { SubmitToLog } from '#service/log-submission.js';
import { CrlContents } from '#wire/crl.js';
import type { CrlCopy, IssuedCrl } from '../store/crl.store.js';

const ALARM_MILLIS = 3_600_000;
/** Lists are kept in memory for it. */
const MOST_WAITING = 32;

export interface CrlLogNeeds {
  readonly submit: SubmitToLog;
  readonly signers: () => readonly Signer[];
  readonly profile: Profile;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CrlLog {
  /** Submits a list that is about to be stored. */
  announce(list: IssuedCrl): Promise<void>;
  /** Submits what the log has not taken, and the list that holds when it was issued before our start. */
  catchUp(last: IssuedCrl | undefined): Promise<void>;
}

export function crlLog(needs: CrlLogNeeds): CrlLog {
  /** Number of the newest list that was announced since we began. */
  let newest = 0;
  /** What the log has not taken, by number; each is submitted again, for an older list may be needed beside the newest. */
  const waiting = new Map<number, IssuedCrl>();
  const announce = async (list: IssuedCrl): Promise<void> => {
    newest = Math.max(newest, list.number);
    if (await isTaken(list, needs)) {
      waiting.delete(list.number);
      return;
    }
    waiting.set(list.number, list);
    if (waiting.size > MOST_WAITING) waiting.delete(Math.min(...waiting.keys()));
    complain(list, needs);
  };
  return {
    announce,
    async catchUp(last) {
      for (const list of [...waiting.values()]) await announce(list);
      if (last !== undefined && last.number > newest) await announce(last);
    },
  };
}

async function isTaken({ copies }: IssuedCrl, { submit, signers, profile }: CrlLogNeeds): Promise<boolean> {
  for (const copy of copies) {
    const signer = signers().find(({ certificate }) => Buffer.compare(hashedId8(certificate), copy.craca) === 0);
    // A certificate of ours that has ended vouches for nothing any more, and nobody takes its copy.
    if (signer === undefined) continue;
    const submission = await submissionOfCrl({ bytes: copy.bytes, contents: contentsOf(copy) }, signer, profile);
    if (!(await submit(submission))) return false;
  }
  return true;
}

function contentsOf({ bytes }: CrlCopy): CrlContents {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  if (payload === undefined) throw new Error('a revocation list of ours carries nothing');
  return decode(CrlContents, payload);
}

function complain({ number, issueMillis }: IssuedCrl, { clock, log }: CrlLogNeeds): void {
  const isLate = clock.nowMillis() - issueMillis > ALARM_MILLIS;
  if (isLate) log.error('crl.not-logged', new Error('the log has not taken a list for an hour'), { number });
  else log.warn('crl.not-logged', { number });
}
