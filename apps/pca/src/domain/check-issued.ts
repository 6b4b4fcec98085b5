/** Judges what is stored of one batch, without trust in what wrote it (BI15, BI16): each certificate by itself and against its intent. Pure. */
import { tryDecode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { periodValidity } from '#credentials/period.js';
import { judgeStoredCertificate, type JudgingNeeds, type StoredFaultKind } from '#credentials/stored-certificate.js';
import { Certificate } from '#wire/secured-data.js';

export type FindingKind =
  | StoredFaultKind
  | 'period-differs'
  | 'validity-differs'
  | 'no-intent'
  | 'linkage-value-differs'
  | 'tbs-differs'
  | 'tags-missing'
  | 'result-missing'
  | 'answer-missing';

export interface Finding {
  readonly kind: FindingKind;
  readonly i: number;
  /** SM3 of the certificate as it was stored, or of the request, in hex. */
  readonly id: string;
  /** Which rule or reason, in words of closed sets. */
  readonly why?: string;
}

/** The results of one batch and period as they stand. */
export interface StoredBatch {
  readonly i: number;
  readonly batch: string;
  readonly certificates: readonly Uint8Array[];
  readonly certificateHashes: readonly Uint8Array[];
  /** How many answers stand; undefined when there are none. */
  readonly answers: number | undefined;
}

export interface StoredIntent {
  readonly lv: Uint8Array;
  readonly firstTag: Uint8Array;
  readonly secondTag: Uint8Array | undefined;
  readonly tbsHash: Uint8Array;
  readonly batch: string;
  readonly place: number;
}

export interface CheckNeeds extends JudgingNeeds {
  /** As many tags each intent must have. */
  readonly linkageAuthorities: 1 | 2;
  /** Answers of earlier periods are erased. */
  readonly currentI: number;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The linkage value of an encoded certificate; undefined for bytes that are none or have none. */
export function linkageValueOf(bytes: Uint8Array): Uint8Array | undefined {
  const decoded = tryDecode(Certificate, bytes);
  const id = decoded.ok ? decoded.value.value.toBeSigned.value.id : undefined;
  return id?.kind === 'linkageData' ? id.value['linkage-value'] : undefined;
}

/** The findings for each certificate of the batch, in the order of the places; `intents` are those that may belong to it. */
export function judgeStored(
  stored: StoredBatch,
  intents: readonly StoredIntent[],
  needs: CheckNeeds,
): readonly (readonly Finding[])[] {
  const byPlace = new Map(intents.filter(({ batch }) => batch === stored.batch).map((one) => [one.place, one]));
  const answers = stored.i < needs.currentI ? Infinity : (stored.answers ?? 0);
  return stored.certificates.map((bytes, place) => {
    const id = hex(stored.certificateHashes[place] ?? new Uint8Array());
    const found = [
      ...judgeCertificate(bytes, stored.certificateHashes[place], stored.i, needs),
      ...judgeIntent(bytes, byPlace.get(place), needs),
      ...(place < answers ? [] : [{ kind: 'answer-missing' as const }]),
    ];
    return found.map((one) => ({ ...one, i: stored.i, id }));
  });
}

type Found = Pick<Finding, 'kind' | 'why'>;

function judgeCertificate(bytes: Uint8Array, hash: Uint8Array | undefined, i: number, needs: CheckNeeds): Found[] {
  const { faults, certificate } = judgeStoredCertificate(bytes, hash, { ...needs, kind: 'pc' });
  const found: Found[] = [...faults];
  if (certificate === undefined) return found;
  const { id, validityPeriod } = certificate.value.toBeSigned.value;
  if (id.kind !== 'linkageData' || id.value.iCert !== i) found.push({ kind: 'period-differs' });
  const due = periodValidity(needs.profile.epochMillis, i);
  const { start, duration } = validityPeriod;
  if (start !== due.start || duration.kind !== due.duration.kind || duration.value !== due.duration.value)
    found.push({ kind: 'validity-differs' });
  return found;
}

function judgeIntent(bytes: Uint8Array, intent: StoredIntent | undefined, { linkageAuthorities }: CheckNeeds): Found[] {
  if (intent === undefined) return [{ kind: 'no-intent' }];
  const found: Found[] = [];
  const decoded = tryDecode(Certificate, bytes);
  const lv = linkageValueOf(bytes);
  if (lv !== undefined && !same(lv, intent.lv)) found.push({ kind: 'linkage-value-differs' });
  if (decoded.ok && !same(sm3(decoded.value.value.toBeSigned.bytes), intent.tbsHash))
    found.push({ kind: 'tbs-differs' });
  const tags = [intent.firstTag, intent.secondTag].slice(0, linkageAuthorities);
  if (tags.some((tag) => tag === undefined || isZero(tag))) found.push({ kind: 'tags-missing' });
  return found;
}
