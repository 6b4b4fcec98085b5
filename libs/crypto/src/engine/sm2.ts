/** SM2 by the engine; what each function promises is said in ../sm2-face.ts. Arguments are judged here, points by the engine. */
import { requireBytes, requireInteger } from '../argument.js';
import { concat } from '../bytes.js';
import { isAllZero } from '../equal.js';
import { requireExpansion } from '../expansion.js';
import type {
  PointAndScalar,
  Sm2KeyToWrap,
  Sm2SignedMessage,
  Sm2Signer,
  Sm2Verifier,
  Sm2WrappedKey,
} from '../sm2-face.js';
import { identityHash, identityHashesOf } from '../sm2-identity.js';
import { desk, DESK_AT, engineCalls } from './instance.js';
import { sm3 } from './sm3.js';

const calls = engineCalls<{
  baseTimes(scalar: number, to: number): number;
  basePlusMany(point: number, scalars: number, count: number, to: number): number;
  cocoonKeys(
    point: number,
    key: number,
    mark: number,
    periods: number,
    count: number,
    perPeriod: number,
    to: number,
  ): number;
  compressPoint(coordinates: number, to: number): number;
  decompressPoint(point: number, to: number): number;
  decrypt(key: number, encrypted: number, length: number, to: number): number;
  encrypt(publicKey: number, scalar: number, text: number, length: number, to: number): number;
  expansion(key: number, mark: number, i: number, first: number, count: number, to: number): number;
  isPoint(point: number): number;
  isScalarBytes(scalar: number): number;
  knownKeyOf(publicKey: number, tables: number): number;
  mostLanes(): number;
  mostScalars(): number;
  pointPlus(a: number, b: number, to: number): number;
  pointsPlusBase(points: number, scalars: number, count: number, to: number): number;
  pointTimes(point: number, scalar: number, to: number): number;
  scalarPlus(a: number, b: number, to: number): void;
  scalarTimesPlus(a: number, b: number, c: number, to: number): void;
  sign(signer: number, digest: number, to: number): number;
  signMany(signer: number, digests: number, count: number, to: number): number;
  signerOf(key: number, signer: number): number;
  signWith(signer: number, digest: number, nonce: number, to: number): number;
  verify(publicKey: number, digest: number, signature: number): number;
  verifyAll(windows: number, digests: number, signatures: number, count: number, verdicts: number): void;
  verifyKnown(tables: number, digest: number, signature: number): number;
  windowsBytes(): number;
  windowsOf(publicKey: number, windows: number): number;
  wrapKeys(publicKeys: number, scalars: number, texts: number, count: number, to: number): number;
}>();

/** Answers of the engine. */
const GOOD = 1;
const INFINITY = 0;
const NO_OTHER_POINT = -2;
const ZERO_EXPANSION = -3;
const NO_SCALAR = -4;

const SCALAR_BYTES = 32;
const POINT_BYTES = 33;
const SIGNATURE_BYTES = 64;
const SIGNER_BYTES = 96;
const KNOWN_KEY_BYTES = 8192;
/** A wrapped key: C1, C3 and the 16 bytes of C2. */
const KEY_BYTES = 16;
const WRAPPED_BYTES = POINT_BYTES + 32 + KEY_BYTES;
const WINDOWS_BYTES = calls.windowsBytes();
const MOST_SCALARS = calls.mostScalars();
const MOST_LANES = calls.mostLanes();
const MOST_TEXT_BYTES = 65536;

const deskView = new DataView(desk.buffer, desk.byteOffset, desk.length);

/** Lays bytes on the desk; gives the address where they lie. */
function lay(at: number, bytes: Uint8Array): number {
  desk.set(bytes, at);
  return DESK_AT + at;
}

/** Takes `length` bytes from the desk and leaves zeros on the first `used` ones. */
function take(at: number, length: number, used: number): Uint8Array {
  const bytes = desk.slice(at, at + length);
  desk.fill(0, 0, used);
  return bytes;
}

