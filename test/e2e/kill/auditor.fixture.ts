/**
 * The auditor: after a run it opens every bundle as its device, asks every store of every role, and names what does not
 * agree. It shares no code with the roles; it holds the keys of the LAs, which nobody in the field does.
 */
import { join } from 'node:path';
import { decode } from '#coer/codec.js';
import { concat, hex } from '#crypto/bytes.js';
import { advanceLinkageSeed, linkageValue, preLinkageValues } from '#crypto/linkage.js';
import { sm3 } from '#crypto/sm3.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { certificateHash, verificationKeyOf } from '#credentials/certificate-facts.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { openSoftwareDevice } from '#keys/software-device.js';
import { LinkageChainId } from '#wire/scms-pdu.js';
import { requestHashes, type Asker } from './devices.fixture.js';
import { logsOf, type KillHouse } from './house.fixture.js';
import type { ChainRow, ChainsRow, ResultRow, VoidRow } from './tables.fixture.js';

const KEYS = 20;
const EACH_J = Array.from({ length: KEYS }, (_, j) => j);
const LAS = ['la1', 'la2'] as const;

/** One certificate as a device holds it. */
interface Held {
  readonly i: number;
  readonly j: number;
  readonly hash: string;
  readonly key: string;
  readonly lv: string;
  /** SM3 of what was signed. */
  readonly tbsHash: string;
}

export interface Audit {
  /** What does not agree, one sentence each; empty when the audit agrees. */
  readonly findings: readonly string[];
  /** How many certificates were looked at. */
  readonly certificates: number;
  /** How many linkage values were worked out from the seeds of both LAs. */
  readonly linkageValues: number;
}

export async function audit(house: KillHouse, askers: readonly Asker[]): Promise<Audit> {
  const findings: string[] = [];
  const held = askers.map((asker) => heldBy(asker, findings));
  const all = held.flat();
  findings.push(...repeated(all));
  findings.push(...(await disagreementsOfRecords(house, all)));
  const { findings: ofChains, linkageValues } = await auditChains(house, askers, held);
  findings.push(...ofChains);
  return { findings, certificates: all.length, linkageValues };
}

/** Fails the test unless the audit agrees: every certificate that these devices asked for was given, once, and nothing else. */
export async function expectAgreement(house: KillHouse, askers: readonly Asker[]): Promise<void> {
  const { findings, certificates, linkageValues } = await audit(house, askers);
  if (findings.length > 0) throw new Error(`the audit does not agree:\n${findings.join('\n')}\n${await logsOf(house)}`);
  const due = askers.reduce((sum, asker) => sum + asker.weeks * KEYS, 0);
  expect({ certificates, linkageValues }).toEqual({ certificates: due, linkageValues: due });
}

/** Each week that was asked for, with its twenty certificates; the device has checked each, and rebuilt its key. */
function heldBy({ certificates, firstI, weeks }: Asker, findings: string[]): Held[] {
  const held: Held[] = [];
  for (let i = firstI; i < firstI + weeks; i++) {
    const ofWeek = certificates.get(i) ?? [];
    if (ofWeek.length !== KEYS) findings.push(`a device holds ${ofWeek.length} certificates of week ${i}`);
    for (const [j, certificate] of ofWeek.entries()) {
      const { id } = certificate.value.toBeSigned.value;
      if (id.kind !== 'linkageData' || id.value.iCert !== i) {
        findings.push(`certificate ${i}/${j} is of another week`);
        continue;
      }
      held.push({
        i,
        j,
        hash: hex(certificateHash(certificate)),
        key: hex(verificationKeyOf(certificate) ?? new Uint8Array()),
        lv: hex(id.value['linkage-value']),
        tbsHash: hex(sm3(certificate.value.toBeSigned.bytes)),
      });
    }
  }
  return held;
}

/** No certificate, no key, and no linkage value of a week comes twice. */
function repeated(all: readonly Held[]): string[] {
  const findings: string[] = [];
  const names = {
    certificate: ({ hash }: Held) => hash,
    key: ({ key }: Held) => key,
    'linkage value': ({ i, lv }: Held) => `${i} ${lv}`,
  };
  for (const [what, name] of Object.entries(names)) {
    const distinct = new Set(all.map(name)).size;
    if (distinct !== all.length) findings.push(`${all.length - distinct} times a ${what} came again`);
  }
  return findings;
}

