/**
 * What the root CA signs: itself, its ICAs and the TCMF, the list of its domains' CAs (TDCL), the list of what is revoked of
 * them (CA CRL), and who follows it.
 */
import { z } from 'zod';
import { decode, encode } from '#coer/codec.js';
import type { CeremonyTools, Draft, PreparedOperation } from '#ceremony/ceremony.js';
import { daysAfter, readCertificateFile, requireChecked } from '#ceremony/checked-certificate.js';
import { memberOf, nextListState } from '#ceremony/list-order.js';
import type { CeremonyProgram } from '#ceremony/program.js';
import { CeremonyRefusal } from '#ceremony/refusal.js';
import { AccountKey, readReviewed, requestBytes } from '#ceremony/reviewed-application.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import { CA_CRL_SERIES, signCaCrl, verifyCaCrl } from '#credentials/ca-crl.js';
import {
  certificateToBytes,
  hashedId10,
  hashedId8,
  hostnameOf,
  idKey,
  scmsRoleOf,
  sm2EncryptionPoint,
  verificationKeyOf,
} from '#credentials/certificate-facts.js';
import { issueCertificate, issueSelfSigned } from '#credentials/issue-certificate.js';
import { requireLintedCertificate } from '#credentials/lint/before-signing.js';
import { isHostname } from '#credentials/lint/certificate/name-is-hostname.js';
import { compressedOf } from '#credentials/keys-on-the-wire.js';
import { isWithin, spanOf } from '#credentials/period.js';
import { permissionsWithin, regionWithin } from '#credentials/permissions.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { signSuccession, verifySuccession } from '#credentials/root-succession.js';
import { signPkiCtl, verifyPkiCtl } from '#credentials/trust-lists.js';
import { verifyCertificate, verifySelfSigned } from '#credentials/verify-certificate.js';
import type { Certificate, ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, type ToBeSignedPkiCtl } from '#wire/trust-lists.js';

const Hostname = z.string().refine(isHostname, 'is no host name');
const Years = z.int().min(1).max(50);
const CreateRoot = z.strictObject({
  kind: z.literal('create-root'),
  hostname: Hostname,
  years: Years,
  certificate: z.string(),
});
const SignAuthority = z.strictObject({
  kind: z.literal('sign-authority'),
  as: z.enum(['ica', 'tcmf']),
  hostname: Hostname,
  years: Years,
  request: z.string().optional(),
  /** In place of `request`: the reviewed application that it is in. */
  application: z.string().optional(),
  /** 33-byte public keys, hex, of the operators of the TCMF whose reviews count. */
  reviewers: z.array(AccountKey).default([]),
  root: z.string(),
  certificate: z.string(),
});
const SignTdcl = z.strictObject({
  kind: z.literal('sign-tdcl'),
  root: z.string(),
  series: z.int().min(0).max(65535),
  /** The moment of the ceremony when left out. */
  issuedAt: z.int().optional(),
  validForDays: z.int().min(1).max(3650),
  entries: z.array(
    z.strictObject({
      certificates: z.array(z.string()).min(1),
      crlUrl: z.string().optional(),
      maUrl: z.string().optional(),
    }),
  ),
  /** Certificates of the last list that are left out of this one on purpose. */
  removes: z.array(z.string()).default([]),
  list: z.string(),
});
const SignCrl = z.strictObject({
  kind: z.literal('sign-crl'),
  root: z.string(),
  /** The moment of the ceremony when left out. */
  issuedAt: z.int().optional(),
  validForDays: z.int().min(1).max(3650),
  /** None: the last list is renewed. `issuers` are the certificates between it and the root. */
  revoke: z.array(z.strictObject({ certificate: z.string(), issuers: z.array(z.string()).default([]) })),
  crl: z.string(),
});
const SignSuccession = z.strictObject({
  kind: z.literal('sign-succession'),
  root: z.string(),
  successor: z.string(),
  statement: z.string(),
});
const RootOperation = z.discriminatedUnion('kind', [CreateRoot, SignAuthority, SignTdcl, SignCrl, SignSuccession]);
type RootOperation = z.infer<typeof RootOperation>;

const HOUR_MILLIS = 3_600_000;

const TDCL = 'TDCL';
const CRL = 'CA CRL';

