/**
 * Learning certificates from each other: a message whose signer is named by a digest that nobody here knows cannot be checked,
 * and its sender is asked for the certificate in the header of the next own message (inlineP2pcdRequest of IEEE
 * 1609.2-2022); who is asked names itself in full in its next message. Nothing is believed for having been asked for: what comes
 * is verified as everything is (VM9). Everything here is bounded, because anybody can make up a digest.
 */
import { idKey } from '#credentials/certificate-facts.js';

const MOST_MISSED = 32;
/** A message asks for so many at most. */
const MOST_ASKED = 4;
/** The same certificate is asked for so often at most; its holder names it each 450 ms anyway. */
const ASK_AGAIN_MILLIS = 400;
/** A digest that was not heard for so long is of somebody who is gone. */
const FORGOTTEN_MILLIS = 1000;
/** Who is asked without end does not answer without end. */
const ANSWER_AGAIN_MILLIS = 200;

const HASHED_ID3_AT = 5;

interface Missed {
  readonly id3: Uint8Array;
  readonly heardMillis: number;
  readonly askedMillis: number;
}

export class PeerLearning {
  private readonly missing = new Map<string, Missed>();
  private answeredMillis = -Infinity;

  /** A signer named by this HashedId8 is not known. While there are many such, further ones are passed over. */
  misses(id8: Uint8Array, nowMillis: number): void {
    for (const [key, { heardMillis }] of this.missing) {
      if (nowMillis - heardMillis > FORGOTTEN_MILLIS) this.missing.delete(key);
    }
    const key = idKey(id8);
    const before = this.missing.get(key);
    if (before === undefined && this.missing.size === MOST_MISSED) return;
    const askedMillis = before?.askedMillis ?? -Infinity;
    this.missing.set(key, { id3: id8.slice(HASHED_ID3_AT), heardMillis: nowMillis, askedMillis });
  }

  /** A message of this signer (HashedId8 in hex) was verified. */
  knows(id8Key: string): void {
    this.missing.delete(id8Key);
  }

  /** What the next own message asks for, 3 bytes each; counted as asked. */
  asks(nowMillis: number): Uint8Array[] {
    const asked: Uint8Array[] = [];
    for (const [key, missed] of this.missing) {
      const isGone = nowMillis - missed.heardMillis > FORGOTTEN_MILLIS;
      if (isGone || nowMillis - missed.askedMillis < ASK_AGAIN_MILLIS) continue;
      asked.push(missed.id3);
      this.missing.set(key, { ...missed, askedMillis: nowMillis });
      if (asked.length === MOST_ASKED) break;
    }
    return asked;
  }

  /** Whether a verified message asks for the own certificate, named by its HashedId8, and it is time for an answer. */
  mustAnswer(asks: readonly Uint8Array[], ownId8: Uint8Array, nowMillis: number): boolean {
    if (nowMillis - this.answeredMillis < ANSWER_AGAIN_MILLIS) return false;
    const own = idKey(ownId8.subarray(HASHED_ID3_AT));
    if (!asks.some((id3) => idKey(id3) === own)) return false;
    this.answeredMillis = nowMillis;
    return true;
  }
}
