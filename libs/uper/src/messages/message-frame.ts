// The frame of every message of the road: T/CSAE 53-2020 module MsgFrame (profile of YD/T 3709-2020).
import { decodeUper, encodeUper, type Infer } from '../codec.js';
import { extensibleChoice } from '../structures.js';
import { BasicSafetyMessage } from './bsm.js';
import { MapData } from './map.js';
import { RoadSideInformation } from './rsi.js';
import { RoadsideSafetyMessage } from './rsm.js';
import { SPAT } from './spat.js';

/** ```asn1
 *  MessageFrame ::= CHOICE { bsmFrame BasicSafetyMessage, mapFrame MapData, rsmFrame RoadsideSafetyMessage,
 *    spatFrame SPAT, rsiFrame RoadSideInformation, ... }
 *  ```
 *  A message of a later edition comes as `later`, with its bytes. */
export const MessageFrame = extensibleChoice('MessageFrame', {
  bsmFrame: BasicSafetyMessage,
  mapFrame: MapData,
  rsmFrame: RoadsideSafetyMessage,
  spatFrame: SPAT,
  rsiFrame: RoadSideInformation,
});
export type MessageFrame = Infer<typeof MessageFrame>;

/** The bytes a signed message carries. Throws UperError when a field is outside its range. */
export function encodeMessageFrame(frame: MessageFrame): Uint8Array {
  return encodeUper(MessageFrame, frame);
}

/** The same for a BSM. Throws UperError when a field is outside its range. */
export function encodeBsmFrame(bsm: BasicSafetyMessage): Uint8Array {
  return encodeMessageFrame({ kind: 'bsmFrame', value: bsm });
}

/** Reads any frame of T/CSAE 53-2020; throws UperError on bytes that are none. */
export function decodeMessageFrame(bytes: Uint8Array): MessageFrame {
  return decodeUper(MessageFrame, bytes);
}
