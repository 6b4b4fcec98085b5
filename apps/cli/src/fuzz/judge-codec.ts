/** The verdict of a fuzz target, and that of a codec. */
import type { Codec } from '#coer/codec.js';
import { takingOf } from '#coer/judge-codec.js';

/** `shown`: of another edition, for those who show and never for those who decide. */
export type Verdict = 'accepted' | 'refused' | 'shown';

/** Throws as `takingOf`. */
export function judgeCodec(codec: Codec<unknown>, bytes: Uint8Array): Verdict {
  const taking = takingOf(codec, bytes);
  return taking === 'otherEdition' || taking === 'shownOnly' ? 'shown' : taking;
}
