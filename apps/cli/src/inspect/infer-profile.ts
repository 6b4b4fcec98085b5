/** Which standard's family a value belongs to: by the applications it names, and where they say nothing by its algorithms. */
import type { Codec } from '#coer/codec.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import { Aid, HashAlgorithm } from '#wire/base-types.js';
import { APPLICATION_AIDS } from '#credentials/authority-certificate.js';

/** PSIDs of IEEE 1609.12 up to here are of the families that Chinese standards do not use. */
const LAST_PSID_OF_IEEE = 0xff;
const OF_CCSA: ReadonlySet<number> = new Set([...Object.values(ccsa.aid), ...APPLICATION_AIDS]);
const OF_IEEE: ReadonlySet<number> = new Set(Object.values(ieee.aid));

/** The algorithms, as the alternatives of CHOICEs name them: SM2, SM3, SM4, and all others. */
const SM_ALTERNATIVE = /^(sm3|sm4)|sm2/i;
const OTHER_ALTERNATIVE = /^(sha\d|aes128|ecdsa|ecies)/;

/** For each family how much speaks for it. */
interface Evidence {
  byApplication: number;
  byAlgorithm: number;
}

/** `undefined` where nothing speaks for either. */
export function inferProfile(codec: Codec<unknown>, value: unknown): Profile | undefined {
  const evidence: Evidence = { byApplication: 0, byAlgorithm: 0 };
  weigh(codec, value, evidence);
  const weight = evidence.byApplication !== 0 ? evidence.byApplication : evidence.byAlgorithm;
  if (weight === 0) return undefined;
  return weight > 0 ? ccsa : ieee;
}

function weigh(codec: Codec<unknown>, value: unknown, evidence: Evidence): void {
  if (codec === Aid) evidence.byApplication += weightOfAid(value as number);
  else if (codec === HashAlgorithm) evidence.byAlgorithm += value === 'sm3' ? 1 : -1;
  const { shape } = codec;
  switch (shape?.kind) {
    case 'sequence':
      for (const { key, codec: member } of [...shape.root, ...shape.extensions]) {
        const item = (value as Record<string, unknown>)[key];
        if (item !== undefined) weigh(member, item, evidence);
      }
      break;
    case 'choice':
      weighChoice([...shape.root, ...shape.extensions], value as { kind: string; value: unknown }, evidence);
      break;
    case 'sequenceOf':
      for (const item of value as unknown[]) weigh(shape.item, item, evidence);
      break;
    case 'preserved':
      weigh(shape.content, (value as { value: unknown }).value, evidence);
      break;
    case 'containing':
      weigh(shape.content, value, evidence);
      break;
    case 'same':
      weigh(shape.as(), value, evidence);
      break;
    default:
  }
}

function weighChoice(
  alternatives: readonly { key: string; codec: Codec<unknown> }[],
  { kind, value }: { kind: string; value: unknown },
  evidence: Evidence,
): void {
  if (SM_ALTERNATIVE.test(kind)) evidence.byAlgorithm += 1;
  else if (OTHER_ALTERNATIVE.test(kind)) evidence.byAlgorithm -= 1;
  const codec = alternatives.find(({ key }) => key === kind)?.codec;
  if (codec !== undefined) weigh(codec, value, evidence);
}

function weightOfAid(aid: number): number {
  if (OF_CCSA.has(aid)) return 1;
  return OF_IEEE.has(aid) || aid <= LAST_PSID_OF_IEEE ? -1 : 0;
}
