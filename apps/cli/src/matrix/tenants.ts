/**
 * The companies of a matrix: each has an ICA under the shared root or, some, under a root of their own, the authorities that a
 * domain lists, and one car with a pseudonym certificate.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { systemRandom } from '#crypto/random.js';
import { authorityTbs, CHINA, CRL_SERIES, type AuthorityKind } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import {
  certificateFromBytes,
  certificateToBytes,
  hashedId3,
  hashedId8,
  idKey,
} from '#credentials/certificate-facts.js';
import { issueCertificate } from '#credentials/issue-certificate.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { buildLinkedCrl, signCrl } from '#credentials/linked-crl.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import type { Sign, Signer } from '#credentials/sm2-binding.js';
import { CA_CRL_PATH, CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { OfflineSide, TdclEntry } from './offline-side.js';
import type { Publisher } from './publisher.js';

export const TCMF_URL = 'matrix://tcmf';
const SHARED_ROOT = 'shared-root';
const MINUTE_MILLIS = 60_000;
const DAY_MILLIS = 86_400_000;
/** What a TDCL entry of a tenant names beside its ICA. */
const MEMBERS = ['eca', 'pra', 'pca', 'cra'] as const;
type MemberKind = (typeof MEMBERS)[number];

export interface Tenant {
  /** For example `brand-07`. */
  readonly name: string;
  /** The file, without its ending, of the root it stands under. */
  readonly root: string;
  readonly members: Readonly<Record<MemberKind, Signer>>;
  /** Its car's pseudonym. */
  readonly car: Signer;
}

interface Keys {
  readonly publicKey: Uint8Array;
  readonly sign: Sign;
}

function newKeys(): Keys {
  const privateKey = newSm2PrivateKey(systemRandom);
  const publicKey = sm2PublicKey(privateKey);
  const signer = sm2SignerFor(privateKey, publicKey);
  return { publicKey, sign: (id, message) => Promise.resolve(signer(id, message)) };
}

/** Nobody opens anything here, so the private half of an encryption key is not kept. */
const encryptionKey = (): Uint8Array => sm2PublicKey(newSm2PrivateKey(systemRandom));

const hostOf = (tenant: string, kind: string): string => `${kind}.${tenant}.example`;
const icaFile = (tenant: string): string => `${tenant}-ica.coer`;
const memberFile = (tenant: string, kind: MemberKind): string => `${tenant}-${kind}.coer`;
const crlUrl = (tenant: string): string => `https://${hostOf(tenant, 'cra')}`;
export const hasOwnRoot = ({ root }: Tenant): boolean => root !== SHARED_ROOT;

const filesOf = (tenant: string): string[] => [icaFile(tenant), ...MEMBERS.map((kind) => memberFile(tenant, kind))];
const entryOf = ({ name }: Pick<Tenant, 'name'>): TdclEntry => ({ certificates: filesOf(name), crlUrl: crlUrl(name) });

export interface Founded {
  readonly tenants: readonly Tenant[];
  readonly trcla: Certificate;
}

/**
 * Everything that is there before the first message: roots, TRCLA, tenants, and their lists, which are served from now on. The
 * last `ownRoots` tenants have roots of their own. `atMillis` is the beginning of a period; ceremonies were the day before.
 */
export async function foundTenants(
  offline: OfflineSide,
  publisher: Publisher,
  { tenants: count, ownRoots, atMillis }: { tenants: number; ownRoots: number; atMillis: number },
): Promise<Founded> {
  const foundedAt = atMillis - DAY_MILLIS;
  const names = Array.from({ length: count }, (_, n) => `brand-${String(n + 1).padStart(2, '0')}`);
  const planned = names.map((name, n) => ({ name, root: n < count - ownRoots ? SHARED_ROOT : `${name}-root` }));
  const roots = [...new Set(planned.map(({ root }) => root))];
  for (const root of roots) await offline.createRoot(root, `${root}.matrix.example`, foundedAt);
  const trcla = certificateFromBytes(await read(offline, await offline.createTrcla(foundedAt)));
  const tenants: Tenant[] = [];
  for (const root of roots) {
    const under = planned.filter((one) => one.root === root);
    tenants.push(...(await foundUnder(root, under, offline, atMillis)));
  }
  for (const root of roots) {
    const entries = tenants.filter((one) => one.root === root).map(entryOf);
    await offline.signTdcl(root, foundedAt + MINUTE_MILLIS, entries, { list: `${root}-tdcl-1.coer` });
    publisher.serve(await listUrl(offline, root, TDCL_PATH), await read(offline, `${root}-tdcl-1.coer`));
  }
  await offline.signTrcl(foundedAt + MINUTE_MILLIS, listed(roots), { list: 'trcl-1.coer' });
  publisher.serve(`${TCMF_URL}${TRCL_PATH}`, await read(offline, 'trcl-1.coer'));
  for (const tenant of tenants) await serveCrl(tenant, publisher, atMillis);
  return { tenants, trcla };
}

const read = async (offline: OfflineSide, file: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(offline.path(file)));

const listed = (roots: readonly string[]): { certificate: string; caListUrl: string }[] =>
  roots.map((root) => ({ certificate: `${root}.coer`, caListUrl: `https://tcmf.matrix.example${TDCL_PATH}` }));

