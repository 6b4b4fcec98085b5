/**
 * What `chrysalis bench wire` measures: certificates, messages, lists and frames of the road read strictly, and written from
 * their values alone.
 * Each operation goes through several subjects in turns, so that no branch is learnt by heart.
 */
import { decode, encodeAfresh, type Codec } from '#coer/codec.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { buildLinkedCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedRequest } from '#credentials/signed-data.js';
import { decodeMessageFrame, encodeMessageFrame } from '#uper/messages/message-frame.js';
import { CrlContents } from '#wire/crl.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { Certificate, V2XSecData } from '#wire/secured-data.js';
import { diceOf } from '../sample/dice.js';
import { House } from '../sample/house.js';
import { ofCertificate } from '../sample/made.js';
import { eeEcaRequest } from '../sample/provisioning-messages.js';
import { bsmOf } from '../sample/payloads.js';
import { bsmSpdu } from '../sample/road-messages.js';
import { roadsideMessage } from '../sample/roadside-payloads.js';

export interface WireOperation {
  readonly op: string;
  /** What one of opsPerSecond is. */
  readonly counts: string;
  /** Reads or writes the next subject. */
  readonly call: () => unknown;
}

const SUBJECTS = 16;
const REVOKED = 10_000;
const AT_MILLIS = Date.UTC(2026, 10, 21, 8);
const NEXT_MILLIS = AT_MILLIS + 86_400_000;

/** `decode-…` and `encode-…`. What is written was read from bytes, and nothing of them is copied. */
function bothWays<T>(name: string, counts: string, codec: Codec<T>, subjects: readonly Uint8Array[]): WireOperation[] {
  const values = subjects.map((bytes) => decode(codec, Uint8Array.from(bytes)));
  let next = 0;
  const turn = <S>(all: readonly S[]): S => all[next++ % all.length] as S;
  return [
    { op: `decode-${name}`, counts, call: () => decode(codec, turn(subjects)) },
    { op: `encode-${name}`, counts, call: () => encodeAfresh(codec, turn(values)) },
  ];
}

async function linkedCrl(house: House): Promise<Uint8Array> {
  const random = house.dice('entries');
  const chain = house.linkageChain('pc');
  const entries = Array.from({ length: REVOKED }, () => {
    return { ...chain, seed1: random.bytes(16), seed2: random.bytes(16), iRev: house.i, iMax: house.i + 52, jMax: 20 };
  });
  const contents = buildLinkedCrl({
    craca: (await house.member('cra')).certificate,
    series: CRL_SERIES,
    entries,
    iRev: house.i,
    indexWithinI: 0,
    issueMillis: AT_MILLIS,
    nextMillis: NEXT_MILLIS,
  });
  return encodeAfresh(CrlContents, contents);
}

async function scmsPdu(house: House): Promise<Uint8Array> {
  const request = asSignedRequest((await eeEcaRequest(house)).bytes);
  if (request === undefined) throw new Error('the request of the sample is none');
  return request.tbsRequest.bytes;
}

/** The frames alone, as a receiver has them behind the signature: unaligned PER. Each has a moment and an id of its own. */
function framesOf(kind: string, make: (id: Uint8Array, millis: number) => Uint8Array): WireOperation[] {
  const random = diceOf(SUBJECTS)('frames').bytes(8 * SUBJECTS);
  const frames = Array.from({ length: SUBJECTS }, (_, index) =>
    make(random.subarray(8 * index, 8 * index + 8), AT_MILLIS + 61_000 * index),
  );
  const values = frames.map(decodeMessageFrame);
  const counts = `frames of ${String(frames[0]?.length)} B`;
  let next = 0;
  const turn = <S>(all: readonly S[]): S => all[next++ % all.length] as S;
  return [
    { op: `decode-${kind}`, counts, call: () => decodeMessageFrame(turn(frames)) },
    { op: `encode-${kind}`, counts, call: () => encodeMessageFrame(turn(values)) },
  ];
}

/** All of them, with subjects of the CCSA profile. */
export async function wireOperations(): Promise<WireOperation[]> {
  const houses = Array.from({ length: SUBJECTS }, (_, seed) => new House(ccsa, AT_MILLIS, diceOf(seed)));
  const ofAll = (make: (house: House) => Promise<Uint8Array>): Promise<Uint8Array[]> => Promise.all(houses.map(make));
  const certificates = await ofAll(async (house) => ofCertificate(await house.member('pc')).bytes);
  const messages = await ofAll(async (house) => (await bsmSpdu(house, 'pc', 'certificate')).bytes);
  const sizeOf = ([first]: readonly Uint8Array[]): string => `${String(first?.length)} B`;
  return [
    ...bothWays('pseudonym-certificate', `certificates of ${sizeOf(certificates)}`, Certificate, certificates),
    ...bothWays('signed-bsm-spdu-with-certificate', `messages of ${sizeOf(messages)}`, V2XSecData, messages),
    ...bothWays('linked-crl-10000', 'lists of 10 000 entries', CrlContents, [await linkedCrl(houses[0] as House)]),
    ...bothWays('scms-pdu', 'enrolment requests', ScmsPdu, await ofAll(scmsPdu)),
    ...framesOf('bsm', (id, millis) => bsmOf(ccsa, id, millis % 60_000)),
    ...(['map', 'spat', 'rsi', 'rsm'] as const).flatMap((kind) =>
      framesOf(kind, (id, millis) => roadsideMessage(kind, id, millis)),
    ),
  ];
}
