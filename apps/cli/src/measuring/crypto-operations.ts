/**
 * What `chrysalis bench crypto` measures: each operation by the function that its callers use, and beside it the same
 * by others: `noble` is the plain TypeScript over @noble/curves (libs/crypto/src/reference), `node` is node:crypto.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { expandCocoonKeys, expandCocoonPeriods, type CaterpillarKeys } from '#crypto/butterfly.js';
import { sealSm4Ccm } from '#crypto/ccm.js';
import { linkageValues, type LinkageChain } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import * as noble from '#crypto/reference/sm2.js';
import {
  DEFAULT_SM2_ID,
  newSm2PrivateKey,
  sm2AddBaseEach,
  sm2PublicKey,
  sm2PublicKeys,
  sm2SignerFor,
  sm2Unwrap,
  sm2VerifierFor,
  sm2Verify,
  sm2Wrap,
  sm2WrapManyUnsafe,
} from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { sm4Key } from '#crypto/sm4.js';
import { smSuite, type Suite } from '#crypto/suite.js';

export interface Operation {
  readonly op: string;
  /** What one of opsPerSecond is. */
  readonly counts: string;
  /** Those of one call. */
  readonly aCall: number;
  readonly ours: () => unknown;
  readonly peers: Readonly<Record<string, () => unknown>>;
}

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const newKey = (): Uint8Array => newSm2PrivateKey(systemRandom);
/** What a CA has in hand at a time: as many as the engine makes side by side. Peers make them one by one: see the row of one. */
const MANY = 256;
const newKeys = (count: number): Uint8Array[] => Array.from({ length: count }, newKey);

function signatures(): Operation[] {
  const key = newKey();
  const publicKey = sm2PublicKey(key);
  const id = DEFAULT_SM2_ID;
  const message = bytes(100);
  const ours = sm2SignerFor(key, publicKey);
  const signature = ours(id, message);
  const theirs = noble.sm2SignerFor(key, publicKey);
  const verifier = sm2VerifierFor(publicKey);
  const theirVerifier = noble.sm2VerifierFor(publicKey);
  const counts = 'messages of 100 B';
  const many = Array.from({ length: MANY }, () => ({ message, signature }));
  return [
    {
      op: 'sm2.sign',
      counts,
      aCall: 1,
      ours: () => ours(id, message),
      peers: { noble: () => theirs(id, message) },
    },
    {
      op: 'sm2.verify',
      counts,
      aCall: 1,
      ours: () => sm2Verify(publicKey, id, message, signature),
      peers: { noble: () => noble.sm2Verify(publicKey, id, message, signature) },
    },
    {
      op: 'sm2.verifyKnownKey',
      counts,
      aCall: 1,
      ours: () => verifier(id, message, signature),
      peers: { noble: () => theirVerifier(id, message, signature) },
    },
    {
      op: 'sm2.verifyKnownKey256',
      counts,
      aCall: MANY,
      ours: () => verifier.all(id, many).every(Boolean),
      peers: {},
    },
  ];
}

function products(): Operation[] {
  const k = newKey();
  const point = sm2PublicKey(newKey());
  const batch = (count: number): Operation => {
    const scalars = newKeys(count);
    return {
      op: `sm2.basePointBatch${String(count)}`,
      counts: 'points k·G',
      aCall: count,
      ours: () => sm2PublicKeys(scalars),
      peers: { noble: () => noble.sm2PublicKeys(scalars) },
    };
  };
  const each = newKeys(MANY).map((scalar) => ({ point, scalar }));
  return [
    {
      op: 'sm2.basePoint',
      counts: 'points k·G',
      aCall: 1,
      ours: () => sm2PublicKey(k),
      peers: { noble: () => noble.sm2PublicKey(k) },
    },
    batch(20),
    batch(1024),
    {
      op: 'sm2.addBaseEach256',
      counts: 'points P + k·G, each of its own P',
      aCall: MANY,
      ours: () => sm2AddBaseEach(each),
      peers: {},
    },
    {
      op: 'sm2.point',
      counts: 'points k·P',
      aCall: 1,
      ours: () => smSuite.multiply(point, k),
      peers: { noble: () => noble.sm2Multiply(point, k) },
    },
  ];
}