/** The PRA's answers, the PCA's record and what the devices hold are the same set. */
async function disagreementsOfRecords({ tables }: KillHouse, held: readonly Held[]): Promise<string[]> {
  const counts = await tables.counts();
  const owed = { requests: counts.requestsOwed, pooled: counts.pooled, batches: counts.batches };
  const findings = Object.entries(owed)
    .filter(([, count]) => count !== 0)
    .map(([what, count]) => `the PRA still owes ${count} ${what}`);
  const results = await tables.results();
  const answers = await tables.answers();
  findings.push(
    ...difference('an answer of the PRA without a record at the PCA', hashes(answers), hashes(results)),
    ...difference('a record of the PCA without an answer at the PRA', hashes(results), hashes(answers)),
    ...difference('a certificate of the PCA that no device has', certified(results), devices(held)),
    ...difference('a certificate that the PCA does not know', devices(held), certified(results)),
  );
  findings.push(...wronglyVoid(await tables.voids(), results, held));
  const open = results.filter(({ certificateHash }) => certificateHash === undefined).length;
  if (open > 0) findings.push(`${open} intents of the PCA without a certificate`);
  if (answers.length !== new Set(hashes(answers)).size) findings.push('an answer stands at the PRA twice');
  if (answers.length !== counts.answers)
    findings.push(`${counts.answers} answers at the PRA for ${answers.length} items`);
  for (const [what, names] of Object.entries(namesOf(results)))
    if (new Set(names).size !== names.length) findings.push(`a ${what} stands in the PCA’s record twice`);
  return findings;
}

/** An intent that was given up: another one stands for the same item, and nobody has what it meant. */
function wronglyVoid(voids: readonly VoidRow[], results: readonly ResultRow[], held: readonly Held[]): string[] {
  const standing = new Map(results.map(({ itemHash, tbsHash }) => [hex(itemHash), hex(tbsHash)]));
  const given = new Set(held.map(({ tbsHash }) => tbsHash));
  const count = (what: string, of: readonly VoidRow[]): string[] =>
    of.length === 0 ? [] : [`${of.length} times ${what}`];
  return [
    ...count(
      'an intent is void and none stands in its place',
      voids.filter(({ itemHash }) => !standing.has(hex(itemHash))),
    ),
    ...count(
      'an intent is void and stands',
      voids.filter(({ itemHash, tbsHash }) => standing.get(hex(itemHash)) === hex(tbsHash)),
    ),
    ...count(
      'a device holds what an intent meant that is void',
      voids.filter(({ tbsHash }) => given.has(hex(tbsHash))),
    ),
  ];
}

const hashes = (rows: readonly { readonly itemHash: Buffer }[]): string[] => rows.map(({ itemHash }) => hex(itemHash));
const certified = (rows: readonly ResultRow[]): string[] =>
  rows.flatMap(({ certificateHash: hash }) => (hash === undefined ? [] : [hex(hash)]));
const devices = (held: readonly Held[]): string[] => held.map(({ hash }) => hash);

const namesOf = (rows: readonly ResultRow[]): Record<string, string[]> => ({
  request: hashes(rows),
  'cocoon key': rows.map(({ i, keyHash }) => `${i} ${hex(keyHash)}`),
  'linkage value': rows.map(({ i, lv }) => `${i} ${hex(lv)}`),
  certificate: certified(rows),
});

function difference(what: string, of: readonly string[], without: readonly string[]): string[] {
  const known = new Set(without);
  const missing = of.filter((one) => !known.has(one)).length;
  return missing === 0 ? [] : [`${missing} times ${what}`];
}

/** A chain of an LA with the LA's own name for it, and the request that holds it. */
interface Given extends ChainsRow {
  readonly chainIds: readonly [string, string];
}

