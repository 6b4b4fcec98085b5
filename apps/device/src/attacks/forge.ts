/** What an attacker can make: own messages under any certificate it has, and others' messages with something changed. */
import { decode, encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import { signSpdu } from '#credentials/spdu.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { onlyCertificate, signedPayload, unsecured } from '#credentials/signed-data.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import { decodeMessageFrame, encodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import { ToBeSignedData, V2XSecData } from '#wire/secured-data.js';
import { openFrame, openMessage } from '../sim/stations.js';

/** A message under `aid`: without a signer unsigned, as everybody sends it where there is no protection. */
export async function forged(
  frame: MessageFrame,
  aid: number,
  nowMillis: number,
  signer: Signer | undefined,
): Promise<Uint8Array> {
  if (signer === undefined) return openMessage(frame);
  const payload = encodeMessageFrame(frame);
  return signSpdu({ payload, aid, generationTimeMillis: nowMillis, signer, named: 'certificate' });
}

/** What the bytes of a signed or an unsigned message carry; undefined for anything else. */
export function frameIn(bytes: Uint8Array): MessageFrame | undefined {
  const { content } = decode(V2XSecData, bytes);
  if (content.kind !== 'signedData') return openFrame(bytes);
  const payload = signedPayload(content.value);
  return payload && decodeMessageFrame(payload);
}

/** Who a listener takes the sender for: the digest of the certificate; undefined where nothing is signed. */
export function signerOf(bytes: Uint8Array): string | undefined {
  const { content } = decode(V2XSecData, bytes);
  if (content.kind !== 'signedData') return undefined;
  const { signer } = content.value;
  if (signer.kind === 'digest') return idKey(signer.value);
  const certificate = onlyCertificate(signer);
  return certificate && idKey(hashedId8(certificate));
}

/**
 * The same BSM with something changed under the old signature, a millisecond later, so that it is no repetition. Undefined
 * for what is no BSM.
 */
export function tampered(
  bytes: Uint8Array,
  change: (bsm: BasicSafetyMessage) => BasicSafetyMessage,
): Uint8Array | undefined {
  const frame = frameIn(bytes);
  if (frame?.kind !== 'bsmFrame') return undefined;
  const changed: MessageFrame = { kind: 'bsmFrame', value: change(frame.value) };
  const { protocolVersion, content } = decode(V2XSecData, bytes);
  if (content.kind !== 'signedData') return openMessage(changed);
  const { headerInfo } = content.value.tbsData.value;
  const tbsData = preserve(ToBeSignedData, {
    payload: { data: unsecured(encodeMessageFrame(changed)) },
    headerInfo: { ...headerInfo, generationTime: (headerInfo.generationTime ?? 0n) + 1000n },
  });
  return encode(V2XSecData, { protocolVersion, content: { kind: 'signedData', value: { ...content.value, tbsData } } });
}