// ---- scalars --------------------------------------------------------------------------------------------------------

export function isSm2Scalar(bytes: Uint8Array): boolean {
  requireBytes('bytes', bytes);
  if (bytes.length !== SCALAR_BYTES) return false;
  const answer = calls.isScalarBytes(lay(0, bytes));
  desk.fill(0, 0, SCALAR_BYTES);
  return answer === GOOD;
}

function noScalar(argument: string): RangeError {
  return new RangeError(`${argument}: not in [1, n−1]`);
}

function requireScalar(argument: string, bytes: Uint8Array): void {
  requireBytes(argument, bytes, SCALAR_BYTES);
  if (!isSm2Scalar(bytes)) throw noScalar(argument);
}

export function sm2AddScalars(a: Uint8Array, b: Uint8Array): Uint8Array {
  requireScalar('a', a);
  requireScalar('b', b);
  calls.scalarPlus(lay(0, a), lay(32, b), DESK_AT + 64);
  const sum = take(64, SCALAR_BYTES, 96);
  if (isAllZero(sum)) throw new RangeError('a, b: the sum is zero');
  return sum;
}

export function sm2MultiplyAddScalars(a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array {
  requireScalar('a', a);
  requireScalar('b', b);
  requireBytes('c', c, SCALAR_BYTES);
  if (!isAllZero(c)) requireScalar('c', c);
  calls.scalarTimesPlus(lay(0, a), lay(32, b), lay(64, c), DESK_AT + 96);
  return take(96, SCALAR_BYTES, 128);
}

// ---- points ---------------------------------------------------------------------------------------------------------

function noPoint(argument: string): RangeError {
  return new RangeError(`${argument}: not a point of the curve`);
}

function infinity(result: string): RangeError {
  return new RangeError(`${result}: the point at infinity`);
}

export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  requireScalar('privateKey', privateKey);
  calls.baseTimes(lay(0, privateKey), DESK_AT + 64);
  return take(64, POINT_BYTES, 32);
}

export function isSm2PublicKey(bytes: Uint8Array): boolean {
  requireBytes('bytes', bytes);
  return bytes.length === POINT_BYTES && calls.isPoint(lay(0, bytes)) === GOOD;
}

/** x ‖ y, 64 bytes, of a point that the caller names `argument`. */
function coordinatesOf(argument: string, point: Uint8Array): Uint8Array {
  requireBytes(argument, point, POINT_BYTES);
  if (calls.decompressPoint(lay(0, point), DESK_AT + 64) !== GOOD) throw noPoint(argument);
  return desk.slice(64, 128);
}

export function sm2DecompressPoint(compressed: Uint8Array): { x: Uint8Array; y: Uint8Array } {
  const xy = coordinatesOf('compressed', compressed);
  return { x: xy.slice(0, 32), y: xy.slice(32) };
}

export function sm2CompressPoint(x: Uint8Array, y: Uint8Array): Uint8Array {
  requireBytes('x', x, SCALAR_BYTES);
  requireBytes('y', y, SCALAR_BYTES);
  lay(32, y);
  if (calls.compressPoint(lay(0, x), DESK_AT + 64) !== GOOD) throw noPoint('x, y');
  return desk.slice(64, 64 + POINT_BYTES);
}

export function sm2Multiply(point: Uint8Array, scalar: Uint8Array): Uint8Array {
  requireBytes('point', point, POINT_BYTES);
  requireScalar('scalar', scalar);
  const answer = calls.pointTimes(lay(64, point), lay(0, scalar), DESK_AT + 128);
  const product = take(128, POINT_BYTES, 176);
  if (answer !== GOOD) throw noPoint('point');
  return product;
}

export function sm2AddPoints(a: Uint8Array, b: Uint8Array): Uint8Array {
  requireBytes('a', a, POINT_BYTES);
  requireBytes('b', b, POINT_BYTES);
  const answer = calls.pointPlus(lay(0, a), lay(64, b), DESK_AT + 128);
  if (answer === INFINITY) throw infinity('a + b');
  if (answer !== GOOD) throw noPoint(answer === NO_OTHER_POINT ? 'b' : 'a');
  return desk.slice(128, 128 + POINT_BYTES);
}