function encryption(): Operation[] {
  const key = newKey();
  const publicKey = sm2PublicKey(key);
  const plaintext = bytes(16);
  const wrapped = sm2Wrap(publicKey, plaintext, systemRandom);
  const counts = 'keys of 16 B';
  const many = newKeys(MANY).map((scalar) => ({ publicKey, key: plaintext, scalar }));
  return [
    {
      op: 'sm2.encrypt',
      counts,
      aCall: 1,
      ours: () => sm2Wrap(publicKey, plaintext, systemRandom),
      peers: { noble: () => noble.sm2EncryptUnsafe(publicKey, plaintext, newKey()) },
    },
    {
      op: 'sm2.wrap256',
      counts,
      aCall: MANY,
      ours: () => sm2WrapManyUnsafe(many),
      peers: {},
    },
    {
      op: 'sm2.decrypt',
      counts,
      aCall: 1,
      ours: () => sm2Unwrap(key, wrapped),
      peers: { noble: () => noble.sm2Decrypt(key, wrapped) },
    },
  ];
}

function symmetric(): Operation[] {
  const short = bytes(200);
  const long = bytes(1_000_000);
  const key = bytes(16);
  const block = bytes(16);
  const nonce = bytes(12);
  const ours = sm4Key(key);
  const theirs = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
  const hash = (text: Uint8Array, op: string, counts: string): Operation => ({
    op,
    counts,
    aCall: 1,
    ours: () => sm3(text),
    peers: { node: () => createHash('sm3').update(text).digest() },
  });
  return [
    hash(short, 'sm3.200B', 'texts of 200 B'),
    hash(long, 'sm3.1MB', 'texts of 1 000 000 B'),
    {
      op: 'sm4.block',
      counts: 'blocks of 16 B under one key',
      aCall: 1,
      ours: () => ours.encryptBlock(block),
      peers: { node: () => theirs.update(block) },
    },
    {
      op: 'sm4.ccm.200B',
      counts: 'texts of 200 B sealed',
      aCall: 1,
      ours: () => sealSm4Ccm(key, nonce, short),
      peers: {},
    },
  ];
}

const EXPANDED_KEYS = 20;
const PERIODS = [1, 2, 3, 4, 5, 6, 7, 8];
const CRL_ENTRIES = 10_000;

function expansion(): Operation[] {
  const caterpillar: CaterpillarKeys = {
    signingKey: sm2PublicKey(newKey()),
    signingExpansion: bytes(16),
    encryptionKey: sm2PublicKey(newKey()),
    encryptionExpansion: bytes(16),
  };
  const nobleSuite: Suite = { ...smSuite, cocoonKeys: noble.sm2CocoonKeys };
  const chains = Array.from({ length: CRL_ENTRIES }, (): LinkageChain => {
    return { la1Id: bytes(2), seed1: bytes(16), la2Id: bytes(2), seed2: bytes(16) };
  });
  return [
    {
      op: 'butterfly.expand',
      counts: 'calls for 20 signing and 20 encryption keys',
      aCall: 1,
      ours: () => expandCocoonKeys(smSuite, caterpillar, 1, EXPANDED_KEYS),
      peers: { noble: () => expandCocoonKeys(nobleSuite, caterpillar, 1, EXPANDED_KEYS) },
    },
    {
      op: 'butterfly.expand8',
      counts: 'periods of eight a call, 20 signing and 20 encryption keys each',
      aCall: PERIODS.length,
      ours: () => expandCocoonPeriods(smSuite, caterpillar, PERIODS, EXPANDED_KEYS),
      peers: { noble: () => expandCocoonPeriods(nobleSuite, caterpillar, PERIODS, EXPANDED_KEYS) },
    },
    {
      op: 'linkage.crlExpand',
      counts: 'lists of 10 000 entries × 20 values',
      aCall: 1,
      ours: () => linkageValues(smSuite, chains, 0, 20),
      peers: {},
    },
  ];
}

/** All of them, with keys and texts drawn anew. */
export function cryptoOperations(): Operation[] {
  return [...signatures(), ...products(), ...encryption(), ...symmetric(), ...expansion()];
}
