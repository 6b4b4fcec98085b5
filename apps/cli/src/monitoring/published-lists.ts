/**
 * Whether what the public is served stands in the log: the TRCL, the TDCL and the CA CRL of each root on it, the CRL of each
 * CRA on those. Deltas are not looked at: their full list is.
 */
import { tryDecode } from '#coer/codec.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8, idKey, scmsRoleOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedData, signedPayload } from '#credentials/signed-data.js';
import { crlLeaf, tdclLeaf, trclLeaf, type Leaf } from '#credentials/transparency/log-entry.js';
import { isIncluded } from '#credentials/transparency/merkle-tree.js';
import { treeHeadOf } from '#credentials/transparency/tree-head.js';
import { CA_CRL_PATH, CRL_PATH, LOG_INCLUSION_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { CrlContents } from '#wire/crl.js';
import { millisFromTime32 } from '#wire/time.js';
import { LogProof } from '#wire/transparency-log.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { getAs, NoAnswer, type Get } from './log-client.js';

export interface ListFinding {
  /** `list-not-served`: it is named by another list and not there. */
  readonly kind: 'list-not-logged' | 'list-malformed' | 'list-not-served';
  /** `trcl`, `tdcl-<root>`, `ca-crl-<root>`, `crl-<craca>`. */
  readonly list: string;
}

interface Served {
  readonly list: string;
  readonly leaf: Leaf;
  readonly issuedMillis: number;
}

export interface ListsLooked {
  readonly findings: readonly ListFinding[];
  /** How many lists are served and in the log. */
  readonly logged: number;
  /** How many are not in the log, and younger than what is allowed. */
  readonly waiting: number;
}

/** A list that is not in the log counts as a finding when it is older than `graceMillis`. */
export async function lookAtLists(get: Get, rules: { nowMillis: number; graceMillis: number }): Promise<ListsLooked> {
  const findings: ListFinding[] = [];
  let [logged, waiting] = [0, 0];
  for await (const one of servedLists(get)) {
    if ('kind' in one) findings.push(one);
    else if (await isLogged(get, one.leaf.hash)) logged++;
    else if (rules.nowMillis - one.issuedMillis > rules.graceMillis)
      findings.push({ kind: 'list-not-logged', list: one.list });
    else waiting++;
  }
  return { findings, logged, waiting };
}

async function isLogged(get: Get, hash: Uint8Array): Promise<boolean> {
  const proof = await getAs(LogProof, `${LOG_INCLUSION_PATH}?leaf=${Buffer.from(hash).toString('hex')}`, get);
  return proof !== undefined && isIncluded(hash, proof.leafIndex, treeHeadOf(proof.head), proof.inclusion);
}

async function* servedLists(get: Get): AsyncGenerator<Served | ListFinding> {
  const bytes = await get(TRCL_PATH);
  if (bytes === undefined) return;
  const trcl = tryDecode(RootCtl, bytes);
  if (!trcl.ok) return yield { kind: 'list-malformed', list: 'trcl' };
  const { issueDate, pkiCtlInfoList } = trcl.value.toBeSignedRootCtl.value;
  yield { list: 'trcl', leaf: trclLeaf(bytes), issuedMillis: millisFromTime32(issueDate) };
  for (const { rootCertificate } of pkiCtlInfoList) yield* listsOfRoot(get, idKey(hashedId8(rootCertificate)));
}

async function* listsOfRoot(get: Get, root: string): AsyncGenerator<Served | ListFinding> {
  const caCrl = await get(`${CA_CRL_PATH}?root=${root}`);
  // A root that has revoked nobody has none.
  if (caCrl !== undefined) yield crlOf(`ca-crl-${root}`, caCrl);
  const list = `tdcl-${root}`;
  const bytes = await get(`${TDCL_PATH}?root=${root}`);
  // A root may be listed before it has listed anybody.
  if (bytes === undefined) return;
  const tdcl = tryDecode(PkiCtl, bytes);
  if (!tdcl.ok) return yield { kind: 'list-malformed', list };
  const { issueDate, pkiCertInfoList } = tdcl.value.toBeSignedPkiCtl.value;
  yield { list, leaf: tdclLeaf(bytes), issuedMillis: millisFromTime32(issueDate) };
  for (const { certificate, crlUrl } of pkiCertInfoList) {
    const cras = certificate.filter((one) => scmsRoleOf(one, ccsa.aid.management)?.kind === 'cra');
    if (crlUrl !== undefined) for (const cra of cras) yield await crlAt(get, crlUrl, idKey(hashedId8(cra)));
  }
}

async function crlAt(get: Get, crlUrl: string, craca: string): Promise<Served | ListFinding> {
  const list = `crl-${craca}`;
  const bytes = await answerOf(get, `${crlUrl}${CRL_PATH}?craca=${craca}&crlSeries=${CRL_SERIES}`);
  return bytes === undefined ? { kind: 'list-not-served', list } : crlOf(list, bytes);
}

function crlOf(list: string, bytes: Uint8Array): Served | ListFinding {
  const signed = asSignedData(bytes);
  const payload = signed && signedPayload(signed);
  const contents = payload && tryDecode(CrlContents, payload);
  if (!contents?.ok) return { kind: 'list-malformed', list };
  const { value } = contents;
  return { list, leaf: crlLeaf(bytes, value), issuedMillis: millisFromTime32(value.issueDate) };
}

/** A CRA that is silent says nothing of the log, and is a finding of its own. */
async function answerOf(get: Get, url: string): Promise<Uint8Array | undefined> {
  try {
    return await get(url);
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
