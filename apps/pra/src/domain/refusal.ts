/** Everything the PRA refuses a device or the MA, by name. Which code of the standard a device hears: lines/error-codes.ts. */
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
  // When
  | 'too-old'
  | 'from-the-future'
  | 'replayed'
  // What is asked
  | 'app-permissions'
  | 'request-permissions'
  | 'other-field'
  | 'region'
  | 'type'
  | 'validity'
  | 'keys'
  | 'overlap'
  | 'too-many-requests'
  | 'busy'
  | 'too-many-reports'
  | 'filename'
  | 'download-too-old'
  | 'download-too-soon'
  | 'unknown-file'
  | 'not-yet';

/** What the MA hears on ma-pra.investigation, beside the refusals of the approval itself. */
export type InvestigationRefusal =
  | 'statement-malformed'
  | 'statement-signer'
  | 'statement-signature'
  | 'statement-scope'
  | 'statement-addressee'
  | 'item-unknown';

/** Why an answer of an LA or of the PCA is not taken; the work stays owed. */
export type AnswerRefusal =
  | 'answer-periods'
  | 'answer-chains'
  | 'answer-shape'
  | 'answer-la'
  | 'answer-repeated'
  | 'answer-count'
  | 'answer-malformed'
  | 'answer-request'
  | 'answer-not-sealed';