/** No chain gives a week to two requests, and every linkage value comes of the two chains of its request. */
async function auditChains(
  { house, tables }: KillHouse,
  askers: readonly Asker[],
  held: readonly (readonly Held[])[],
): Promise<{ findings: string[]; linkageValues: number }> {
  const findings: string[] = [];
  const las = await Promise.all(
    LAS.map(async (name) => ({
      laId: laIdOf(house.placed(name).laId ?? 0),
      chains: new Map((await tables.chains(name)).map((row) => [hex(row.chainId), row])),
      keys: await openSoftwareDevice({ directory: join(house.placed(name).directory, 'keys'), random: systemRandom }),
    })),
  );
  const given = await Promise.all(
    (await tables.chainsKept()).map(async (row): Promise<Given> => {
      const ids = await Promise.all(las.map(({ keys }, n) => chainIdIn(row.handles[n] as Buffer, keys)));
      return { ...row, chainIds: ids as [string, string] };
    }),
  );
  findings.push(...weeksGivenTwice(given));
  let linkageValues = 0;
  for (const [n, asker] of askers.entries()) {
    const requests = new Set((await requestHashes(asker)).map(hex));
    const own = given.filter(({ requestHash }) => requests.has(hex(requestHash)));
    for (const [i, ofWeek] of byWeek(held[n] ?? [])) {
      const chain = own.find(({ iMin, iMax }) => iMin <= i && i <= iMax);
      const [first, second] = await Promise.all(las.map((la, l) => valuesOf(la, chain?.chainIds[l], i)));
      if (first === undefined || second === undefined) findings.push(`a device has no chain in week ${i}`);
      else linkageValues += foundIn(ofWeek, [first, second], findings);
    }
  }
  for (const { keys } of las) await keys.close();
  return { findings, linkageValues };
}

function byWeek(held: readonly Held[]): Map<number, Held[]> {
  const weeks = new Map<number, Held[]>();
  for (const one of held) weeks.set(one.i, [...(weeks.get(one.i) ?? []), one]);
  return weeks;
}

/** How many linkage values are the exclusive-or of the two LAs' values at their j. */
function foundIn(
  held: readonly Held[],
  [first, second]: readonly [readonly Uint8Array[], readonly Uint8Array[]],
  findings: string[],
): number {
  let found = 0;
  for (const { i, j, lv } of held) {
    if (hex(linkageValue(first[j] as Uint8Array, second[j] as Uint8Array)) === lv) found += 1;
    else findings.push(`the linkage value of certificate ${i}/${j} is not of its chains`);
  }
  return found;
}

function weeksGivenTwice(given: readonly Given[]): string[] {
  const weeks = given.flatMap(({ chainIds, iMin, iMax }) =>
    LAS.flatMap((la, n) =>
      Array.from({ length: iMax - iMin + 1 }, (_, week) => `${la} ${chainIds[n] as string} ${iMin + week}`),
    ),
  );
  const again = weeks.length - new Set(weeks).size;
  return again === 0 ? [] : [`${again} times a chain gave one week to two requests`];
}

const laIdOf = (laId: number): Uint8Array => Uint8Array.of(laId >>> 8, laId & 0xff);

/** The LA's own name of the chain in a handle, hex: sealed in its crypto device under a label of the handle's period. */
async function chainIdIn(handle: Uint8Array, keys: CryptoDevice): Promise<string> {
  const { recipients, ciphertext } = decode(LinkageChainId, handle);
  const [recipient] = recipients;
  if (recipient?.kind !== 'pskRecipInfo' || ciphertext.kind !== 'sm4Ccm') throw new Error('a handle of another form');
  const period = Number(Buffer.from(recipient.value).readBigUInt64BE());
  const { nonce, ccmCiphertext } = ciphertext.value;
  const chainId = await keys.open(`handles-${period}`, concat(nonce, ccmCiphertext));
  if (chainId === undefined) throw new Error('a handle that its LA does not open');
  return hex(chainId);
}

interface La {
  readonly laId: Uint8Array;
  readonly chains: ReadonlyMap<string, ChainRow>;
  readonly keys: CryptoDevice;
}

/** The pre-linkage values of a week, from the seed as the LA holds it. */
async function valuesOf(la: La, chainId: string | undefined, i: number): Promise<Uint8Array[] | undefined> {
  const chain = la.chains.get(chainId ?? '');
  const seed = chain && (await la.keys.open(`seeds-${chain.baseI}`, new Uint8Array(chain.sealedSeed)));
  if (chain === undefined || seed === undefined) return undefined;
  const reached = advanceLinkageSeed(smSuite, la.laId, seed, i - chain.baseI);
  return preLinkageValues(smSuite, la.laId, reached, EACH_J);
}
