/** Everything the ARA refuses a device, by name. Which code of the standard a device hears: lines/error-codes.ts. */
export type DeviceRefusal =
  // What arrived
  | 'not-encrypted'
  | 'not-for-us'
  | 'malformed'
  | 'too-large'
  // Who asks
  | 'ec-chain'
  | 'ec-validity'
  | 'ec-blacklisted'
  | 'signature'
  | 'possession'
  // When
  | 'too-old'
  | 'from-the-future'
  // What is asked
  | 'app-permissions'
  | 'request-permissions'
  | 'other-field'
  | 'region'
  | 'type'
  | 'validity'
  | 'keys'
  | 'key-asked-before'
  | 'too-many-requests'
  | 'too-many-certificates'
  // What is fetched
  | 'filename'
  | 'unknown-file'
  | 'not-yet'
  | 'ended';

/** Why an answer of the ACA is not taken; the work stays owed. */
export type AnswerRefusal = 'answer-malformed' | 'answer-request' | 'answer-not-sealed';
