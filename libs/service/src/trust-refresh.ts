/** Fetches TRCL, TDCL and CA CRL from the TCMF and keeps them beside the keys; what does not verify is not taken. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CA_CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { Log } from './log.js';

const TRCL_FILE = 'trcl.coer';
const CA_CRL = 'ca-crl-';
const TIMEOUT_MILLIS = 10_000;

/** Takes the lists that were kept at the last run; a kept list that is no longer valid is passed over, but for a CA CRL. */
export async function loadKeptLists(trust: TrustStore, directory: string, nowMillis: number, log: Log): Promise<void> {
  for (const name of (await listFiles(directory)).sort((a, b) => Number(b === TRCL_FILE) - Number(a === TRCL_FILE))) {
    const bytes = new Uint8Array(await readFile(join(directory, name)));
    const taken = takeKept(trust, name, bytes, nowMillis);
    if (isRefused(taken)) log.warn('kept-list-refused', { file: name, reason: taken.reason });
  }
}

type Taken = ReturnType<TrustStore['takeTrcl' | 'takeTdcl' | 'takeKeptCaCrl']>;

function takeKept(trust: TrustStore, name: string, bytes: Uint8Array, nowMillis: number): Taken {
  if (name === TRCL_FILE) return trust.takeTrcl(bytes, nowMillis);
  return name.startsWith(CA_CRL) ? trust.takeKeptCaCrl(bytes, nowMillis) : trust.takeTdcl(bytes, nowMillis);
}

async function listFiles(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return (await readdir(directory)).filter((name) => name.endsWith('.coer'));
}

/** Asks the TCMF once; false when it did not answer. Lists that are refused are logged and the held ones stay. */
export async function refreshTrust(
  trust: TrustStore,
  options: { tcmfUrl: string; directory: string; nowMillis: number; log: Log },
): Promise<boolean> {
  const { tcmfUrl, nowMillis, log } = options;
  const trcl = await fetchBytes(`${tcmfUrl}${TRCL_PATH}`);
  if (trcl === undefined) return false;
  const list = trust.takeTrcl(trcl, nowMillis);
  if (isRefused(list)) log.warn('trcl-refused', { reason: list.reason });
  for (const { rootCertificate } of isRefused(list) ? [] : list.toBeSignedRootCtl.value.pkiCtlInfoList) {
    const root = Buffer.from(hashedId8(rootCertificate)).toString('hex');
    const tdcl = await fetchBytes(`${tcmfUrl}${TDCL_PATH}?root=${root}`);
    const taken = tdcl && trust.takeTdcl(tdcl, nowMillis);
    if (taken && isRefused(taken)) log.warn('tdcl-refused', { reason: taken.reason });
    const caCrl = await fetchBytes(`${tcmfUrl}${CA_CRL_PATH}?root=${root}`);
    const revoked = caCrl && trust.takeCaCrl(caCrl, nowMillis);
    if (revoked && isRefused(revoked)) log.warn('ca-crl-refused', { reason: revoked.reason });
  }
  await keepLists(trust, options.directory);
  return true;
}

async function keepLists(trust: TrustStore, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { trcl, tdcls, caCrls } = trust.stored();
  if (trcl) await replace(join(directory, TRCL_FILE), trcl);
  for (const [index, tdcl] of tdcls.entries()) await replace(join(directory, `tdcl-${index}.coer`), tdcl);
  for (const [index, list] of caCrls.entries()) await replace(join(directory, `${CA_CRL}${index}.coer`), list);
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, bytes, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function fetchBytes(url: string): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  } catch {
    // Not reachable: the held lists go on until they expire; the caller says so.
    return undefined;
  }
}
