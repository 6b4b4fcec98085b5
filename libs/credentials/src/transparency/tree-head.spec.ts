/** Heads of the log as a receiver judges them, and the proofs under them. */
import { decode, encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { time32FromMillis } from '#wire/time.js';
import {
  LogProof,
  SignedTreeHead,
  ToBeSignedTreeHead,
  type LogProof as Proof,
  type SignedTreeHead as Head,
} from '#wire/transparency-log.js';
import { authorityBench, type Bench, type Member } from '../../../../test/support/authority-bench.js';
import { sm2SignatureValue } from '../keys-on-the-wire.js';
import { isRefused, refused } from '../refusal.js';
import { signerId } from '../sm2-binding.js';
import { certificateLeaf, entryFacts, readLeaf, tdclLeaf, trclLeaf } from './log-entry.js';
import {
  append,
  consistencyRanges,
  emptyFrontier,
  foldNodes,
  inclusionRanges,
  nodesOf,
  type EntryRange,
} from './merkle-tree.js';
import { signTreeHead, treeHeadOf, verifyLogProof, verifyTreeHead, type HeadRules } from './tree-head.js';

const HOUR_MILLIS = 3_600_000;
let bench: Bench;
let log: Member;
beforeAll(async () => {
  bench = await authorityBench({ domains: ['a'] });
  log = bench.member('a-cra');
});

const now = (): number => bench.clock.nowMillis();
const rules = (): HeadRules => ({ logs: [log.certificate], nowMillis: now(), maxAgeMillis: HOUR_MILLIS });
const headOf = (leaves: readonly Uint8Array[], atMillis = now()): Promise<Head> =>
  signTreeHead({ issueDate: time32FromMillis(atMillis), size: leaves.length, root: rootOf(leaves) }, log.signer);

function nodesIn(leaves: readonly Uint8Array[]): (range: EntryRange) => Uint8Array {
  const nodes = new Map<string, Uint8Array>();
  let frontier = emptyFrontier;
  for (const leaf of leaves) {
    const grown = append(frontier, leaf);
    for (const { level, index, hash } of grown.completed) nodes.set(`${level}/${index}`, hash);
    frontier = grown.frontier;
  }
  return (range) => foldNodes(nodesOf(range).map(({ level, index }) => nodes.get(`${level}/${index}`) as Uint8Array));
}
const rootOf = (leaves: readonly Uint8Array[]): Uint8Array => nodesIn(leaves)({ start: 0, end: leaves.length });

async function proofOf(leaves: readonly Uint8Array[], leafIndex: number, from?: number): Promise<Proof> {
  const hashOf = nodesIn(leaves);
  const ranges = from === undefined ? [] : consistencyRanges(from, leaves.length);
  return {
    head: await headOf(leaves),
    leafIndex,
    inclusion: inclusionRanges(leafIndex, leaves.length).map(hashOf),
    consistency: ranges.map(hashOf),
  };
}

const leaves = Array.from({ length: 11 }, (_, n) => new Uint8Array(32).fill(n));

describe('a signed head', () => {
  it('says what the log signed', async () => {
    const said = verifyTreeHead(await headOf(leaves), rules());
    expect(said).toEqual({ size: 11, root: rootOf(leaves), issuedMillis: now() });
  });

  it.each([
    ['of a log that is not known', () => ({ logs: [bench.member('a-pca').certificate] }), 'head-of-another-log'],
    ['that is too old', () => ({ nowMillis: now() + HOUR_MILLIS + 1000 }), 'head-stale'],
    ['of the future', () => ({ nowMillis: now() - 61_000 }), 'head-from-the-future'],
    ['when no log is known', () => ({ logs: [] }), 'head-of-another-log'],
  ])('%s is refused', async (_, change, reason) => {
    expect(verifyTreeHead(await headOf(leaves), { ...rules(), ...change() })).toEqual(refused(reason));
  });

  it('of a moment when the certificate was not valid is refused', async () => {
    const before = now() - 400 * 24 * HOUR_MILLIS;
    const head = await headOf(leaves, before);
    expect(verifyTreeHead(head, { ...rules(), nowMillis: before })).toEqual(refused('head-of-another-log'));
  });

  it('of another version is refused, though it is signed', async () => {
    const { toBeSigned } = await headOf(leaves);
    const other = preserve(ToBeSignedTreeHead, { ...toBeSigned.value, version: 2 });
    const signature = sm2SignatureValue(await log.signer.sign(signerId(log.certificate), other.bytes));
    expect(verifyTreeHead({ toBeSigned: other, signature }, rules())).toEqual(refused('head-version'));
  });

  it('is refused with any bit flipped', async () => {
    const bytes = encode(SignedTreeHead, await headOf(leaves));
    let [judged, undecodable] = [0, 0];
    for (let bit = 0; bit < bytes.length * 8; bit += 3) {
      const bent = bytes.slice();
      bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
      let head: Head;
      try {
        head = decode(SignedTreeHead, bent);
      } catch {
        undecodable++;
        continue;
      }
      expect(isRefused(verifyTreeHead(head, { ...rules(), maxAgeMillis: Infinity }))).toBe(true);
      judged++;
    }
    expect(judged).toBeGreaterThan(250);
    expect(undecodable).toBeLessThan(50);
  });
});

describe('a proof from the log', () => {
  const leaf = leaves[6] as Uint8Array;

  it('shows where the entry is, also after a journey as bytes', async () => {
    const proof = decode(LogProof, encode(LogProof, await proofOf(leaves, 6)));
    expect(verifyLogProof(leaf, proof, rules())).toEqual(treeHeadOf(proof.head));
  });

  it('does not show another entry, nor this one elsewhere', async () => {
    const proof = await proofOf(leaves, 6);
    expect(verifyLogProof(leaves[7] as Uint8Array, proof, rules())).toEqual(refused('not-in-the-log'));
    expect(verifyLogProof(leaf, { ...proof, leafIndex: 7 }, rules())).toEqual(refused('not-in-the-log'));
  });

  it('under a head that is not to be believed shows nothing', async () => {
    const proof = await proofOf(leaves, 6);
    expect(verifyLogProof(leaf, proof, { ...rules(), logs: [] })).toEqual(refused('head-of-another-log'));
  });

  it('continues the head that was seen before', async () => {
    const seen = treeHeadOf(await headOf(leaves.slice(0, 5)));
    const proof = await proofOf(leaves, 6, 5);
    expect(isRefused(verifyLogProof(leaf, proof, { ...rules(), seen }))).toBe(false);
    expect(verifyLogProof(leaf, { ...proof, consistency: [] }, { ...rules(), seen })).toEqual(refused('log-forked'));
  });

  it('is refused when the log was another before, or larger, or later', async () => {
    const proof = await proofOf(leaves, 6, 5);
    const other = treeHeadOf(await headOf([...leaves.slice(0, 4), leaf]));
    expect(verifyLogProof(leaf, proof, { ...rules(), seen: other })).toEqual(refused('log-forked'));
    const same = treeHeadOf(proof.head);
    const goesBack = refused('head-goes-back');
    expect(verifyLogProof(leaf, proof, { ...rules(), seen: { ...same, size: 12 } })).toEqual(goesBack);
    const later = { ...same, issuedMillis: same.issuedMillis + 1000 };
    expect(verifyLogProof(leaf, { ...proof, consistency: [] }, { ...rules(), seen: later })).toEqual(goesBack);
  });
});

describe('entries', () => {
  it('are the same leaf for who logs them and who reads them, and say whom they concern', async () => {
    const tdcl = tdclLeaf(await bench.tdcl(['a']));
    for (const one of [certificateLeaf(log.certificate), trclLeaf(bench.trcl), tdcl]) {
      const read = readLeaf(one.bytes);
      expect(read?.hash).toEqual(one.hash);
      expect(read && entryFacts(read.entry)).toEqual(entryFacts(one.entry));
    }
    expect(entryFacts(certificateLeaf(log.certificate).entry).names).toEqual([log.hostname]);
    expect(entryFacts(tdcl.entry).names).toContain(log.hostname);
    expect(entryFacts(trclLeaf(bench.trcl).entry).names).toEqual([bench.root.hostname]);
  });

  it('are nothing when the bytes are none', () => {
    expect(readLeaf(Uint8Array.of(0xff, 1, 2))).toBeUndefined();
  });
});
