/** Which entries of the log a published list makes: it, and before it every certificate that counts by it. */
import { decode } from '#coer/codec.js';
import { certificateLeaf, crlLeaf, tdclLeaf, trclLeaf, type Leaf } from '#credentials/transparency/log-entry.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { caCrlContents, type PublishedList } from './published-list.js';

/** A CA certificate counts only while it stands on a TDCL: so none counts that is not in the log. */
export function leavesOf({ kind, bytes }: Pick<PublishedList, 'kind' | 'bytes'>): Leaf[] {
  if (kind === 'trcl') return [trclLeaf(bytes)];
  if (kind === 'ca-crl') return [crlLeaf(bytes, caCrlContents(bytes))];
  const { pkiCertInfoList } = decode(PkiCtl, bytes).toBeSignedPkiCtl.value;
  return [...pkiCertInfoList.flatMap(({ certificate }) => certificate).map(certificateLeaf), tdclLeaf(bytes)];
}
