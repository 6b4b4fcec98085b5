/**
 * The ear of an OBU: verifies what comes from the air, reads any message of T/CSAE 53-2020, asks whether its sender may say
 * it, follows each car, and notices who lies.
 */
import type { TrustStore } from '#credentials/trust-store.js';
import { refused, type Refused } from '#credentials/refusal.js';
import type { RevocationCheck } from '#credentials/revocation-check.js';
import type { Profile } from '#credentials/profile.js';
import { SpduVerifier, type AcceptedSpdu, type SpduRefusal } from '#credentials/spdu.js';
import { BoundedMap } from '#credentials/spdu-memory.js';
import type { Place } from '#credentials/spdu-region.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { judgeEvidence } from '#detection/judge.js';
import { observe } from '#detection/observed-state.js';
import { DEFAULT_CONTEXT } from '#detection/plausibility.js';
import { createTracks } from '#detection/tracks.js';
import { EvidenceMemory } from '#device/evidence.js';
import { PeerLearning } from '#device/peer-learning.js';
import type { Suspicion } from '#device/reporting.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { decodeMessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import type { KnownFrame } from '#wire/message-claims.js';
import { sendingProblem, type SendingProblem } from '#wire/message-permission.js';

export type ReceptionRefusal = SpduRefusal | 'payload-malformed' | SendingProblem;

export interface Received {
  readonly kind: 'accepted';
  readonly spdu: AcceptedSpdu;
  readonly frame: KnownFrame;
  /** Present once a sender, when what it signed is worth a report: all but the reporter's own part. */
  readonly suspicion: Omit<Suspicion, 'observationLocation' | 'observedMillis'> | undefined;
}

export interface ReceiverRules {
  readonly profile: Profile;
  readonly trust: TrustStore;
  readonly revocation: RevocationCheck;
  readonly verify: VerifySignature;
}

/** One report about a certificate is enough from one device; so many are remembered. */
const REPORTED_KEPT = 1000;

/** What is listened to: every application a message of T/CSAE 53-2020 travels under. */
const ROAD_AIDS: readonly number[] = Object.values(MESSAGE_AIDS).flat();

export class Receiver {
  /** Whom it could not check, and who asks for the own certificate. */
  readonly learning = new PeerLearning();
  private readonly verifier: SpduVerifier;
  private readonly tracks = createTracks();
  private readonly evidence = new EvidenceMemory();
  private readonly reported = new BoundedMap<true>(REPORTED_KEPT);

  constructor(private readonly rules: ReceiverRules) {
    const aids = [rules.profile.aid.bsm, ...ROAD_AIDS];
    this.verifier = new SpduVerifier({
      ...rules,
      aids,
      missed: (id8, nowMillis) => this.learning.misses(id8, nowMillis),
    });
  }

  /** Judges a message from the air. `here` is the receiver's own place, when it knows one. */
  receive(bytes: Uint8Array, nowMillis: number, here: Place | undefined): Received | Refused<ReceptionRefusal> {
    const spdu = this.verifier.verify(bytes, { nowMillis, here });
    if (spdu.kind === 'refused') return spdu;
    this.learning.knows(spdu.digestKey);
    const frame = readFrame(spdu);
    if (frame.kind === 'refused') return frame;
    const suspicion = frame.kind === 'bsmFrame' ? this.follow(bytes, spdu, frame.value, here) : undefined;
    return { kind: 'accepted', spdu, frame, suspicion };
  }

  private follow(
    bytes: Uint8Array,
    spdu: AcceptedSpdu,
    bsm: BasicSafetyMessage,
    here: Place | undefined,
  ): Received['suspicion'] {
    const { generationTimeMillis, digestKey, certificate, named } = spdu;
    const observed = observe(bsm, generationTimeMillis);
    if (observed.kind === 'refused') return undefined;
    const receiver = here && { latitudeDegrees: here.latitude / 1e7, longitudeDegrees: here.longitude / 1e7 };
    const context = receiver === undefined ? DEFAULT_CONTEXT : { ...DEFAULT_CONTEXT, receiver };
    const { suspicious, evidenceTimesMillis } = this.tracks.observe(digestKey, observed.state, context);
    const heard = { generationTimeMillis, bytes, named, state: observed.state };
    this.evidence.keep(digestKey, certificate, heard, evidenceTimesMillis);
    return suspicious ? this.suspect(spdu, evidenceTimesMillis) : undefined;
  }

  /** Only what stands on the signed messages alone, as the MA will judge it, is worth a report. */
  private suspect({ aid, digestKey }: AcceptedSpdu, times: readonly number[]): Received['suspicion'] {
    if (this.reported.get(digestKey) === true) return undefined;
    const evidence = this.evidence.of(digestKey, times);
    if (evidence === undefined) return undefined;
    const { certificate, messages } = evidence;
    const { suspicious, observations } = judgeEvidence(messages.map(({ state }) => state));
    if (!suspicious || observations.length === 0) return undefined;
    this.reported.set(digestKey, true);
    return { aid, certificate, messages, observations };
  }
}

function readFrame({ payload, certificate, aid }: AcceptedSpdu): KnownFrame | Refused<ReceptionRefusal> {
  try {
    const frame = decodeMessageFrame(payload);
    // VM3: the right application for the message, and the right to its content, beyond the bare AID.
    const problem = sendingProblem(certificate.value.toBeSigned.value, aid, frame);
    if (problem !== undefined) return refused(problem);
    return frame.kind === 'later' ? refused('message-not-known') : frame;
  } catch (error) {
    if (error instanceof UperError) return refused('payload-malformed');
    throw error;
  }
}
