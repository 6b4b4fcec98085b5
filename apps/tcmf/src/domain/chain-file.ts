/** The chain file of a root: its certificate and those of its TDCL, as bytes to build chains with; never a reason to trust. */
import { decode, encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import type { PublishedList } from './published-list.js';

/** ScmsPdu with CertManagementPdu.certificateChain; `undefined` when the TRCL does not name the signer of the TDCL. */
export function chainOf(trcl: PublishedList, tdcl: PublishedList): { bytes: Uint8Array; sm3: string } | undefined {
  const roots = decode(RootCtl, trcl.bytes).toBeSignedRootCtl.value.pkiCtlInfoList;
  const root = roots.find(({ rootCertificate }) => idKey(hashedId8(rootCertificate)) === tdcl.issuer);
  if (root === undefined) return undefined;
  const listed = decode(PkiCtl, tdcl.bytes).toBeSignedPkiCtl.value.pkiCertInfoList.flatMap(
    ({ certificate }) => certificate,
  );
  const others = [root.rootCertificate, ...listed];
  const bytes = encode(ScmsPdu, {
    version: ccsa.scmsVersion,
    content: { kind: 'cert', value: { kind: 'certificateChain', value: { others } } },
  });
  return { bytes, sm3: Buffer.from(sm3(bytes)).toString('hex') };
}