/** `count` parts of one length that lie on the desk, as views of one copy. */
function partsAt(at: number, length: number, count: number): Uint8Array[] {
  const all = desk.slice(at, at + count * length);
  return Array.from({ length: count }, (_, n) => all.subarray(n * length, (n + 1) * length));
}

const pointsAt = (at: number, count: number): Uint8Array[] => partsAt(at, POINT_BYTES, count);

/** Lays parts of one length one after the other; gives the address where they begin. */
function layAll(at: number, length: number, parts: readonly Uint8Array[]): number {
  for (let n = 0; n < parts.length; n++) desk.set(parts[n] as Uint8Array, at + n * length);
  return DESK_AT + at;
}

/** What `work` makes of many items, at most `size` at a time. */
function inGroups<Item, Made>(
  items: readonly Item[],
  size: number,
  work: (some: readonly Item[]) => readonly Made[],
): Made[] {
  const made: Made[] = [];
  for (let at = 0; at < items.length; at += size) {
    for (const one of work(items.slice(at, at + size))) made.push(one);
  }
  return made;
}

/** P + k·G for one batch, at most `MOST_SCALARS`; k·G without a point. */
function addBaseBatch(point: Uint8Array | undefined, scalars: readonly Uint8Array[]): Uint8Array[] {
  const at = 64;
  const to = at + scalars.length * SCALAR_BYTES;
  layAll(at, SCALAR_BYTES, scalars);
  const start = point === undefined ? 0 : lay(0, point);
  const answer = calls.basePlusMany(start, DESK_AT + at, scalars.length, DESK_AT + to);
  desk.fill(0, 0, to);
  if (answer === INFINITY) throw infinity('point + scalar·G');
  if (answer !== GOOD) throw noPoint('point');
  return pointsAt(to, scalars.length);
}

/** The batches of many scalars, one after the other. */
const inBatches = (point: Uint8Array | undefined, scalars: readonly Uint8Array[]): Uint8Array[] =>
  inGroups(scalars, MOST_SCALARS, (some) => addBaseBatch(point, some));

export function sm2PublicKeys(privateKeys: readonly Uint8Array[]): Uint8Array[] {
  for (const key of privateKeys) requireScalar('privateKeys', key);
  return inBatches(undefined, privateKeys);
}

export function sm2AddBaseMany(point: Uint8Array, scalars: readonly Uint8Array[]): Uint8Array[] {
  requireBytes('point', point, POINT_BYTES);
  // A point is judged by taking a root: the engine does it with the batch, and here only where there is none.
  if (scalars.length === 0 && !isSm2PublicKey(point)) throw noPoint('point');
  for (const scalar of scalars) requireScalar('scalar', scalar);
  return inBatches(point, scalars);
}

export function sm2AddBaseEach(items: readonly PointAndScalar[]): Uint8Array[] {
  for (const { point, scalar } of items) {
    requireBytes('point', point, POINT_BYTES);
    requireBytes('scalar', scalar, SCALAR_BYTES);
  }
  return inGroups(items, MOST_SCALARS, addBaseToEach);
}

function addBaseToEach(items: readonly PointAndScalar[]): Uint8Array[] {
  const points = items.length * SCALAR_BYTES;
  const to = points + items.length * POINT_BYTES;
  const answer = calls.pointsPlusBase(
    layAll(
      points,
      POINT_BYTES,
      items.map(({ point }) => point),
    ),
    layAll(
      0,
      SCALAR_BYTES,
      items.map(({ scalar }) => scalar),
    ),
    items.length,
    DESK_AT + to,
  );
  desk.fill(0, 0, points);
  if (answer === INFINITY) throw infinity('point + scalar·G');
  if (answer === NO_SCALAR) throw noScalar('scalar');
  if (answer !== GOOD) throw noPoint('point');
  return pointsAt(to, items.length);
}

