/** Which standard's family a file belongs to: by the applications it names, and where they say nothing by its algorithms. */
import { APPLICATION_AIDS } from '#credentials/authority-certificate.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import type { SignedData } from '#wire/secured-data.js';
import type { Field } from './field-tree.js';

/** PSIDs of one byte are of the families that Chinese standards do not use, but for those in their list. */
const LAST_SHORT_PSID = 0xff;
const OF_CCSA: ReadonlySet<number> = new Set([...Object.values(ccsa.aid), ...APPLICATION_AIDS]);
const OF_IEEE: ReadonlySet<number> = new Set(Object.values(ieee.aid));

/** The algorithms, as the alternatives of CHOICEs name them: SM2, SM3, SM4, and all others. */
const SM_ALTERNATIVE = /^(sm3|sm4)|sm2/i;
const OTHER_ALTERNATIVE = /^(sha\d|aes128|ecdsa|ecies)/;

/** Above zero speaks for CCSA, below for IEEE. */
interface Evidence {
  byApplication: number;
  byAlgorithm: number;
}

/**
 * The outermost signed data or ScmsPdu decides, if it can; else more applications, then more algorithms. `undefined` where
 * nothing speaks for either.
 */
export function inferProfile(tree: Field): Profile | undefined {
  const evidence: Evidence = { byApplication: 0, byAlgorithm: 0 };
  const weight = decisive(tree) || weigh(tree, evidence).byApplication || evidence.byAlgorithm;
  if (weight === 0) return undefined;
  return weight > 0 ? ccsa : ieee;
}

function decisive(field: Field): number {
  const own = decisiveHere(field);
  if (own !== 0) return own;
  for (const child of field.children) {
    const weight = decisive(child);
    if (weight !== 0) return weight;
  }
  return 0;
}

function decisiveHere({ type, value }: Field): number {
  if (type === 'SignedData') return weightOfAid((value as SignedData).tbsData.value.headerInfo.psid);
  if (type !== 'ScmsPdu') return 0;
  const { version } = ('bytes' in (value as object) ? (value as { value: unknown }).value : value) as {
    version: number;
  };
  if (version === ccsa.scmsVersion) return 1;
  return version === ieee.scmsVersion ? -1 : 0;
}

function weigh(field: Field, evidence: Evidence): Evidence {
  if (field.type === 'Aid') evidence.byApplication += weightOfAid(field.value as number);
  else if (field.type === 'HashAlgorithm') evidence.byAlgorithm += field.value === 'sm3' ? 1 : -1;
  else if (field.kind === 'choice') evidence.byAlgorithm += weightOfAlternative(field.children[0]?.key ?? '');
  for (const child of field.children) weigh(child, evidence);
  return evidence;
}

function weightOfAlternative(key: string): number {
  if (SM_ALTERNATIVE.test(key)) return 1;
  return OTHER_ALTERNATIVE.test(key) ? -1 : 0;
}

function weightOfAid(aid: number): number {
  if (OF_CCSA.has(aid)) return 1;
  return OF_IEEE.has(aid) || aid <= LAST_SHORT_PSID ? -1 : 0;
}
