/** Trust lists and CRLs of a device: fetched from where they are published, kept as files, believed only as far as they verify. */
import { decode, encode, tryDecode } from '#coer/codec.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8, idKey, isCracaFor, scmsRoleOf } from '#credentials/certificate-facts.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import type { CrlRefusal, RevocationStore } from '#credentials/linked-crl.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { ListRefusal } from '#credentials/trust-lists.js';
import type { TrustRefusal } from '#credentials/trust-store.js';
import type { CaCrlRefusal, CheckedCaCrl } from '#credentials/ca-crl.js';
import { CA_CRL_PATH, CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import type { CrlContents } from '#wire/crl.js';
import { RootCtl, type PkiCtl } from '#wire/trust-lists.js';
import { crlName, updateCrl, type AskedCrl } from './crl-updates.js';
import type { DeviceContext } from './device-context.js';
import { exchange } from './http.js';
import { isKeptProved, keepProof, proveList, type ListProofRefusal } from './list-proof.js';
import { ListRecord } from './records.js';

const TRCL = 'lists/trcl';
const tdclName = (root: string): string => `lists/tdcl-${root}`;
const caCrlName = (root: string): string => `lists/ca-crl-${root}`;
const LARGEST_LIST_BYTES = 16 * 1024 * 1024;
const LONGEST_ETAG = 255;

/** `list-of-another`: signed and current, and not the one that was asked for. */
export type ListOutcome =
  | 'taken'
  | 'unchanged'
  | 'no-answer'
  | 'list-of-another'
  | ListRefusal
  | TrustRefusal
  | CrlRefusal
  | CaCrlRefusal
  | ListProofRefusal;

/** What became of each list that was asked for, by its name; one that was refused left the held one in place. */
export type ListsRefreshed = ReadonlyMap<string, ListOutcome>;

type Refusal = Exclude<ListOutcome, 'taken' | 'unchanged' | 'no-answer' | 'list-of-another' | ListProofRefusal>;
type Take = (bytes: Uint8Array) => RootCtl | PkiCtl | CrlContents | CheckedCaCrl | Refused<Refusal>;

/** Takes what was kept at the last run; a kept list that has run out, or lacks a proof that is demanded, is passed over. */
export async function loadLists(context: DeviceContext, crls: RevocationStore): Promise<void> {
  const names = await context.store.list('lists');
  const order = (name: string): number => (name === 'trcl' ? 0 : name.startsWith('tdcl') ? 1 : 2);
  for (const name of names.sort((a, b) => order(a) - order(b))) {
    const record = await context.store.read(`lists/${name}`);
    if (record !== undefined) await takeKept(`lists/${name}`, decode(ListRecord, record).bytes, context, crls);
  }
}

async function takeKept(name: string, bytes: Uint8Array, context: DeviceContext, crls: RevocationStore): Promise<void> {
  const { log } = context.home;
  if (log !== undefined && !(await isKeptProved(name, bytes, log, context))) return;
  // Nobody comes back because a list of what is revoked has run out while the device was off.
  if (isCaCrl(name)) context.trust.takeKeptCaCrl(bytes, context.clock.nowMillis());
  else takerOf(name, context, crls)(bytes);
}

const isCaCrl = (name: string): boolean => name.startsWith('lists/ca-crl-');
/** A root that has revoked nobody has no list; nor has a publisher of before there were lists by hash one of those. */
const mayBeMissing = (name: string): boolean =>
  isCaCrl(name) || (name.startsWith('lists/crl-') && name.endsWith(`-${HASH_CRL_SERIES}`));

function takerOf(name: string, { trust, clock }: DeviceContext, crls: RevocationStore): Take {
  const now = clock.nowMillis();
  if (name === TRCL) return (bytes) => trust.takeTrcl(bytes, now);
  if (name.startsWith('lists/tdcl-')) return (bytes) => trust.takeTdcl(bytes, now);
  if (isCaCrl(name)) return (bytes) => trust.takeCaCrl(bytes, now);
  return (bytes) => crls.takeCrl(bytes, now);
}

/**
 * Asks for TRCL, the TDCL and the CA CRL of each root on it, and the CRL of each CRA on those. A root that has revoked nobody
 * has no CA CRL: one that is not there and never was is not among the outcomes. Of a CRL what came since the one held is
 * fetched; where the publisher has full lists only, those.
 */
export async function refreshLists(context: DeviceContext, crls: RevocationStore): Promise<ListsRefreshed> {
  const outcomes = new Map<string, ListOutcome>();
  const fetchList = async (name: string, url: string): Promise<void> => {
    const outcome = await refreshOne(context, name, url, takerOf(name, context, crls));
    if (outcome !== 'never-published') outcomes.set(name, outcome);
  };
  const { tcmfUrl } = context.home;
  await fetchList(TRCL, `${tcmfUrl}${TRCL_PATH}`);
  for (const root of await roots(context)) {
    await fetchList(tdclName(root), `${tcmfUrl}${TDCL_PATH}?root=${root}`);
    await fetchList(caCrlName(root), `${tcmfUrl}${CA_CRL_PATH}?root=${root}`);
  }
  for (const { craca, url, series } of cras(context)) {
    const outcome = await updateCrl(context, crls, { craca, url, series });
    if (outcome !== 'no-updates') outcomes.set(crlName(craca, series), outcome);
    else await fetchList(crlName(craca, series), `${url}${CRL_PATH}?craca=${craca}&crlSeries=${series}`);
  }
  return outcomes;
}

async function roots({ store }: DeviceContext): Promise<string[]> {
  const record = await store.read(TRCL);
  const list = record && tryDecode(RootCtl, decode(ListRecord, record).bytes);
  if (!list?.ok) return [];
  return list.value.toBeSignedRootCtl.value.pkiCtlInfoList.map(({ rootCertificate }) =>
    idKey(hashedId8(rootCertificate)),
  );
}

/** Each series that a listed CRA signs: pseudonyms name the one, application and identity certificates the other. */
function cras({ trust, clock, profile }: DeviceContext): AskedCrl[] {
  return trust
    .authorities(clock.nowMillis())
    .filter(({ certificate }) => scmsRoleOf(certificate, profile.aid.management)?.kind === 'cra')
    .flatMap(({ certificate, crlUrl: url }) =>
      [CRL_SERIES, HASH_CRL_SERIES]
        .filter((series) => isCracaFor(certificate, profile.aid.crl, series))
        .flatMap((series) => (url === undefined ? [] : [{ craca: idKey(hashedId8(certificate)), url, series }])),
    );
}

async function refreshOne(
  context: DeviceContext,
  name: string,
  url: string,
  take: Take,
): Promise<ListOutcome | 'never-published'> {
  const record = await context.store.read(name);
  const held = record && decode(ListRecord, record);
  const headers: Record<string, string> = held && held.etag !== '' ? { 'if-none-match': held.etag } : {};
  const answer = await exchange(context, { url, headers }, LARGEST_LIST_BYTES);
  if (isRefused(answer)) return 'no-answer';
  if (mayBeMissing(name) && answer.status === 404 && held === undefined) return 'never-published';
  // What is held may have been passed over at the last start: it is offered again, and is no step back.
  const isUnchanged = answer.status === 304 && held !== undefined;
  if (!isUnchanged && answer.status !== 200) return 'no-answer';
  const bytes = isUnchanged ? held.bytes : answer.body;
  const { log } = context.home;
  const proof = log && (await proveList(name, bytes, log, context));
  if (proof !== undefined && isRefused(proof)) return proof.reason;
  const outcome = taken(take(bytes), isUnchanged ? 'unchanged' : 'taken', name);
  if (proof !== undefined && (outcome === 'taken' || outcome === 'unchanged')) await keepProof(name, proof, context);
  const etag = answer.headers.get('etag') ?? '';
  if (outcome === 'taken')
    await context.store.write(
      name,
      encode(ListRecord, { etag: etag.length > LONGEST_ETAG ? '' : etag, bytes: answer.body }),
    );
  return outcome;
}

function taken(verdict: ReturnType<Take>, otherwise: 'taken' | 'unchanged', name: string): ListOutcome {
  if (isRefused(verdict)) return verdict.reason;
  return nameOf(verdict) === name ? otherwise : 'list-of-another';
}

/**
 * Where a list belongs, by what it says of itself. Kept under another name it would push out the list that is kept there,
 * and after a restart nobody would notice an older one in its place (TL2, RV10).
 */
function nameOf(list: Exclude<ReturnType<Take>, Refused>): string {
  if ('crlCraca' in list) return crlName(idKey(list.crlCraca), list.crlSeries);
  if ('revoked' in list) return caCrlName(list.root);
  if (!('toBeSignedPkiCtl' in list)) return TRCL;
  const { issuer } = list.toBeSignedPkiCtl.value;
  return issuer.kind === 'self' ? '' : tdclName(idKey(issuer.value));
}