// ---- butterfly expansion --------------------------------------------------------------------------------------------

/** One key in 2^256 has such an f; its cocoon key would be the caterpillar key itself. */
function refuseZeroExpansion(answer: number): void {
  if (answer === ZERO_EXPANSION) throw new RangeError('key16: f(i, j) is zero');
}

export function sm2Expansion(key16: Uint8Array, mark: number, i: number, first: number, count: number): Uint8Array[] {
  requireBytes('key16', key16, 16);
  requireExpansion(mark, i, first, count);
  const answer = calls.expansion(lay(0, key16), mark, i, first, count, DESK_AT + 64);
  const all = take(64, count * SCALAR_BYTES, 64 + count * SCALAR_BYTES);
  refuseZeroExpansion(answer);
  return Array.from({ length: count }, (_, n) => all.slice(n * SCALAR_BYTES, (n + 1) * SCALAR_BYTES));
}

export function sm2CocoonKeys(
  point: Uint8Array,
  key16: Uint8Array,
  mark: number,
  periods: readonly number[],
  count: number,
): Uint8Array[] {
  requireBytes('point', point, POINT_BYTES);
  requireBytes('key16', key16, 16);
  for (const i of periods) requireExpansion(mark, i, 0, count);
  return inGroups(periods, Math.floor(MOST_SCALARS / count), (some) => {
    const to = 128 + 4 * some.length;
    some.forEach((i, n) => deskView.setUint32(128 + 4 * n, i, true));
    const answer = calls.cocoonKeys(
      lay(32, point),
      lay(0, key16),
      mark,
      DESK_AT + 128,
      some.length,
      count,
      DESK_AT + to,
    );
    desk.fill(0, 0, 16);
    refuseZeroExpansion(answer);
    if (answer === INFINITY) throw infinity('point + scalar·G');
    if (answer !== GOOD) throw noPoint('point');
    return pointsAt(to, some.length * count);
  });
}

// ---- signature ------------------------------------------------------------------------------------------------------

/** A private key in [1, n−2] made ready, 96 bytes. */
function signerOf(privateKey: Uint8Array): Uint8Array {
  requireScalar('privateKey', privateKey);
  const answer = calls.signerOf(lay(0, privateKey), DESK_AT + 32);
  const signer = take(32, SIGNER_BYTES, 32 + SIGNER_BYTES);
  if (answer !== GOOD) throw new RangeError('privateKey: n−1 cannot sign');
  return signer;
}

export function sm2SignDigestUnsafe(
  privateKey: Uint8Array,
  digest: Uint8Array,
  nonce: Uint8Array,
): Uint8Array | undefined {
  requireBytes('digest', digest, SCALAR_BYTES);
  requireScalar('nonce', nonce);
  const signer = signerOf(privateKey);
  const answer = calls.signWith(lay(0, signer), lay(96, digest), lay(128, nonce), DESK_AT + 160);
  signer.fill(0);
  const signature = take(160, SIGNATURE_BYTES, 224);
  return answer === GOOD ? signature : undefined;
}

function signDigest(signer: Uint8Array, digest: Uint8Array): Uint8Array {
  const answer = calls.sign(lay(0, signer), lay(96, digest), DESK_AT + 128);
  const signature = take(128, SIGNATURE_BYTES, 96);
  if (answer !== GOOD) throw new Error('signing: no nonce served');
  return signature;
}

function signDigests(signer: Uint8Array, digests: readonly Uint8Array[]): Uint8Array[] {
  const to = 96 + digests.length * SCALAR_BYTES;
  layAll(96, SCALAR_BYTES, digests);
  const answer = calls.signMany(lay(0, signer), DESK_AT + 96, digests.length, DESK_AT + to);
  desk.fill(0, 0, 96);
  if (answer !== GOOD) throw new Error('signing: no nonce served');
  return partsAt(to, SIGNATURE_BYTES, digests.length);
}