/** Where a list of this root is served. */
async function listUrl(offline: OfflineSide, root: string, path: string): Promise<string> {
  const certificate = certificateFromBytes(await read(offline, `${root}.coer`));
  return `${TCMF_URL}${path}?root=${idKey(hashedId8(certificate))}`;
}

async function foundUnder(
  root: string,
  planned: readonly { name: string; root: string }[],
  offline: OfflineSide,
  atMillis: number,
): Promise<Tenant[]> {
  const foundedAt = atMillis - DAY_MILLIS;
  const keys = new Map<string, Keys>();
  for (const { name } of planned) {
    const ica = newKeys();
    keys.set(name, ica);
    const tbs = tbsOf('ica', hostOf(name, 'ica'), ica.publicKey, foundedAt);
    const request = await requestAuthorityCertificate(tbs, ica.sign, { profile: ccsa, nowMillis: foundedAt });
    await writeFile(offline.path(`${name}.request.coer`), request);
  }
  const subjects = planned.map(({ name }) => ({
    hostname: hostOf(name, 'ica'),
    request: `${name}.request.coer`,
    certificate: icaFile(name),
  }));
  await offline.signIcas(root, foundedAt, subjects);
  const tenants: Tenant[] = [];
  for (const plan of planned) {
    const { sign } = keys.get(plan.name) as Keys;
    const ica = { certificate: certificateFromBytes(await read(offline, icaFile(plan.name))), sign };
    const members = await foundMembers(plan.name, ica, offline, foundedAt);
    tenants.push({ ...plan, members, car: await carOf(members, atMillis) });
  }
  return tenants;
}

const tbsOf = (kind: AuthorityKind, hostname: string, verificationKey: Uint8Array, atMillis: number) =>
  authorityTbs(
    {
      ...{ kind, hostname, verificationKey, encryptionKey: encryptionKey() },
      validity: { start: time32FromMillis(atMillis), duration: { kind: 'years', value: 5 } },
    },
    ccsa,
  );

async function foundMembers(
  tenant: string,
  ica: Signer,
  offline: OfflineSide,
  atMillis: number,
): Promise<Tenant['members']> {
  const found = async (kind: MemberKind): Promise<Signer> => {
    const { publicKey, sign } = newKeys();
    const tbs = tbsOf(kind, hostOf(tenant, kind), publicKey, atMillis);
    const certificate = await issueCertificate(tbs, ica, { profile: ccsa, kind });
    await writeFile(offline.path(memberFile(tenant, kind)), certificateToBytes(certificate));
    return { certificate, sign };
  };
  return { eca: await found('eca'), pra: await found('pra'), pca: await found('pca'), cra: await found('cra') };
}

async function carOf({ pca, cra }: Tenant['members'], atMillis: number): Promise<Signer> {
  const { publicKey, sign } = newKeys();
  const i = periodAt(ccsa.epochMillis, atMillis);
  const certificate = await issueCertificate(
    {
      id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': systemRandom.bytes(9) } },
      cracaId: hashedId3(cra.certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(ccsa.epochMillis, i),
      region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] },
      appPermissions: [{ psid: ccsa.aid.bsm }],
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(publicKey) },
    },
    pca,
    { profile: ccsa, kind: 'pc' },
  );
  return { certificate, sign };
}

/** Nobody's car is revoked; a receiver wants to know that. */
async function serveCrl({ name, members }: Tenant, publisher: Publisher, atMillis: number): Promise<void> {
  const contents = buildLinkedCrl({
    kind: 'full',
    craca: members.cra.certificate,
    series: CRL_SERIES,
    entries: [],
    iRev: periodAt(ccsa.epochMillis, atMillis),
    indexWithinI: 0,
    issueMillis: atMillis,
    nextMillis: atMillis + 7 * DAY_MILLIS,
  });
  const query = `?craca=${idKey(hashedId8(members.cra.certificate))}&crlSeries=${String(CRL_SERIES)}`;
  publisher.serve(`${crlUrl(name)}${CRL_PATH}${query}`, await signCrl(contents, members.cra, ccsa));
}

/**
 * A tenant goes: with a root of its own the TRCLA lists that no more; else the root revokes its ICA and leaves it off the TDCL.
 * What was signed is served from now on.
 */
export async function removeTenant(
  offline: OfflineSide,
  publisher: Publisher,
  { tenants, gone, atMillis }: { tenants: readonly Tenant[]; gone: Tenant; atMillis: number },
): Promise<void> {
  const rest = tenants.filter((one) => one !== gone);
  if (hasOwnRoot(gone)) {
    const roots = [...new Set(rest.map(({ root }) => root))];
    await offline.signTrcl(atMillis, listed(roots), { list: 'trcl-2.coer', removes: [`${gone.root}.coer`] });
    publisher.serve(`${TCMF_URL}${TRCL_PATH}`, await read(offline, 'trcl-2.coer'));
    publisher.serve(await listUrl(offline, gone.root, TDCL_PATH), undefined);
    return;
  }
  const { root } = gone;
  const [list, crl] = [`${root}-tdcl-2.coer`, `${root}-ca-crl.coer`];
  const entries = rest.filter((one) => one.root === root).map(entryOf);
  const files = { list, gone: { revoke: icaFile(gone.name), removes: filesOf(gone.name), crl } };
  await offline.signTdcl(root, atMillis, entries, files);
  publisher.serve(await listUrl(offline, root, TDCL_PATH), await read(offline, list));
  publisher.serve(await listUrl(offline, root, CA_CRL_PATH), await read(offline, crl));
}
