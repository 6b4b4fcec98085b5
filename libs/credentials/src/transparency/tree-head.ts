/** Signed heads of the log, and what they prove: made by the log, judged by devices, monitors and whoever else asks. */
import { preserve } from '#coer/preserved.js';
import { sm2Verify } from '#crypto/sm2.js';
import type { Certificate } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';
import { ToBeSignedTreeHead, type LogProof, type SignedTreeHead } from '#wire/transparency-log.js';
import { hashedId8, verificationKeyOf } from '../certificate-facts.js';
import { sm2SignatureBytes, sm2SignatureValue } from '../keys-on-the-wire.js';
import { isValidAt } from '../period.js';
import { isRefused, refused, type Refused } from '../refusal.js';
import { signerId, type Signer } from '../sm2-binding.js';
import type { VerifySignature } from '../verify-certificate.js';
import { isConsistent, isIncluded } from './merkle-tree.js';

const HEAD_VERSION = 1;
/** Two clocks may differ by so much. */
const FUTURE_MILLIS = 60_000;

export type HeadRefusal =
  'head-version' | 'head-of-another-log' | 'head-signature' | 'head-from-the-future' | 'head-stale';
export type ProofRefusal = HeadRefusal | 'head-goes-back' | 'log-forked' | 'not-in-the-log';

/** What is remembered of a head. */
export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  readonly issuedMillis: number;
}

export function treeHeadOf({ toBeSigned }: SignedTreeHead): TreeHead {
  const { treeSize, rootHash, issueDate } = toBeSigned.value;
  return { size: treeSize, root: rootHash, issuedMillis: millisFromTime32(issueDate) };
}

/**
 * A head of this size and root. What is signed is 49 bytes long, and nothing else that an authority signs is: messages are
 * signed as 64 bytes (IEEE 1609.2-2022 5.3.1), certificates and lists are longer.
 */
export async function signTreeHead(
  tree: { issueDate: number; size: number; root: Uint8Array },
  signer: Signer,
): Promise<SignedTreeHead> {
  const { issueDate, size: treeSize, root: rootHash } = tree;
  const log = hashedId8(signer.certificate);
  const toBeSigned = preserve(ToBeSignedTreeHead, { version: HEAD_VERSION, log, issueDate, treeSize, rootHash });
  const signature = await signer.sign(signerId(signer.certificate), toBeSigned.bytes);
  return { toBeSigned, signature: sm2SignatureValue(signature) };
}

export interface HeadRules {
  /** The certificates under which the log may speak. */
  readonly logs: readonly Certificate[];
  readonly nowMillis: number;
  readonly maxAgeMillis: number;
  readonly verify?: VerifySignature;
}

/** What the head says, when one of these logs signed it and it is fresh at `nowMillis`. */
export function verifyTreeHead(head: SignedTreeHead, rules: HeadRules): TreeHead | Refused<HeadRefusal> {
  const { nowMillis, maxAgeMillis } = rules;
  const unsigned = verifyHeadSignature(head, rules);
  if (unsigned !== undefined) return unsigned;
  const said = treeHeadOf(head);
  if (said.issuedMillis > nowMillis + FUTURE_MILLIS) return refused('head-from-the-future');
  return said.issuedMillis < nowMillis - maxAgeMillis ? refused('head-stale') : said;
}

/** Why a head is not signed by any of these logs; its freshness is not looked at. */
export function verifyHeadSignature(
  { toBeSigned, signature }: SignedTreeHead,
  { logs, verify = sm2Verify }: Pick<HeadRules, 'logs' | 'verify'>,
): Refused<HeadRefusal> | undefined {
  const { version, log: id, issueDate } = toBeSigned.value;
  if (version !== HEAD_VERSION) return refused('head-version');
  const log = logs.find((one) => Buffer.compare(hashedId8(one), id) === 0);
  const isTimely = log && isValidAt(log.value.toBeSigned.value.validityPeriod, millisFromTime32(issueDate));
  if (!isTimely) return refused('head-of-another-log');
  const [key, bytes] = [verificationKeyOf(log), sm2SignatureBytes(signature)];
  const isSigned = key !== undefined && bytes !== undefined && verify(key, signerId(log), toBeSigned.bytes, bytes);
  return isSigned ? undefined : refused('head-signature');
}

/** Whether `next` follows the head that was seen before: nothing smaller or earlier, and the old tree is its beginning. */
export function followsHead(
  next: TreeHead,
  seen: TreeHead,
  consistency: readonly Uint8Array[],
): Refused<'head-goes-back' | 'log-forked'> | undefined {
  if (next.size < seen.size || next.issuedMillis < seen.issuedMillis) return refused('head-goes-back');
  return isConsistent(seen, next, consistency) ? undefined : refused('log-forked');
}

/**
 * The head under which the entry with this leaf hash (32 bytes) is proved to be in the log. `seen` is the newest head that
 * was seen before: a log that shows one tree here and another one there cannot follow both.
 */
export function verifyLogProof(
  leaf: Uint8Array,
  { head, leafIndex, inclusion, consistency }: LogProof,
  rules: HeadRules & { readonly seen?: TreeHead | undefined },
): TreeHead | Refused<ProofRefusal> {
  const said = verifyTreeHead(head, rules);
  if (isRefused(said)) return said;
  const backwards = rules.seen && followsHead(said, rules.seen, consistency);
  if (backwards !== undefined) return backwards;
  return isIncluded(leaf, leafIndex, said, inclusion) ? said : refused('not-in-the-log');
}