export function sm2SignerFor(privateKey: Uint8Array, publicKey?: Uint8Array): Sm2Signer {
  const key = publicKey === undefined ? sm2PublicKey(privateKey) : publicKey;
  const identity = identityHashesOf(sm3, coordinatesOf('publicKey', key));
  const signer = signerOf(privateKey);
  const wipe = (): void => {
    signer.fill(0);
  };
  const refuseZeroed = (): void => {
    if (!isAllZero(privateKey) && !isAllZero(signer)) return;
    wipe();
    throw new RangeError('privateKey: not in [1, n−1]');
  };
  const sign = (id: Uint8Array, message: Uint8Array): Uint8Array => {
    refuseZeroed();
    requireBytes('message', message);
    return signDigest(signer, sm3(identity(id), message));
  };
  const all = (id: Uint8Array, messages: readonly Uint8Array[]): Uint8Array[] => {
    refuseZeroed();
    const z = identity(id);
    const digests = messages.map((message) => {
      requireBytes('messages', message);
      return sm3(z, message);
    });
    return inGroups(digests, MOST_SCALARS, (some) => signDigests(signer, some));
  };
  return Object.assign(sign, { all, wipe });
}

/** Whether a signature is good for a digest under x ‖ y of a judged public key. */
function verifyUnder(xy: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('signature', signature, SIGNATURE_BYTES);
  return calls.verify(lay(0, xy), lay(64, digest), lay(96, signature)) === GOOD;
}

export function sm2Verify(publicKey: Uint8Array, id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const xy = coordinatesOf('publicKey', publicKey);
  requireBytes('message', message);
  return verifyUnder(xy, sm3(identityHash(sm3, xy, id), message), signature);
}

export function sm2VerifyDigest(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  requireBytes('digest', digest, SCALAR_BYTES);
  return verifyUnder(coordinatesOf('publicKey', publicKey), digest, signature);
}

export function sm2VerifierFor(publicKey: Uint8Array): Sm2Verifier {
  const identity = identityHashesOf(sm3, coordinatesOf('publicKey', publicKey));
  calls.knownKeyOf(lay(0, publicKey), DESK_AT + 64);
  const tables = desk.slice(64, 64 + KNOWN_KEY_BYTES);
  const verify = (id: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    requireBytes('signature', signature, SIGNATURE_BYTES);
    requireBytes('message', message);
    const digest = sm3(identity(id), message);
    return calls.verifyKnown(lay(128, tables), lay(0, digest), lay(32, signature)) === GOOD;
  };
  let windows: Uint8Array | undefined;
  const all = (id: Uint8Array, signed: readonly Sm2SignedMessage[]): boolean[] => {
    if (signed.length < LEAST_VERIFIED_SIDE_BY_SIDE)
      return signed.map(({ message, signature }) => verify(id, message, signature));
    const made = (windows ??= windowsOf(publicKey));
    const z = identity(id);
    return inGroups(signed, MOST_LANES, (some) => verifySideBySide(made, z, some));
  };
  return Object.assign(verify, { all });
}

/** For fewer the inversions, one an addition for all, cost more than the side by side saves. */
const LEAST_VERIFIED_SIDE_BY_SIDE = 32;

/** A judged public key made ready for `verifySideBySide`, which takes the time of some sixty verifications. */
function windowsOf(publicKey: Uint8Array): Uint8Array {
  calls.windowsOf(lay(0, publicKey), DESK_AT + 64);
  return desk.slice(64, 64 + WINDOWS_BYTES);
}

