/** Whether lists that a person brought may be published: judged as every receiver will, against what is published now. */
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { Certificate } from '#wire/secured-data.js';
import type { PkiCtl } from '#wire/trust-lists.js';
import { describeCaCrl, describeTdcl, describeTrcl, type PublishedList } from './published-list.js';
import { refuse, type TcmfRefused } from './refusal.js';

/** Encoded RootCtl and PkiCtl; the CA CRL of a root, an encoded V2XSecData. */
export interface BroughtLists {
  readonly trcl?: Uint8Array;
  readonly tdcl?: Uint8Array;
  readonly caCrl?: Uint8Array;
}

/** The store of a receiver that holds what is published; a published list that has expired is not taken by anybody. */
export function receiverOf(trcla: Certificate, published: readonly PublishedList[], nowMillis: number): TrustStore {
  const store = new TrustStore(trcla);
  for (const { kind, bytes } of published) if (kind === 'trcl') store.takeTrcl(bytes, nowMillis);
  for (const { kind, bytes } of published) {
    if (kind === 'tdcl') store.takeTdcl(bytes, nowMillis);
    if (kind === 'ca-crl') store.takeKeptCaCrl(bytes, nowMillis);
  }
  return store;
}

/** As `receiverOf`; within a minute, as long as the same is published, it is the same receiver, and no list is verified again. */
export function lastingReceiver(
  trcla: Certificate,
): (published: readonly PublishedList[], nowMillis: number) => TrustStore {
  let last: { key: string; store: TrustStore } | undefined;
  return (published, nowMillis) => {
    const key = [Math.floor(nowMillis / 60_000), ...published.map((list) => list.sm3)].join();
    if (last?.key !== key) last = { key, store: receiverOf(trcla, published, nowMillis) };
    return last.store;
  };
}

/** The lists in the order in which they are to be kept, or why not; `receiver` takes what is right. */
export function judgeLists(
  lists: BroughtLists,
  receiver: TrustStore,
  nowMillis: number,
): PublishedList[] | TcmfRefused {
  const judged: PublishedList[] = [];
  if (lists.trcl !== undefined) {
    const trcl = receiver.takeTrcl(lists.trcl, nowMillis);
    if (isRefused(trcl)) return trcl;
    judged.push(describeTrcl(trcl));
  }
  if (lists.tdcl !== undefined) {
    const tdcl = receiver.takeTdcl(lists.tdcl, nowMillis);
    if (isRefused(tdcl)) return tdcl;
    if (!areChained(tdcl, receiver, nowMillis)) return refuse('list-names-unchained-authority');
    judged.push(describeTdcl(tdcl));
  }
  if (lists.caCrl !== undefined) {
    const caCrl = receiver.takeCaCrl(lists.caCrl, nowMillis);
    if (isRefused(caCrl)) return caCrl;
    judged.push(describeCaCrl(caCrl.bytes));
  }
  return judged.length > 0 ? judged : refuse('nothing-to-publish');
}

/** TL3: each certificate of the list stands under its root; a receiver would pass over the others without a word. */
function areChained(list: PkiCtl, receiver: TrustStore, nowMillis: number): boolean {
  const certificates = list.toBeSignedPkiCtl.value.pkiCertInfoList.flatMap(({ certificate }) => certificate);
  return certificates.every((certificate) => {
    const listed = receiver.authority(hashedId8(certificate), nowMillis);
    return !isRefused(listed) || listed.reason !== 'issuer-not-listed';
  });
}