const HELP = `root-ca: the root CA (根CA), an offline program. Files in, files out.

Operations (操作):
  create-root      the root's own key and certificate (根证书), once
  sign-authority   the certificate of an ICA (中间CA) or of the TCMF, from its request
  sign-tdcl        the list of the CAs of its domains (可信域CA证书列表, TDCL)
  sign-crl         the revocation list of CAs and authorities (CA撤销列表)
  sign-succession  says which root follows this one (根CA更替)
`;

export const rootCa: CeremonyProgram<RootOperation> = {
  name: 'root-ca',
  help: HELP,
  operation: RootOperation,
  prepare(operation): PreparedOperation {
    switch (operation.kind) {
      case 'create-root':
        return { kind: operation.kind, output: operation.certificate, draft: (tools) => createRoot(operation, tools) };
      case 'sign-authority':
        return {
          kind: operation.kind,
          output: operation.certificate,
          draft: (tools) => signAuthority(operation, tools),
        };
      case 'sign-tdcl':
        return { kind: operation.kind, output: operation.list, draft: (tools) => signTdcl(operation, tools) };
      case 'sign-crl':
        return { kind: operation.kind, output: operation.crl, draft: (tools) => signCrl(operation, tools) };
      case 'sign-succession':
        return {
          kind: operation.kind,
          output: operation.statement,
          draft: (tools) => signSuccessor(operation, tools),
        };
    }
  },
};

/** A child's life begins inside its parent's: the root an hour before the ceremony, those below it half an hour. */
const validFrom = (millis: number, years: number): ToBeSignedCertificate['validityPeriod'] => ({
  start: time32FromMillis(millis),
  duration: { kind: 'years', value: years },
});

async function createRoot(operation: z.infer<typeof CreateRoot>, tools: CeremonyTools): Promise<Draft> {
  const { hostname, years } = operation;
  await tools.requireNoKey();
  return {
    says: `root CA certificate of ${hostname} for ${years} years, with a new key`,
    async sign() {
      const verificationKey = await tools.createKey();
      const validity = validFrom(tools.nowMillis - HOUR_MILLIS, years);
      const tbs = authorityTbs({ kind: 'root', hostname, verificationKey, encryptionKey: undefined, validity }, ccsa);
      const certificate = await issueSelfSigned(tbs, tools.sign, { profile: ccsa, kind: 'root' });
      requireChecked(verifySelfSigned(certificate), certificate, tbs);
      return certificateToBytes(certificate);
    },
  };
}

/** This root's certificate: self-signed, by the key that is here. */
async function ownRoot(path: string, tools: CeremonyTools): Promise<Certificate> {
  const root = await readCertificateFile(path, tools);
  const key = verificationKeyOf(root);
  if (isRefused(verifySelfSigned(root))) throw new CeremonyRefusal(`${path} is not a root certificate that verifies`);
  if (key === undefined || Buffer.compare(key, await tools.publicKey()) !== 0)
    throw new CeremonyRefusal(`${path} names another key than this program holds`);
  return root;
}

async function signAuthority(operation: z.infer<typeof SignAuthority>, tools: CeremonyTools): Promise<Draft> {
  const root = await ownRoot(operation.root, tools);
  const tbs = await authorityFrom(operation, tools);
  lint(tbs, root, operation.as);
  return {
    says: `${operation.as} certificate of ${operation.hostname} for ${operation.years} years`,
    async sign() {
      const signer = { certificate: root, sign: tools.sign };
      const certificate = await issueCertificate(tbs, signer, { profile: ccsa, kind: operation.as });
      requireChecked(verifyCertificate(certificate, root), certificate, tbs);
      return certificateToBytes(certificate);
    },
  };
}

/** The request supplies keys and nothing else; role, name and life are what the configuration says. */
async function authorityFrom(
  operation: z.infer<typeof SignAuthority>,
  tools: CeremonyTools,
): Promise<ToBeSignedCertificate> {
  const { path, bytes } = await requestOf(operation, tools);
  const request = openAuthorityRequest(bytes, ccsa);
  if (isRefused(request)) throw new CeremonyRefusal(`${path}: ${request.reason}`);
  const indicator = request.verifyKeyIndicator;
  const verificationKey =
    indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2'
      ? compressedOf(indicator.value.value)
      : undefined;
  const encryptionKey = sm2EncryptionPoint(request.encryptionKey);
  if (verificationKey === undefined || encryptionKey === undefined)
    throw new CeremonyRefusal(`${path} lacks an SM2 key`);
  const validity = validFrom(tools.nowMillis - HOUR_MILLIS / 2, operation.years);
  return authorityTbs(
    { kind: operation.as, hostname: operation.hostname, verificationKey, encryptionKey, validity },
    ccsa,
  );
}

