/** What the TRCLA signs: itself, and the list of trusted roots (TRCL). Roots only: a company's CA is refused. */
import { z } from 'zod';
import { encode } from '#coer/codec.js';
import type { CeremonyTools, Draft, PreparedOperation } from '#ceremony/ceremony.js';
import { daysAfter, readCertificateFile, requireChecked } from '#ceremony/checked-certificate.js';
import { memberOf, nextListState } from '#ceremony/list-order.js';
import type { CeremonyProgram } from '#ceremony/program.js';
import { CeremonyRefusal } from '#ceremony/refusal.js';
import { AccountKey, readReviewed, requestBytes } from '#ceremony/reviewed-application.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import {
  certificateToBytes,
  hashedId8,
  hostnameOf,
  idKey,
  scmsRoleOf,
  verificationKeyOf,
} from '#credentials/certificate-facts.js';
import { issueSelfSigned } from '#credentials/issue-certificate.js';
import { isHostname } from '#credentials/lint/certificate/name-is-hostname.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { verifySuccession } from '#credentials/root-succession.js';
import { signRootCtl, verifyRootCtl } from '#credentials/trust-lists.js';
import { verifySelfSigned } from '#credentials/verify-certificate.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { RootCtl } from '#wire/trust-lists.js';

const CreateTrcla = z.strictObject({
  kind: z.literal('create-trcla'),
  hostname: z.string().refine(isHostname, 'is no host name'),
  years: z.int().min(1).max(50),
  certificate: z.string(),
});
const SignTrcl = z.strictObject({
  kind: z.literal('sign-trcl'),
  trcla: z.string(),
  series: z.int().min(0).max(65535),
  /** The moment of the ceremony when left out. */
  issuedAt: z.int().optional(),
  validForDays: z.int().min(1).max(3650),
  roots: z
    .array(
      z.strictObject({
        certificate: z.string(),
        caListUrl: z.string().optional(),
        /** Of a root that follows another: the certificate of that one, and its statement. */
        succeeds: z.strictObject({ root: z.string(), statement: z.string() }).optional(),
        /** Of a root that joins: the reviewed application that it comes from. */
        application: z.string().optional(),
      }),
    )
    .min(1),
  /** 33-byte public keys, hex, of the operators of the TCMF whose reviews count. */
  reviewers: z.array(AccountKey).default([]),
  /** Certificates of the last list that are left out of this one on purpose. */
  removes: z.array(z.string()).default([]),
  list: z.string(),
});
const TrclaOperation = z.discriminatedUnion('kind', [CreateTrcla, SignTrcl]);
type TrclaOperation = z.infer<typeof TrclaOperation>;

const HOUR_MILLIS = 3_600_000;

const TRCL = 'TRCL';

const HELP = `trcla: the TRCLA (可信根证书列表管理机构), an offline program. Files in, files out.

Operations (操作):
  create-trcla     its own key and certificate, once; devices are born with it
  sign-trcl        the list of trusted roots (可信根证书列表, TRCL)
`;

export const trcla: CeremonyProgram<TrclaOperation> = {
  name: 'trcla',
  help: HELP,
  operation: TrclaOperation,
  prepare(operation): PreparedOperation {
    switch (operation.kind) {
      case 'create-trcla':
        return { kind: operation.kind, output: operation.certificate, draft: (tools) => createTrcla(operation, tools) };
      case 'sign-trcl':
        return { kind: operation.kind, output: operation.list, draft: (tools) => signTrcl(operation, tools) };
    }
  },
};

async function createTrcla(operation: z.infer<typeof CreateTrcla>, tools: CeremonyTools): Promise<Draft> {
  const { hostname, years } = operation;
  await tools.requireNoKey();
  return {
    says: `TRCLA certificate of ${hostname} for ${years} years, with a new key`,
    async sign() {
      const verificationKey = await tools.createKey();
      const validity = {
        start: time32FromMillis(tools.nowMillis - HOUR_MILLIS),
        duration: { kind: 'years', value: years },
      } as const;
      const tbs = authorityTbs({ kind: 'trcla', hostname, verificationKey, encryptionKey: undefined, validity }, ccsa);
      const certificate = await issueSelfSigned(tbs, tools.sign, { profile: ccsa, kind: 'trcla' });
      requireChecked(verifySelfSigned(certificate), certificate, tbs);
      return certificateToBytes(certificate);
    },
  };
}

/** The TRCLA's own certificate, by the key that is here. */
async function ownCertificate(path: string, tools: CeremonyTools): Promise<Certificate> {
  const certificate = await readCertificateFile(path, tools);
  const key = verificationKeyOf(certificate);
  if (isRefused(verifySelfSigned(certificate))) throw new CeremonyRefusal(`${path} does not verify`);
  if (key === undefined || Buffer.compare(key, await tools.publicKey()) !== 0)
    throw new CeremonyRefusal(`${path} names another key than this program holds`);
  return certificate;
}

