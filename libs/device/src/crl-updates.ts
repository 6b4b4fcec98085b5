/**
 * The CRL of a CRA, list by list: a device says which one it holds, and gets the deltas that follow or a full list anew. Each
 * list is checked, proved and kept by itself: the full one under the name of the CRL, its deltas beside it in their order.
 */
import { encode, tryDecode } from '#coer/codec.js';
import { fromHex } from '#crypto/bytes.js';
import { idKey } from '#credentials/certificate-facts.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashList, isDelta, linkedList } from '#credentials/held-crl.js';
import type { CrlRefusal, RevocationStore } from '#credentials/linked-crl.js';
import { isRefused } from '#credentials/refusal.js';
import { CRL_UPDATES_PATH } from '#edges/ee-lists/paths.js';
import type { CrlContents } from '#wire/crl.js';
import { CompositeCrl } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import type { DeviceContext } from './device-context.js';
import { exchange } from './http.js';
import { keepProof, proveList, type ListProofRefusal } from './list-proof.js';
import { ListRecord } from './records.js';

/** A list of a million devices takes 33 MB. */
const LARGEST_UPDATES_BYTES = 64 * 1024 * 1024;

export interface AskedCrl {
  /** HashedId8, hex. */
  readonly craca: string;
  readonly series: number;
  /** Of the CRA. */
  readonly url: string;
}

/** Under which a full list is kept; its deltas have a number after it. */
export const crlName = (craca: string, series: number): string =>
  series === CRL_SERIES ? `lists/crl-${craca}` : `lists/crl-${craca}-${series}`;
const deltasOf = (craca: string, series: number): string => `lists/crl-${craca}-${series}-`;

/** `no-updates`: the publisher has full lists only, or none. */
export type UpdatesOutcome =
  'taken' | 'unchanged' | 'no-answer' | 'no-updates' | 'list-of-another' | CrlRefusal | ListProofRefusal;

/** Brings the CRL up to date; what came before something that was refused stands. */
export async function updateCrl(
  context: DeviceContext,
  crls: RevocationStore,
  asked: AskedCrl,
): Promise<UpdatesOutcome> {
  const held = heldPlace(crls, asked);
  const outcome = await updateFrom(held, context, crls, asked);
  // What is held is followed by nothing that came: begun anew.
  return outcome === 'crl-gap' && held !== '' ? updateFrom('', context, crls, asked) : outcome;
}

function heldPlace(crls: RevocationStore, { craca, series }: AskedCrl): string {
  const seeds = crls.seedPlace(fromHex(craca), series);
  if (seeds !== undefined) return `&iRev=${seeds.iRev}&indexWithinI=${seeds.indexWithinI}`;
  const hashes = crls.hashPlace(fromHex(craca), series);
  return hashes === undefined ? '' : `&crlSerial=${hashes.serial}`;
}

async function updateFrom(
  held: string,
  context: DeviceContext,
  crls: RevocationStore,
  asked: AskedCrl,
): Promise<UpdatesOutcome> {
  const url = `${asked.url}${CRL_UPDATES_PATH}?craca=${asked.craca}&crlSeries=${asked.series}${held}`;
  const answer = await exchange(context, { url }, LARGEST_UPDATES_BYTES);
  if (isRefused(answer)) return 'no-answer';
  if (answer.status === 404) return 'no-updates';
  const decoded = answer.status === 200 ? tryDecode(CompositeCrl, answer.body) : undefined;
  if (decoded === undefined) return 'no-answer';
  if (!decoded.ok) return 'crl-malformed';
  let outcome: UpdatesOutcome = 'unchanged';
  for (const one of decoded.value.crl) {
    outcome = await takeOne(encode(V2XSecData, one), context, crls, asked);
    if (outcome !== 'taken') return outcome;
  }
  return outcome;
}

async function takeOne(
  bytes: Uint8Array,
  context: DeviceContext,
  crls: RevocationStore,
  { craca, series }: AskedCrl,
): Promise<UpdatesOutcome> {
  const { log } = context.home;
  const proof = log && (await proveList(crlName(craca, series), bytes, log, context));
  if (proof !== undefined && isRefused(proof)) return proof.reason;
  const contents = crls.takeCrl(bytes, context.clock.nowMillis());
  if (isRefused(contents)) return contents.reason;
  // Kept under another name it would push out the list that is kept there (RV10).
  if (idKey(contents.crlCraca) !== craca || contents.crlSeries !== series) return 'list-of-another';
  const name = isDelta(contents) ? `${deltasOf(craca, series)}${numberOf(contents)}` : crlName(craca, series);
  await context.store.write(name, encode(ListRecord, { etag: '', bytes }));
  if (proof !== undefined) await keepProof(name, proof, context);
  if (!isDelta(contents)) await forgetDeltas(deltasOf(craca, series), context);
  return 'taken';
}

/** Deltas sort by it: what they follow does not change within a period. */
function numberOf(contents: CrlContents): string {
  const place = linkedList(contents)?.indexWithinI ?? hashList(contents)?.crlSerial ?? 0;
  return String(place).padStart(10, '0');
}

async function forgetDeltas(prefix: string, { store }: DeviceContext): Promise<void> {
  for (const name of await store.list('lists')) {
    if (!`lists/${name}`.startsWith(prefix)) continue;
    await store.remove(`lists/${name}`);
    await store.remove(`log/${name}`);
  }
}
