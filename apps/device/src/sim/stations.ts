/** Who speaks and listens on the air: with protection, as the device library does it; and without, as an attacker would like it. */
import { encode, tryDecode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { unsecured, unsecuredBytes } from '#credentials/signed-data.js';
import type { Place } from '#credentials/spdu-region.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { Random } from '#crypto/random.js';
import { PseudonymSigner, type MessageIdentity, type Rotation } from '#device/signing.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import { UperError } from '#uper/uper-error.js';
import type { KnownFrame } from '#wire/message-claims.js';
import { V2XSecData } from '#wire/secured-data.js';
import { Receiver } from '../vehicle/receiver.js';
import { nameOf, type Domain } from './authorities.js';

export type Heard =
  | { readonly kind: 'accepted'; readonly sender: string; readonly frame: KnownFrame; readonly sentMillis: number }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Station {
  /** The bytes for the air; `make` is given what goes with the identity of the moment. */
  say(
    aid: number,
    nowMillis: number,
    event: boolean,
    make: (identity: MessageIdentity) => MessageFrame,
  ): Promise<Uint8Array>;
  hear(bytes: Uint8Array, nowMillis: number, here: Place): Heard;
}

/** Signs with these certificates and believes what the lists of the domain let it believe. */
export function protectedStation(
  domain: Domain,
  signers: readonly Signer[],
  random: Random,
  verify: VerifySignature,
  rotation?: Rotation,
): Station {
  const byLabel = new Map(signers.map((signer) => [nameOf(signer), signer]));
  const keys = {
    sign: (label: string, id: Uint8Array, bytes: Uint8Array) => {
      const signer = byLabel.get(label);
      return signer === undefined ? Promise.reject(new Error('no such key')) : signer.sign(id, bytes);
    },
  };
  const voice = new PseudonymSigner(keys, random, rotation);
  voice.hold(signers.map((signer) => ({ certificate: signer.certificate, label: nameOf(signer) })));
  const trust = domain.trust(verify);
  const ear = new Receiver({ profile: ccsa, trust, revocation: domain.revocation(trust, verify), verify });
  return {
    async say(aid, nowMillis, event, make) {
      const signed = await voice.sign({
        aid,
        nowMillis,
        event,
        asks: ear.learning.asks(nowMillis),
        make: (identity) => encodeMessageFrame(make(identity)),
      });
      if (isRefused(signed)) throw new Error(`a station of the road cannot sign: ${signed.reason}`);
      return signed.bytes;
    },
    hear(bytes, nowMillis, here) {
      const heard = ear.receive(bytes, nowMillis, here);
      if (isRefused(heard)) return heard;
      const { spdu, frame } = heard;
      const own = voice.currentCertificate;
      if (own !== undefined && ear.learning.mustAnswer(spdu.asks, hashedId8(own), nowMillis)) voice.nameInFull();
      return { kind: 'accepted', sender: spdu.digestKey, frame, sentMillis: spdu.generationTimeMillis };
    },
  };
}

/** Signs nothing and believes everything; its id is one for ever. What it hears is as fresh as it comes. */
export function openStation(random: Random): Station {
  const temporaryId = random.bytes(8);
  let msgCnt = 0;
  return {
    say(_aid, _nowMillis, _event, make) {
      msgCnt = (msgCnt + 1) & 127;
      return Promise.resolve(openMessage(make({ temporaryId, msgCnt, isFirst: false })));
    },
    hear: (bytes, nowMillis) => hearOpenly(bytes, nowMillis),
  };
}

/** A message without a signature: V2XSecData with unsecuredData. */
export const openMessage = (frame: MessageFrame): Uint8Array =>
  encode(V2XSecData, unsecured(encodeMessageFrame(frame)));

function hearOpenly(bytes: Uint8Array, nowMillis: number): Heard {
  const frame = openFrame(bytes);
  if (frame === undefined || frame.kind === 'later') return { kind: 'refused', reason: 'malformed' };
  // Without certificates a sender is what it says it is; units by the road are one.
  const sender = frame.kind === 'bsmFrame' ? Buffer.from(frame.value.id).toString('hex') : 'unit';
  return { kind: 'accepted', sender, frame, sentMillis: nowMillis };
}

/** The frame of an unsecured message; undefined for what is none. */
export function openFrame(bytes: Uint8Array): MessageFrame | undefined {
  const decoded = tryDecode(V2XSecData, bytes);
  const payload = decoded.ok ? unsecuredBytes(decoded.value) : undefined;
  try {
    return payload && decodeMessageFrame(payload);
  } catch (error) {
    if (error instanceof UperError) return undefined;
    throw error;
  }
}
