/** Makes and checks the two signed lists: the TRCL (RootCtl) by the TRCLA, the TDCL (PkiCtl) by its root. */
import { tryDecode, type Codec } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { sm2Verify } from '#crypto/sm2.js';
import { PkiCtl, RootCtl, ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import { millisFromTime32 } from '#wire/time.js';
import type { Certificate, IssuerIdentifier } from '#wire/secured-data.js';
import type { Signature } from '#wire/base-types.js';
import { hashedId8, issuerIdOf, verificationKeyOf } from './certificate-facts.js';
import { sm2SignatureBytes, sm2SignatureValue } from './keys-on-the-wire.js';
import { requireLintedTdcl, requireLintedTrcl } from './lint/before-signing.js';
import { isValidAt } from './period.js';
import { refused, type Refused } from './refusal.js';
import { signerId, type Signer } from './sm2-binding.js';
import type { VerifySignature } from './verify-certificate.js';

export type ListRefusal =
  | 'list-malformed'
  | 'list-version'
  | 'list-issuer'
  | 'list-issuer-expired'
  | 'list-signature'
  | 'list-from-the-future'
  | 'list-expired'
  | 'list-rollback';

/** Throws LintError, before the key is used, for a list that breaks a rule of severity error. */
export async function signRootCtl(
  list: Omit<ToBeSignedRootCtl, 'version' | 'issuer'>,
  trcla: Signer,
): Promise<RootCtl> {
  const toBeSignedRootCtl = preserve(ToBeSignedRootCtl, { version: 1, issuer: issuerIdOf(trcla.certificate), ...list });
  requireLintedTrcl(toBeSignedRootCtl.value, trcla.certificate);
  return {
    toBeSignedRootCtl,
    signature: sm2SignatureValue(await trcla.sign(signerId(trcla.certificate), toBeSignedRootCtl.bytes)),
  };
}

/** Throws LintError, before the key is used, for a list that breaks a rule of severity error. */
export async function signPkiCtl(list: Omit<ToBeSignedPkiCtl, 'version' | 'issuer'>, root: Signer): Promise<PkiCtl> {
  const toBeSignedPkiCtl = preserve(ToBeSignedPkiCtl, { version: 1, issuer: issuerIdOf(root.certificate), ...list });
  requireLintedTdcl(toBeSignedPkiCtl.value, root.certificate);
  return {
    toBeSignedPkiCtl,
    signature: sm2SignatureValue(await root.sign(signerId(root.certificate), toBeSignedPkiCtl.bytes)),
  };
}

interface ListHead {
  version: number;
  issuer: IssuerIdentifier;
  issueDate: number;
}

function checkList(
  head: ListHead & { nextUpdate: number },
  signed: { bytes: Uint8Array; signature: Signature },
  by: { issuer: Certificate; nowMillis: number; verify: VerifySignature },
): Refused<ListRefusal> | undefined {
  const { issuer, nowMillis, verify } = by;
  if (head.version !== 1) return refused('list-version');
  if (head.issuer.kind !== 'sm3AndDigest' || Buffer.compare(head.issuer.value, hashedId8(issuer)) !== 0)
    return refused('list-issuer');
  if (millisFromTime32(head.issueDate) > nowMillis) return refused('list-from-the-future');
  if (millisFromTime32(head.nextUpdate) <= nowMillis) return refused('list-expired');
  if (!isValidAt(issuer.value.toBeSigned.value.validityPeriod, nowMillis)) return refused('list-issuer-expired');
  const key = verificationKeyOf(issuer);
  const signature = sm2SignatureBytes(signed.signature);
  const valid = key !== undefined && signature !== undefined && verify(key, signerId(issuer), signed.bytes, signature);
  return valid ? undefined : refused('list-signature');
}

/** The list of bytes from outside, when it is current at `nowMillis` and signed by the TRCLA. */
export function verifyRootCtl(
  bytes: Uint8Array,
  trcla: Certificate,
  nowMillis: number,
  verify: VerifySignature = sm2Verify,
): RootCtl | Refused<ListRefusal> {
  const list = decodeList(RootCtl, bytes);
  if (list === undefined) return refused('list-malformed');
  const { value, bytes: signedBytes } = list.toBeSignedRootCtl;
  const head = { ...value, nextUpdate: value.nextRootCtl };
  return (
    checkList(head, { bytes: signedBytes, signature: list.signature }, { issuer: trcla, nowMillis, verify }) ?? list
  );
}

/** The list of bytes from outside, when it is current at `nowMillis` and signed by `root`. */
export function verifyPkiCtl(
  bytes: Uint8Array,
  root: Certificate,
  nowMillis: number,
  verify: VerifySignature = sm2Verify,
): PkiCtl | Refused<ListRefusal> {
  const list = decodeList(PkiCtl, bytes);
  if (list === undefined) return refused('list-malformed');
  const { value, bytes: signedBytes } = list.toBeSignedPkiCtl;
  const head = { ...value, nextUpdate: value.nextPkiCtl };
  return (
    checkList(head, { bytes: signedBytes, signature: list.signature }, { issuer: root, nowMillis, verify }) ?? list
  );
}

function decodeList<T>(codec: Codec<T>, bytes: Uint8Array): T | undefined {
  const decoded = tryDecode(codec, bytes);
  return decoded.ok ? decoded.value : undefined;
}
