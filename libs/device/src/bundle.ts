/** The bundle of a period as it comes: a flat zip of `<i>.info` and one sealed answer for each j, no more and no less (PR11). */
import { unzipSync } from 'fflate';
import { tryDecode } from '#coer/codec.js';
import type { Profile } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { unsecuredBytes } from '#credentials/signed-data.js';
import { infoName, itemName } from '#edges/ee-pra/provisioning.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import { V2XSecData } from '#wire/secured-data.js';
import { millisFromTime32 } from '#wire/time.js';

export type BundleRefusal =
  'bundle-malformed' | 'item-missing' | 'item-unexpected' | 'item-twice' | 'bundle-for-another';

/** Far above a sealed answer (some 600 bytes). */
const LARGEST_ITEM_BYTES = 8 * 1024;

export interface ExpectedBundle {
  readonly i: number;
  readonly jMax: number;
  /** 32 bytes. */
  readonly requestHash: Uint8Array;
  readonly profile: Profile;
}

export interface Bundle {
  /** The sealed answers at their j. */
  readonly items: Uint8Array[];
  /** From when the next period's bundle may be fetched, by the PRA's unsigned word, Unix milliseconds. */
  readonly nextDownloadMillis: number;
}

/** The sealed answers at their j. */
export function readBundle(zip: Uint8Array, expected: ExpectedBundle): Uint8Array[] | Refused<BundleRefusal> {
  const bundle = openBundle(zip, expected);
  return isRefused(bundle) ? bundle : bundle.items;
}

export function openBundle(zip: Uint8Array, expected: ExpectedBundle): Bundle | Refused<BundleRefusal> {
  const { i, jMax } = expected;
  const info = infoName(i);
  const items = Array.from({ length: jMax }, (_, j) => itemName(i, j));
  const files = unpack(zip, new Set([info, ...items]));
  if (isRefused(files)) return files;
  if ([info, ...items].some((name) => !files.has(name))) return refused('item-missing');
  const nextDlTime = nextDownloadIn(files.get(info) as Uint8Array, expected);
  if (nextDlTime === undefined) return refused('bundle-for-another');
  const sealed = items.map((name) => files.get(name) as Uint8Array);
  return { items: sealed, nextDownloadMillis: millisFromTime32(nextDlTime) };
}

/** Names are judged before anything is inflated; a name that comes twice would hide the first. */
function unpack(zip: Uint8Array, allowed: ReadonlySet<string>): Map<string, Uint8Array> | Refused<BundleRefusal> {
  const seen = new Set<string>();
  let wrong: BundleRefusal | undefined;
  const filter = ({ name, size, originalSize }: { name: string; size: number; originalSize: number }): boolean => {
    if (!allowed.has(name)) wrong ??= 'item-unexpected';
    else if (seen.has(name)) wrong ??= 'item-twice';
    // Both: the stated size is the sender's word, and what is packed is work, however little it says comes of it.
    else if (originalSize > LARGEST_ITEM_BYTES || size > LARGEST_ITEM_BYTES) wrong ??= 'bundle-malformed';
    seen.add(name);
    return wrong === undefined;
  };
  try {
    const files = unzipSync(zip, { filter });
    return wrong === undefined ? new Map(Object.entries(files)) : refused(wrong);
  } catch {
    // Whatever is wrong with a zip from outside, it is no bundle.
    return refused('bundle-malformed');
  }
}

/** nextDlTime of an info that is of this period and request. */
function nextDownloadIn(bytes: Uint8Array, { i, requestHash, profile }: ExpectedBundle): number | undefined {
  const data = tryDecode(V2XSecData, bytes);
  const payload = data.ok ? unsecuredBytes(data.value) : undefined;
  const pdu = payload && tryDecode(ScmsPdu, payload);
  if (!pdu?.ok || pdu.value.version !== profile.scmsVersion || pdu.value.content.kind !== 'ee-ra') return undefined;
  const { value } = pdu.value.content;
  if (value.kind !== 'raEeCertInfo') return undefined;
  const { currentI, requestHash: hash8, nextDlTime } = value.value;
  return currentI === i && Buffer.compare(hash8, requestHash.subarray(24)) === 0 ? nextDlTime : undefined;
}
