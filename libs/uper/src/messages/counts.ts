// Numbers that several messages have: T/CSAE 53-2020 module MsgFrame (profile of YD/T 3709-2020).
import { integer } from '../primitives.js';

/** Counts 0..127 and wraps; starts anew at random when the signing certificate changes. */
export const MsgCount = integer('MsgCount', 0, 127);

/** 0.5 %. */
export const Confidence = integer('Confidence', 0, 200);
