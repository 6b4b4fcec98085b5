/** Randomness for samples: every draw has a name, so that one seed gives one thing whatever else is drawn before it. */
import { systemRandom, type Random } from '#crypto/random.js';
import { hmacSm3, sm3 } from '#crypto/sm3.js';

const SM3_BYTES = 32;
const utf8 = new TextEncoder();

/** A source of randomness for each label. The same label gives the same bytes again: ask once for each use. */
export type Dice = (label: string) => Random;

/** The draws of a seed; without one, of 32 fresh bytes. The bytes of a seed are for tests: whoever knows it knows them. */
export function diceOf(seed: number | undefined): Dice {
  const key =
    seed === undefined ? systemRandom.bytes(SM3_BYTES) : sm3(utf8.encode(`chrysalis sample, seed ${String(seed)}`));
  return (label) => {
    let blocks = 0;
    const nextBlock = (): Uint8Array => hmacSm3(key, utf8.encode(`${label} ${String(blocks++)}`));
    return {
      bytes: (length) => {
        const drawn = new Uint8Array(Math.ceil(length / SM3_BYTES) * SM3_BYTES);
        for (let at = 0; at < length; at += SM3_BYTES) drawn.set(nextBlock(), at);
        return drawn.subarray(0, length);
      },
    };
  };
}
