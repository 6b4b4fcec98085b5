/**
 * The Merkle log of what authorities sign: its entries, its signed heads, and its proofs. Our own types; the tree is that of
 * RFC 6962 over SM3. The ASN.1 is `ChrysalisLog`.
 */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { withBytes } from '#coer/preserved.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { CrlSeries, HashedId32, HashedId8, Opaque, Signature, Time32, Uint32, Uint8 } from './base-types.js';
import { Certificate } from './secured-data.js';
import { PkiCtl, RootCtl } from './trust-lists.js';

/** What is said of a CRL; not the list itself, whose seeds are to be forgotten when the list is replaced. */
export const LoggedCrl = sequence('LoggedCrl', {
  craca: HashedId8,
  crlSeries: CrlSeries,
  issueDate: Time32,
  /** SM3 of the SecuredCrl as it is served. */
  hash: HashedId32,
});
export type LoggedCrl = Infer<typeof LoggedCrl>;

export const LogEntry = choice('LogEntry', { certificate: Certificate, trcl: RootCtl, tdcl: PkiCtl, crl: LoggedCrl });
export type LogEntry = Infer<typeof LogEntry>;

export const ToBeSignedTreeHead = sequence('ToBeSignedTreeHead', {
  version: Uint8,
  /** The certificate that signs. */
  log: HashedId8,
  issueDate: Time32,
  treeSize: Uint32,
  rootHash: HashedId32,
});
export type ToBeSignedTreeHead = Infer<typeof ToBeSignedTreeHead>;

export const SignedTreeHead = sequence('SignedTreeHead', {
  toBeSigned: withBytes(ToBeSignedTreeHead),
  signature: Signature,
});
export type SignedTreeHead = Infer<typeof SignedTreeHead>;

/** Hashes from the leaf upwards; a tree of 2^32 entries needs 32, and a proof of consistency one more. */
export const LogPath = sequenceOf(HashedId32, 0, 33);

export const LogProof = sequence('LogProof', {
  head: SignedTreeHead,
  leafIndex: Uint32,
  inclusion: LogPath,
  /** From the size that was asked for to that of the head; empty when none was asked for, or nothing was added since. */
  consistency: LogPath,
});
export type LogProof = Infer<typeof LogProof>;

export const LogConsistency = sequence('LogConsistency', { path: LogPath });

/** Encoded entries, in the order of the log. */
export const LogEntries = sequence('LogEntries', { first: Uint32, entries: sequenceOf(Opaque) });

export const LogSubmission = choice('LogSubmission', {
  /** The certificate first, then its issuers up to the one below the root. */
  chain: sequenceOf(Certificate, 1, 4),
  /** Signed data of the CRA under the management AID; its payload is a LoggedCrl. */
  crl: Opaque,
});
export type LogSubmission = Infer<typeof LogSubmission>;