/** A root CA: self-signed, verifying, and a root by its role. Only such may stand on the TRCL (YD/T 3957-2021 8.5). */
async function rootCertificate(path: string, tools: CeremonyTools): Promise<Certificate> {
  const certificate = await readCertificateFile(path, tools);
  const name = hostnameOf(certificate) ?? path;
  if (certificate.value.issuer.kind !== 'self')
    throw new CeremonyRefusal(`${name} is not a root CA: it was issued by another; it joins through its root’s TDCL`);
  if (isRefused(verifySelfSigned(certificate))) throw new CeremonyRefusal(`${name} does not verify under its own key`);
  if (scmsRoleOf(certificate, ccsa.aid.management)?.kind !== 'root')
    throw new CeremonyRefusal(`${name} does not have the role of a root`);
  return certificate;
}

/**
 * A root that follows another brings its statement; a new root with the name of one that is listed must be such a one, so
 * that nobody takes a listed name over (TL6).
 */
async function requireSuccession(
  successor: Certificate,
  succeeds: { root: string; statement: string } | undefined,
  tools: CeremonyTools,
): Promise<void> {
  const listed = tools.lastList(TRCL)?.members ?? [];
  const name = hostnameOf(successor) ?? '';
  const isListed = (certificate: Certificate): boolean => listed.some(({ id }) => id === idKey(hashedId8(certificate)));
  if (succeeds === undefined) {
    if (!isListed(successor) && listed.some((member) => member.name === name))
      throw new CeremonyRefusal(
        `another root of the name ${name} is listed: a statement of that root is needed ("succeeds")`,
      );
    return;
  }
  const root = await readCertificateFile(succeeds.root, tools);
  if (!isListed(root)) throw new CeremonyRefusal(`${succeeds.root} does not stand on the last TRCL`);
  const verdict = verifySuccession(await tools.read(succeeds.statement), { root, successor }, tools.nowMillis);
  if (isRefused(verdict)) throw new CeremonyRefusal(`${succeeds.statement}: ${verdict.reason}`);
}

/**
 * Whoever joins a list that there is already applied at the TCMF, and two of its operators approved this very certificate. The
 * roots of the first list are the founders': there is no TCMF before it.
 */
async function requireReview(
  root: Certificate,
  application: string | undefined,
  reviewers: readonly string[],
  tools: CeremonyTools,
): Promise<void> {
  const last = tools.lastList(TRCL);
  if (last === undefined || last.members.some(({ id }) => id === idKey(hashedId8(root)))) return;
  const name = hostnameOf(root) ?? 'the root';
  if (application === undefined)
    throw new CeremonyRefusal(
      `${name} comes from no reviewed application: a company applies at the TCMF, and two operators approve ("application")`,
    );
  const reviewed = await readReviewed(application, reviewers, tools);
  if (reviewed.kind !== 'root')
    throw new CeremonyRefusal(
      `${application} asks for an ICA, which joins through its root’s TDCL: only roots stand here`,
    );
  if (Buffer.compare(requestBytes(reviewed), certificateToBytes(root)) !== 0)
    throw new CeremonyRefusal(`${application} was approved for another certificate than that of ${name}`);
}

async function signTrcl(operation: z.infer<typeof SignTrcl>, tools: CeremonyTools): Promise<Draft> {
  const own = await ownCertificate(operation.trcla, tools);
  const pkiCtlInfoList = [];
  for (const { certificate, caListUrl, succeeds, application } of operation.roots) {
    const rootOf = await rootCertificate(certificate, tools);
    await requireSuccession(rootOf, succeeds, tools);
    if (succeeds === undefined) await requireReview(rootOf, application, operation.reviewers, tools);
    pkiCtlInfoList.push({ rootCertificate: rootOf, caListUrl });
  }
  const { series, issuedAt = tools.nowMillis, validForDays } = operation;
  const removes = await Promise.all(operation.removes.map((path) => readCertificateFile(path, tools)));
  const members = pkiCtlInfoList.map(({ rootCertificate: root }) => memberOf(root));
  const state = nextListState(TRCL, tools.lastList(TRCL), { series, issuedAt, members }, removes);
  const list = {
    series,
    issueDate: time32FromMillis(issuedAt),
    nextRootCtl: time32FromMillis(daysAfter(issuedAt, validForDays)),
    pkiCtlInfoList,
  };
  return {
    says: `TRCL ${series} of ${new Date(issuedAt).toISOString()} with the roots ${pkiCtlInfoList.map((info) => hostnameOf(info.rootCertificate)).join(', ')}${removes.length === 0 ? '' : `, without ${removes.map(hostnameOf).join(', ')}`}`,
    list: { name: TRCL, state },
    async sign() {
      const bytes = encode(RootCtl, await signRootCtl(list, { certificate: own, sign: tools.sign }));
      const checked = verifyRootCtl(bytes, own, issuedAt);
      if (isRefused(checked)) throw new CeremonyRefusal(`the list that was signed does not hold: ${checked.reason}`);
      return bytes;
    },
  };
}
