/** The signed messages a device keeps of those around it, so that a report carries them as they came. Bounded in both ways. */
import { BoundedMap } from '#credentials/spdu-memory.js';
import type { ObservedState } from '#detection/observed-state.js';
import type { Certificate } from '#wire/secured-data.js';

export interface HeardMessage {
  readonly generationTimeMillis: number;
  /** The encoded V2XSecData. */
  readonly bytes: Uint8Array;
  readonly named: 'certificate' | 'digest';
  /** What it says, as the detectors see it. */
  readonly state: ObservedState;
}

interface Heard {
  readonly certificate: Certificate;
  messages: HeardMessage[];
}

const SENDERS = 500;
const MESSAGES_A_SENDER = 120;
/** Messages younger than this may still become the reference of a suspicion (libs/detection looks back three seconds). */
const RECENT_MILLIS = 4000;

export class EvidenceMemory {
  private readonly heard: BoundedMap<Heard>;

  constructor(senders = SENDERS) {
    this.heard = new BoundedMap(senders);
  }

  /** Keeps a verified message; `wanted` are the times a detector still points at, everything else old is dropped. */
  keep(sender: string, certificate: Certificate, message: HeardMessage, wanted: readonly number[]): void {
    const heard = this.heard.get(sender) ?? { certificate, messages: [] };
    const recent = message.generationTimeMillis - RECENT_MILLIS;
    const kept = heard.messages.filter(({ generationTimeMillis: time }) => time >= recent || wanted.includes(time));
    heard.messages = [...kept, message].slice(-MESSAGES_A_SENDER);
    this.heard.set(sender, heard);
  }

  /** The messages of one sender signed at these times, oldest first, and its certificate. */
  of(sender: string, times: readonly number[]): { certificate: Certificate; messages: HeardMessage[] } | undefined {
    const heard = this.heard.get(sender);
    if (heard === undefined) return undefined;
    const messages = heard.messages
      .filter(({ generationTimeMillis }) => times.includes(generationTimeMillis))
      .sort((a, b) => a.generationTimeMillis - b.generationTimeMillis);
    return { certificate: heard.certificate, messages };
  }
}
