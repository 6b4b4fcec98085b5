/** What the root CA signs: itself, its ICAs and the TCMF, and the list of its domains' CAs (TDCL). */
import { z } from 'zod';
import { decode, encode } from '#coer/codec.js';
import { CeremonyRefusal, type CeremonyTools, type Draft, type PreparedOperation } from '#ceremony/ceremony.js';
import { daysAfter, readCertificateFile, requireChecked } from '#ceremony/checked-certificate.js';
import type { CeremonyProgram } from '#ceremony/program.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { openAuthorityRequest } from '#credentials/authority-request.js';
import {
  certificateToBytes,
  hashedId8,
  hostnameOf,
  idKey,
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
  request: z.string(),
  root: z.string(),
  certificate: z.string(),
});
const SignTdcl = z.strictObject({
  kind: z.literal('sign-tdcl'),
  root: z.string(),
  series: z.int().min(0).max(65535),
  issuedAt: z.int(),
  validForDays: z.int().min(1).max(3650),
  entries: z
    .array(
      z.strictObject({
        certificates: z.array(z.string()).min(1),
        crlUrl: z.string().optional(),
        maUrl: z.string().optional(),
      }),
    )
    .min(1),
  list: z.string(),
});
const RootOperation = z.discriminatedUnion('kind', [CreateRoot, SignAuthority, SignTdcl]);
type RootOperation = z.infer<typeof RootOperation>;

const HOUR_MILLIS = 3_600_000;

export const rootCa: CeremonyProgram<RootOperation> = {
  name: 'root-ca',
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
  const request = openAuthorityRequest(await tools.read(operation.request), ccsa);
  if (isRefused(request)) throw new CeremonyRefusal(`${operation.request}: ${request.reason}`);
  const indicator = request.verifyKeyIndicator;
  const verificationKey =
    indicator.kind === 'verificationKey' && indicator.value.kind === 'ecsigSm2'
      ? compressedOf(indicator.value.value)
      : undefined;
  const encryptionKey = sm2EncryptionPoint(request.encryptionKey);
  if (verificationKey === undefined || encryptionKey === undefined)
    throw new CeremonyRefusal(`${operation.request} lacks an SM2 key`);
  const validity = validFrom(tools.nowMillis - HOUR_MILLIS / 2, operation.years);
  return authorityTbs(
    { kind: operation.as, hostname: operation.hostname, verificationKey, encryptionKey, validity },
    ccsa,
  );
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
    pkiCertInfoList.push({ certificate, crlUrl, maUrl });
  }
  const { series, issuedAt, validForDays } = operation;
  const list = {
    series,
    issueDate: time32FromMillis(issuedAt),
    nextPkiCtl: time32FromMillis(daysAfter(issuedAt, validForDays)),
    pkiCertInfoList,
  };
  return {
    says: `TDCL ${series} of ${new Date(issuedAt).toISOString()} with ${pkiCertInfoList.length} domains: ${pkiCertInfoList.map((entry) => entry.certificate.map(hostnameOf).join(', ')).join(' | ')}`,
    async sign() {
      const bytes = encode(PkiCtl, await signPkiCtl(list, { certificate: root, sign: tools.sign }));
      const checked = verifyPkiCtl(bytes, root, issuedAt);
      if (isRefused(checked)) throw new CeremonyRefusal(`the list that was signed does not hold: ${checked.reason}`);
      return encode(PkiCtl, decode(PkiCtl, bytes));
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
