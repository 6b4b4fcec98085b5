/** The log as others meet it: what they may add, the head they are shown, and the proofs under it. */
import { decode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Profile } from '#credentials/profile.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { consistencyRanges, inclusionRanges } from '#credentials/transparency/merkle-tree.js';
import { signTreeHead, treeHeadOf } from '#credentials/transparency/tree-head.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { RootCtl } from '#wire/trust-lists.js';
import type { LogStore } from '../store/log.store.js';
import { judgeSubmission, type LogRefusal } from './log-submission.js';
import type { PublishedList } from './published-list.js';

export interface TransparencyLogNeeds {
  readonly store: LogStore;
  readonly profile: Profile;
  /** A receiver of these lists. */
  readonly receiver: (served: readonly PublishedList[], nowMillis: number) => TrustStore;
  readonly nowMillis: () => number;
  readonly served: () => Promise<PublishedList[]>;
  /** Of the certificate that counts now. */
  readonly signer: () => Signer;
  readonly headSeconds: number;
  /** Told how many entries a submission consists of. */
  readonly submitted: (facts: { kind: 'chain' | 'crl'; entries: number }) => void;
}

/** The newest head: signed anew when the tree has grown, the last is old, or another certificate of ours counts. Never goes back. */
export async function currentHead(needs: TransparencyLogNeeds): Promise<SignedTreeHead> {
  const kept = await needs.store.head();
  if (kept !== undefined && isCurrent(kept, await needs.store.size(), needs)) return kept;
  return needs.store.renewHead(async ({ size, root, kept: last }) => {
    if (last !== undefined && isCurrent(last, size, needs)) return undefined;
    const now = time32FromMillis(needs.nowMillis());
    const issueDate = Math.max(now, last?.toBeSigned.value.issueDate ?? 0);
    return signTreeHead({ issueDate, size, root }, needs.signer());
  });
}

function isCurrent(
  head: SignedTreeHead,
  size: number,
  { nowMillis, headSeconds, signer }: TransparencyLogNeeds,
): boolean {
  const { size: signedSize, issuedMillis } = treeHeadOf(head);
  const isOurs = Buffer.compare(head.toBeSigned.value.log, hashedId8(signer().certificate)) === 0;
  return isOurs && signedSize === size && nowMillis() - issuedMillis < headSeconds * 1000;
}

/** Where the entry with this leaf hash is, under the newest head, which continues the tree of `from` entries. */
export async function proveEntry(
  leafHash: Uint8Array,
  from: number,
  needs: TransparencyLogNeeds,
): Promise<LogProof | undefined> {
  // In this order: an entry that is there stands under any head that is signed after.
  const leafIndex = await needs.store.find(leafHash);
  if (leafIndex === undefined) return undefined;
  const head = await currentHead(needs);
  const { size } = treeHeadOf(head);
  // Who saw more entries than there are gets no proof of that, and knows what to think.
  const since = from <= size ? consistencyRanges(from, size) : [];
  const inclusion = inclusionRanges(leafIndex, size);
  const hashes = await needs.store.hashes([...inclusion, ...since]);
  return {
    head,
    leafIndex,
    inclusion: hashes.slice(0, inclusion.length),
    consistency: hashes.slice(inclusion.length),
  };
}

/** `undefined` when there are no such trees. */
export async function proveConsistency(
  first: number,
  second: number,
  { store }: TransparencyLogNeeds,
): Promise<Uint8Array[] | undefined> {
  if (first > second || second > (await store.size())) return undefined;
  return store.hashes(consistencyRanges(first, second));
}

/** Takes a submission (encoded LogSubmission), and proves that its newest entry is in the log. Taken again it adds nothing. */
export async function submit(bytes: Uint8Array, needs: TransparencyLogNeeds): Promise<LogProof | Refused<LogRefusal>> {
  const nowMillis = needs.nowMillis();
  const served = await needs.served();
  const trcl = served.find(({ kind }) => kind === 'trcl');
  const leaves = judgeSubmission(bytes, {
    profile: needs.profile,
    nowMillis,
    receiver: () => needs.receiver(served, nowMillis),
    roots: trcl === undefined ? [] : rootsOf(trcl),
  });
  if (isRefused(leaves)) return leaves;
  await needs.store.append(leaves, nowMillis);
  const newest = leaves.at(-1);
  const proof = newest && (await proveEntry(newest.hash, 0, needs));
  if (newest === undefined || proof === undefined) throw new Error('an entry that was appended is not in the log');
  needs.submitted({ kind: newest.entry.kind === 'crl' ? 'crl' : 'chain', entries: leaves.length });
  return proof;
}

const rootsOf = ({ bytes }: PublishedList): Certificate[] =>
  decode(RootCtl, bytes).toBeSignedRootCtl.value.pkiCtlInfoList.map(({ rootCertificate }) => rootCertificate);
