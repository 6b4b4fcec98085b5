/** Inputs for each target, from samples: their parts, and what stands in their octet strings, by the type that reads it. */
import { zipSync } from 'fflate';
import { decodeToShow, encodeAfresh, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { signCaCrl } from '#credentials/ca-crl.js';
import { ccsa, ieee } from '#credentials/profile.js';
import { signSuccession } from '#credentials/root-succession.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { hashedId10, hashedId8 } from '#credentials/certificate-facts.js';
import { sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { diceOf } from '../sample/dice.js';
import { House } from '../sample/house.js';
import { sampleKinds } from '../sample/kinds.js';
import type { Made } from '../sample/made.js';
import { acaResponse, raEeInfo } from '../sample/provisioning-messages.js';
import { otherInputs } from './other-inputs.js';
import { BUNDLE_ITEMS, FUZZ_AT_MILLIS, FUZZ_SEED, fuzzHouse, type Target } from './targets.js';

export interface Input {
  readonly target: string;
  readonly bytes: Uint8Array;
}

/** More of one type teach nothing new. */
const MOST_A_TARGET = 8;
const LARGEST = 4096;
const YEAR_MILLIS = 365 * 86_400_000;

/** What is encrypted in a sample, opened with the keys of those who took part. */
async function openedBy(house: House, made: Made, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const keys = (await house.everybody()).flatMap(({ certificate, encryptionKey }) =>
    encryptionKey === undefined ? [] : [[hashedId8(certificate), encryptionKey] as const],
  );
  if (made.opensWith !== undefined) keys.push([encryptionKeyId(sm2PublicKey(made.opensWith)), made.opensWith]);
  for (const [id, key] of keys) {
    const opened = await openSealed(bytes, id, (wrapped) => Promise.resolve(sm2Unwrap(key, wrapped)), house.profile);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

/** The samples of both profiles, and what those who may can read of them. */
async function allSamples(): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for (const profile of [ccsa, ieee]) {
    const house = new House(profile, FUZZ_AT_MILLIS, diceOf(FUZZ_SEED));
    for (const kind of sampleKinds.filter(({ profiles }) => profiles.includes(profile.name))) {
      const made = await kind.make(house);
      found.push(made.bytes);
      for (const bytes of octetsIn(kind.codec, made.bytes)) {
        const opened = await openedBy(house, made, bytes);
        if (opened !== undefined) found.push(opened);
      }
      const opened = await openedBy(house, made, made.bytes);
      if (opened !== undefined) found.push(opened);
    }
  }
  return found;
}

type Visit = (codec: Codec<unknown>, value: unknown) => void;

/** All parts of a value with their types, from the outside inwards. */
function walk(codec: Codec<unknown>, value: unknown, visit: Visit): void {
  visit(codec, value);
  const { shape } = codec;
  switch (shape?.kind) {
    case 'sequence':
      for (const { key, codec: inner } of [...shape.root, ...shape.extensions]) {
        const part = (value as Record<string, unknown>)[key];
        if (part !== undefined) walk(inner, part, visit);
      }
      break;
    case 'choice': {
      const { kind, value: part } = value as { kind: string; value: unknown };
      const inner = [...shape.root, ...shape.extensions].find(({ key }) => key === kind);
      if (inner !== undefined) walk(inner.codec, part, visit);
      break;
    }
    case 'sequenceOf':
      for (const part of value as unknown[]) walk(shape.item, part, visit);
      break;
    case 'preserved':
      walk(shape.content, (value as { value: unknown }).value, visit);
      break;
    case 'containing':
      walk(shape.content, value, visit);
      break;
    case 'same':
      walk(shape.as(), value, visit);
      break;
    default:
  }
}

/** The octet strings in bytes of a type; none where the bytes are not of it. */
function octetsIn(codec: Codec<unknown>, bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  walkBytes(codec, bytes, (_, value) => {
    if (value instanceof Uint8Array && value.length > 1) found.push(value);
  });
  return found;
}

function walkBytes(codec: Codec<unknown>, bytes: Uint8Array, visit: Visit): boolean {
  try {
    walk(codec, decodeToShow(codec, bytes), visit);
    return true;
  } catch (error) {
    if (error instanceof CoerError) return false;
    throw error;
  }
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The bundle that the target of bundles expects. */
async function bundle(): Promise<Uint8Array> {
  const house = fuzzHouse();
  const period = house.i.toString(16);
  const item = (await acaResponse(house)).bytes;
  const items = Array.from({ length: BUNDLE_ITEMS }, (_, j) => [`${period}_${j.toString(16)}`, item]);
  const files = Object.fromEntries([[`${period}.info`, (await raEeInfo(house)).bytes], ...items]) as Record<
    string,
    Uint8Array
  >;
  return zipSync(files, { mtime: new Date(FUZZ_AT_MILLIS) });
}

/** What a root signs at a ceremony and no sample shows: who is revoked, and who follows. */
export async function ceremonyFiles(): Promise<Uint8Array[]> {
  const house = fuzzHouse();
  const [root, trcla, ica] = await Promise.all([house.member('root'), house.member('trcla'), house.member('ica')]);
  const endsAtMillis = FUZZ_AT_MILLIS + YEAR_MILLIS;
  const revoked = [{ id: hashedId10(ica.certificate), endsAtMillis }];
  const list = { serial: 1, issueMillis: FUZZ_AT_MILLIS, nextMillis: endsAtMillis };
  return [
    await signCaCrl({ ...list, revoked: [] }, root),
    await signCaCrl({ ...list, revoked }, root),
    await signSuccession(trcla.certificate, root),
  ];
}

/**
 * At most eight inputs a target, none over 4 KiB; the same every time. Beside the samples `others` are looked through: bytes
 * of whatever type.
 */
export async function gatherInputs(targets: readonly Target[], others: readonly Uint8Array[]): Promise<Input[]> {
  const waiting = [...(await allSamples()), ...otherInputs(), ...others, await bundle(), ...(await ceremonyFiles())];
  const seen = new Set<string>();
  const perTarget = new Map<string, Map<string, Uint8Array>>(targets.map(({ name }) => [name, new Map()]));
  const targetOf = new Map(targets.flatMap(({ name, codec }) => (codec === undefined ? [] : [[codec, name]])));
  const keep = (name: string, bytes: Uint8Array): void => {
    const kept = perTarget.get(name);
    if (bytes.length <= LARGEST && kept !== undefined && kept.size < MOST_A_TARGET) kept.set(keyOf(bytes), bytes);
  };
  for (let bytes = waiting.shift(); bytes !== undefined; bytes = waiting.shift()) {
    if (seen.has(keyOf(bytes))) continue;
    seen.add(keyOf(bytes));
    for (const target of targets) {
      const { codec, name } = target;
      if (codec === undefined) {
        if ((await target.judge(bytes)) === 'accepted') keep(name, bytes);
        continue;
      }
      const isOfType = walkBytes(codec, bytes, (inner, value) => {
        const part = targetOf.get(inner);
        if (part !== undefined) {
          const encoded = encodeAfresh(inner, value);
          keep(part, encoded);
          waiting.push(encoded);
        }
        if (value instanceof Uint8Array && value.length > 1) waiting.push(value);
      });
      if (isOfType) keep(name, bytes);
    }
  }
  return [...perTarget].flatMap(([target, inputs]) => [...inputs.values()].map((bytes) => ({ target, bytes })));
}