/** The request of a file of its own, or of a reviewed application, whose host name then is the one that is certified. */
async function requestOf(
  operation: z.infer<typeof SignAuthority>,
  tools: CeremonyTools,
): Promise<{ path: string; bytes: Uint8Array }> {
  const { request, application: path, reviewers, as, hostname } = operation;
  if ((request === undefined) === (path === undefined))
    throw new CeremonyRefusal(`${hostname}: name a "request" or an "application", and not both`);
  if (path === undefined) return { path: request as string, bytes: await tools.read(request as string) };
  const application = await readReviewed(path, reviewers, tools);
  if (application.kind !== as || application.hostname !== hostname)
    throw new CeremonyRefusal(
      `${path} was approved for ${application.kind} ${application.hostname}, and not for ${as} ${hostname}`,
    );
  return { path, bytes: requestBytes(application) };
}

/** Before anything is signed, in a dry run too: what would be signed must stand under the root and keep every rule. */
function lint(tbs: ToBeSignedCertificate, root: Certificate, kind: 'ica' | 'tcmf'): void {
  const parent = root.value.toBeSigned.value;
  if (!isWithin(spanOf(tbs.validityPeriod), spanOf(parent.validityPeriod)))
    throw new CeremonyRefusal('its validity does not lie inside the root’s');
  if (!regionWithin(tbs.region, parent.region)) throw new CeremonyRefusal('its region does not lie inside the root’s');
  if (!permissionsWithin(tbs, parent)) throw new CeremonyRefusal('its permissions do not lie inside the root’s');
  requireLintedCertificate(tbs, root, { profile: ccsa, kind });
}

async function signTdcl(operation: z.infer<typeof SignTdcl>, tools: CeremonyTools): Promise<Draft> {
  const root = await ownRoot(operation.root, tools);
  const pkiCertInfoList: ToBeSignedPkiCtl['pkiCertInfoList'] = [];
  for (const { certificates, crlUrl, maUrl } of operation.entries) {
    const certificate = await Promise.all(certificates.map((path) => readCertificateFile(path, tools)));
    requireChained(certificate, root);
    requireNotRevoked(certificate, tools);
    pkiCertInfoList.push({ certificate, crlUrl, maUrl });
  }
  const { series, issuedAt = tools.nowMillis, validForDays } = operation;
  const removes = await Promise.all(operation.removes.map((path) => readCertificateFile(path, tools)));
  const members = pkiCertInfoList.flatMap(({ certificate }) => certificate.map((one) => memberOf(one)));
  const state = nextListState(TDCL, tools.lastList(TDCL), { series, issuedAt, members }, removes);
  const list = {
    series,
    issueDate: time32FromMillis(issuedAt),
    nextPkiCtl: time32FromMillis(daysAfter(issuedAt, validForDays)),
    pkiCertInfoList,
  };
  return {
    says: `TDCL ${series} of ${new Date(issuedAt).toISOString()} with ${pkiCertInfoList.length} domains: ${pkiCertInfoList.map((entry) => entry.certificate.map(hostnameOf).join(', ')).join(' | ')}${without(removes)}`,
    list: { name: TDCL, state },
    async sign() {
      const bytes = encode(PkiCtl, await signPkiCtl(list, { certificate: root, sign: tools.sign }));
      const checked = verifyPkiCtl(bytes, root, issuedAt);
      if (isRefused(checked)) throw new CeremonyRefusal(`the list that was signed does not hold: ${checked.reason}`);
      return encode(PkiCtl, decode(PkiCtl, bytes));
    },
  };
}

const without = (removed: readonly Certificate[]): string =>
  removed.length === 0 ? '' : `, without ${removed.map(hostnameOf).join(', ')}`;

const revocationId = (certificate: Certificate): string => idKey(hashedId10(certificate));

/** What this root has revoked it lists no more. */
function requireNotRevoked(certificates: readonly Certificate[], tools: CeremonyTools): void {
  const revoked = new Set(tools.lastList(CRL)?.members.map(({ id }) => id));
  const found = certificates.find((certificate) => revoked.has(revocationId(certificate)));
  if (found !== undefined) throw new CeremonyRefusal(`${hostnameOf(found) ?? 'a certificate'} is revoked`);
}

