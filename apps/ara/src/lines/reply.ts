/** An answer to a device, as a value: what the controller writes out. */
import type { Refused } from '#credentials/refusal.js';
import { APPLICATION_ERROR_HEADER } from '#edges/ee-ara/application.js';
import type { DeviceRefusal } from '../domain/refusal.js';
import { ERROR_CODES } from './error-codes.js';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const EMPTY = new Uint8Array();

export const reply = (status: number, body: Uint8Array = EMPTY, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers,
  body,
});

/** A refusal in the standard's words, and nothing beside them. */
export function refusalReply(refusal: Refused<DeviceRefusal>, headers: Reply['headers'] = {}): Reply {
  const { status, code } = ERROR_CODES[refusal.reason];
  return reply(status, EMPTY, { [APPLICATION_ERROR_HEADER]: code, ...headers });
}