function verifySideBySide(windows: Uint8Array, z: Uint8Array, signed: readonly Sm2SignedMessage[]): boolean[] {
  const digests = signed.map(({ message, signature }) => {
    requireBytes('signature', signature, SIGNATURE_BYTES);
    requireBytes('message', message);
    return sm3(z, message);
  });
  const at = WINDOWS_BYTES;
  const signatures = at + signed.length * SCALAR_BYTES;
  const verdicts = signatures + signed.length * SIGNATURE_BYTES;
  calls.verifyAll(
    lay(0, windows),
    layAll(at, SCALAR_BYTES, digests),
    layAll(
      signatures,
      SIGNATURE_BYTES,
      signed.map(({ signature }) => signature),
    ),
    signed.length,
    DESK_AT + verdicts,
  );
  return signed.map((_, n) => desk[verdicts + n] === GOOD);
}

// ---- encryption -----------------------------------------------------------------------------------------------------

export function sm2EncryptUnsafe(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  nonce: Uint8Array,
): Sm2WrappedKey | undefined {
  requireBytes('publicKey', publicKey, POINT_BYTES);
  requireBytes('plaintext', plaintext);
  requireInteger('plaintext.length', plaintext.length, 1, MOST_TEXT_BYTES);
  requireScalar('nonce', nonce);
  const { length } = plaintext;
  const to = 80 + length;
  const answer = calls.encrypt(lay(32, publicKey), lay(0, nonce), lay(80, plaintext), length, DESK_AT + to);
  const made = {
    v: desk.slice(to, to + 33),
    t: desk.slice(to + 33, to + 65),
    c: desk.slice(to + 65, to + 65 + length),
  };
  desk.fill(0, 0, to + 65 + length);
  if (answer === GOOD) return made;
  if (answer !== 0) throw noPoint('publicKey');
  return undefined;
}

export function sm2WrapManyUnsafe(items: readonly Sm2KeyToWrap[]): (Sm2WrappedKey | undefined)[] {
  for (const { publicKey, key, scalar } of items) {
    requireBytes('publicKey', publicKey, POINT_BYTES);
    requireBytes('key', key, KEY_BYTES);
    requireBytes('scalar', scalar, SCALAR_BYTES);
  }
  return inGroups(items, MOST_LANES, wrapSideBySide);
}

function wrapSideBySide(items: readonly Sm2KeyToWrap[]): (Sm2WrappedKey | undefined)[] {
  const texts = items.length * SCALAR_BYTES;
  const publicKeys = texts + items.length * KEY_BYTES;
  const to = publicKeys + items.length * POINT_BYTES;
  const answer = calls.wrapKeys(
    layAll(
      publicKeys,
      POINT_BYTES,
      items.map(({ publicKey }) => publicKey),
    ),
    layAll(
      0,
      SCALAR_BYTES,
      items.map(({ scalar }) => scalar),
    ),
    layAll(
      texts,
      KEY_BYTES,
      items.map(({ key }) => key),
    ),
    items.length,
    DESK_AT + to,
  );
  const made = partsAt(to, WRAPPED_BYTES, items.length);
  desk.fill(0, 0, to + items.length * WRAPPED_BYTES);
  if (answer === NO_SCALAR) throw noScalar('scalar');
  if (answer !== GOOD) throw noPoint('publicKey');
  return made.map((all) =>
    all[0] === 0 ? undefined : { v: all.subarray(0, 33), t: all.subarray(33, 65), c: all.subarray(65) },
  );
}

export function sm2Decrypt(privateKey: Uint8Array, encrypted: Sm2WrappedKey): Uint8Array | undefined {
  requireBytes('wrapped.v', encrypted.v, POINT_BYTES);
  requireBytes('wrapped.t', encrypted.t, SCALAR_BYTES);
  requireBytes('wrapped.c', encrypted.c);
  requireInteger('wrapped.c.length', encrypted.c.length, 1, MOST_TEXT_BYTES);
  requireScalar('privateKey', privateKey);
  const all = concat(encrypted.v, encrypted.t, encrypted.c);
  const to = 32 + all.length;
  const { length } = encrypted.c;
  const answer = calls.decrypt(lay(0, privateKey), lay(32, all), length, DESK_AT + to);
  const plaintext = take(to, length, to + length);
  return answer === GOOD ? plaintext : undefined;
}