/** All that was revoked and has not ended stays on the list: nobody comes back by being forgotten. */
async function signCrl(operation: z.infer<typeof SignCrl>, tools: CeremonyTools): Promise<Draft> {
  const root = await ownRoot(operation.root, tools);
  const { issuedAt = tools.nowMillis, validForDays } = operation;
  const last = tools.lastList(CRL);
  const members = (last?.members ?? []).filter(({ endsAt }) => endsAt > issuedAt);
  const added: string[] = [];
  for (const { certificate: path, issuers } of operation.revoke) {
    const certificate = await readCertificateFile(path, tools);
    const between = await Promise.all(issuers.map((issuer) => readCertificateFile(issuer, tools)));
    requireChained([certificate, ...between], root);
    const member = memberOf(certificate, revocationId(certificate));
    if (members.some(({ id }) => id === member.id)) throw new CeremonyRefusal(`${member.name} is revoked already`);
    if (member.endsAt <= issuedAt) throw new CeremonyRefusal(`${member.name} has ended: there is nothing to revoke`);
    members.push(member);
    added.push(member.name);
  }
  const state = nextListState(CRL, last, { series: CA_CRL_SERIES, issuedAt, members }, []);
  const list = {
    serial: state.number,
    revoked: members.map(({ id, endsAt }) => ({ id: new Uint8Array(Buffer.from(id, 'hex')), endsAtMillis: endsAt })),
    issueMillis: issuedAt,
    nextMillis: daysAfter(issuedAt, validForDays),
  };
  return {
    says: `CA CRL ${String(state.number)} of ${new Date(issuedAt).toISOString()} with ${String(members.length)} revoked${added.length === 0 ? '' : `, new: ${added.join(', ')}`}`,
    list: { name: CRL, state },
    async sign() {
      const bytes = await signCaCrl(list, { certificate: root, sign: tools.sign });
      const checked = verifyCaCrl(bytes, root, issuedAt);
      if (isRefused(checked)) throw new CeremonyRefusal(`the CRL that was signed does not hold: ${checked.reason}`);
      return bytes;
    },
  };
}

/** Says which root follows; the TRCLA asks for it before that one is listed. */
async function signSuccessor(operation: z.infer<typeof SignSuccession>, tools: CeremonyTools): Promise<Draft> {
  const root = await ownRoot(operation.root, tools);
  const successor = await readCertificateFile(operation.successor, tools);
  const role = scmsRoleOf(successor, ccsa.aid.management)?.kind;
  if (isRefused(verifySelfSigned(successor)) || role !== 'root')
    throw new CeremonyRefusal(`${operation.successor} is not a root certificate that verifies`);
  const [own, other] = [root, successor].map(verificationKeyOf);
  if (own === undefined || other === undefined || Buffer.compare(own, other) === 0)
    throw new CeremonyRefusal(`${operation.successor} has the key of this root: a successor has its own`);
  const name = hostnameOf(successor) ?? 'the successor';
  return {
    says: `statement that ${name} (${idKey(hashedId8(successor))}) follows ${hostnameOf(root) ?? 'this root'} (${idKey(hashedId8(root))})`,
    async sign() {
      const bytes = await signSuccession(successor, { certificate: root, sign: tools.sign });
      const checked = verifySuccession(bytes, { root, successor }, tools.nowMillis);
      if (isRefused(checked)) throw new CeremonyRefusal(`the statement does not hold: ${checked.reason}`);
      return bytes;
    },
  };
}

/** Each certificate of an entry stands under another of the same entry, or under this root (TL3). */
function requireChained(certificates: readonly Certificate[], root: Certificate): void {
  const known = new Map([root, ...certificates].map((certificate) => [idKey(hashedId8(certificate)), certificate]));
  for (const certificate of certificates) {
    const named = certificate.value.issuer;
    const issuer = named.kind === 'sm3AndDigest' ? known.get(idKey(named.value)) : undefined;
    const verdict = issuer && verifyCertificate(certificate, issuer);
    if (verdict === undefined || isRefused(verdict)) {
      throw new CeremonyRefusal(
        `${hostnameOf(certificate) ?? 'a certificate'} does not stand under this root: ${verdict?.reason ?? 'its issuer is not in the entry'}`,
      );
    }
  }
}
