/**
 * Lists that are believed only when they stand in the transparency log (Home.log): with a proof of inclusion under a fresh head
 * that continues the last one which this device saw. So nobody can show this device a list that others cannot find, without
 * leaving two signed heads that contradict each other.
 *
 * In the store: `log/seen-head`, the newest head (SignedTreeHead); `log/contradicting-head`, one that did not continue it; and
 * under `log/` the proof of each kept list, by its name.
 */
import { decode, encode, tryDecode } from '#coer/codec.js';
import type { Clock } from '#credentials/clock.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { crlLeaf, leafOf, type Leaf } from '#credentials/transparency/log-entry.js';
import { isIncluded } from '#credentials/transparency/merkle-tree.js';
import {
  treeHeadOf,
  verifyHeadSignature,
  verifyLogProof,
  type ProofRefusal,
} from '#credentials/transparency/tree-head.js';
import { LOG_INCLUSION_PATH } from '#edges/ee-lists/paths.js';
import { CrlContents } from '#wire/crl.js';
import type { Certificate } from '#wire/secured-data.js';
import { LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import type { DeviceStore } from './device-store.js';
import { exchange, type Fetch } from './http.js';

/** A log that a device demands proofs of. */
export interface DemandedLog {
  readonly url: string;
  /** The certificates under which it signs: two while one is renewed. */
  readonly certificates: readonly Certificate[];
  /** An older head proves nothing. */
  readonly maxHeadAgeMillis: number;
}

/** `no-proof`: the log does not answer, or answers what is no proof. */
export type ListProofRefusal = ProofRefusal | 'no-proof';

interface Needs {
  readonly store: DeviceStore;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly timeoutMillis: number;
  readonly verify: VerifySignature;
}

/** `fresh`: the proof that was fetched, to be kept with the list once that is taken. */
interface Proved {
  readonly kind: 'proved';
  readonly fresh?: LogProof;
}

const SEEN_HEAD = 'log/seen-head';
const CONTRADICTING_HEAD = 'log/contradicting-head';
const LARGEST_PROOF_BYTES = 64 * 1024;
const proofName = (list: string): string => list.replace(/^lists\//, 'log/');

/** Whether the list of this name (`lists/…`) has its proof, one that was kept or one that is fetched; or why not. */
export async function proveList(
  list: string,
  bytes: Uint8Array,
  log: DemandedLog,
  needs: Needs,
): Promise<Proved | Refused<ListProofRefusal>> {
  const leaf = leafOfList(list, bytes);
  // What is no list is refused by whoever reads it.
  if (leaf === undefined || (await isKeptProved(list, bytes, log, needs))) return { kind: 'proved' };
  const proof = await fetchProof(leaf, log, needs);
  if (typeof proof === 'string') return refused(proof);
  const { certificates: logs, maxHeadAgeMillis: maxAgeMillis } = log;
  const seen = await seenHead(needs);
  const rules = { logs, maxAgeMillis, nowMillis: needs.clock.nowMillis(), verify: needs.verify };
  const head = verifyLogProof(leaf.hash, proof, { ...rules, seen: seen && treeHeadOf(seen) });
  const signed = encode(SignedTreeHead, proof.head);
  if (isRefused(head)) {
    if (head.reason === 'log-forked') await needs.store.write(CONTRADICTING_HEAD, signed);
    return head;
  }
  await needs.store.write(SEEN_HEAD, signed);
  return { kind: 'proved', fresh: proof };
}

/** Before the list itself is kept: one that is found without its proof is passed over. */
export async function keepProof(list: string, { fresh }: Proved, { store }: Pick<Needs, 'store'>): Promise<void> {
  if (fresh !== undefined) await store.write(proofName(list), encode(LogProof, fresh));
}

/** Whether a proof of this very list is kept; it was fresh when it was taken. */
export async function isKeptProved(
  list: string,
  bytes: Uint8Array,
  { certificates: logs }: DemandedLog,
  { store, verify }: Pick<Needs, 'store' | 'verify'>,
): Promise<boolean> {
  const record = await store.read(proofName(list));
  const leaf = leafOfList(list, bytes);
  if (record === undefined || leaf === undefined) return false;
  const { head, leafIndex, inclusion } = decode(LogProof, record);
  return (
    isIncluded(leaf.hash, leafIndex, treeHeadOf(head), inclusion) &&
    verifyHeadSignature(head, { logs, verify }) === undefined
  );
}

async function seenHead({ store }: Pick<Needs, 'store'>): Promise<SignedTreeHead | undefined> {
  const record = await store.read(SEEN_HEAD);
  return record && decode(SignedTreeHead, record);
}

async function fetchProof(leaf: Leaf, { url }: DemandedLog, needs: Needs): Promise<LogProof | ListProofRefusal> {
  const seen = await seenHead(needs);
  const from = seen === undefined ? 0 : treeHeadOf(seen).size;
  const query = `?leaf=${Buffer.from(leaf.hash).toString('hex')}&from=${from}`;
  const answer = await exchange(needs, { url: `${url}${LOG_INCLUSION_PATH}${query}` }, LARGEST_PROOF_BYTES);
  if (isRefused(answer)) return 'no-proof';
  if (answer.status === 404) return 'not-in-the-log';
  const proof = answer.status === 200 ? tryDecode(LogProof, answer.body) : undefined;
  return proof?.ok ? proof.value : 'no-proof';
}

function leafOfList(list: string, bytes: Uint8Array): Leaf | undefined {
  if (list === 'lists/trcl') {
    const trcl = tryDecode(RootCtl, bytes);
    return trcl.ok ? leafOf({ kind: 'trcl', value: trcl.value }) : undefined;
  }
  if (list.startsWith('lists/tdcl-')) {
    const tdcl = tryDecode(PkiCtl, bytes);
    return tdcl.ok ? leafOf({ kind: 'tdcl', value: tdcl.value }) : undefined;
  }
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const contents = payload && tryDecode(CrlContents, payload);
  return contents?.ok ? crlLeaf(bytes, contents.value) : undefined;
}
