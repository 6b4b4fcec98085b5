/** Finds secrets in whatever somebody keeps: as bytes, and spelt as hex, base64 or a list of numbers. */

/** A secret to be looked for. */
export interface Needle {
  /** What it is: a row of the table in docs/PRIVACY.md. */
  readonly kind: string;
  /** At least 8 bytes, so that it is met by chance once in 2^64 places. */
  readonly bytes: Uint8Array;
  /** Whose it is. */
  readonly domain: string;
  readonly car?: number;
  /** The period it belongs to, where it belongs to one. */
  readonly i?: number;
}

const SHORTEST = 8;
const HEX_RUN = /[0-9a-fA-F]{16,}/g;
const BASE64_RUN = /[A-Za-z0-9+/_-]{11,}/g;
/** `[1,2,3]` of JSON, and `{"0":1,"1":2}`, which JSON makes of a Uint8Array. */
const NUMBER_RUN = /(?:(?:"\d+"\s*:\s*)?\d{1,3}\s*,\s*){7,}(?:"\d+"\s*:\s*)?\d{1,3}/g;

export class NeedleIndex {
  private readonly byPrefix = new Map<number, Needle[]>();
  /** Which first two bytes begin a needle: most places are passed over by this alone. */
  private readonly begins = new Uint8Array(1 << 16);
  readonly needles: Needle[] = [];

  add(...needles: Needle[]): void {
    for (const needle of needles) {
      const { bytes, kind } = needle;
      if (bytes.length < SHORTEST) throw new RangeError(`${kind}: too short to be told from chance`);
      const prefix = prefixAt(bytes, 0);
      const sharing = this.byPrefix.get(prefix);
      if (sharing === undefined) this.byPrefix.set(prefix, [needle]);
      else sharing.push(needle);
      this.begins[((bytes[0] as number) << 8) | (bytes[1] as number)] = 1;
      this.needles.push(needle);
    }
  }

  /** The needles of some kinds only. */
  only(kinds: readonly string[]): NeedleIndex {
    const part = new NeedleIndex();
    part.add(...this.needles.filter(({ kind }) => kinds.includes(kind)));
    return part;
  }

  /** What stands in the bytes as it is. */
  findRaw(haystack: Uint8Array, found: Set<Needle> = new Set()): Set<Needle> {
    const { begins } = this;
    const end = haystack.length - SHORTEST;
    for (let at = 0; at <= end; at++) {
      if (begins[((haystack[at] as number) << 8) | (haystack[at + 1] as number)] === 0) continue;
      for (const needle of this.byPrefix.get(prefixAt(haystack, at)) ?? [])
        if (standsAt(haystack, at, needle.bytes)) found.add(needle);
    }
    return found;
  }

  /** What stands in the bytes in any spelling. */
  find(haystack: Uint8Array): Set<Needle> {
    const found = this.findRaw(haystack);
    for (const decoded of decodings(haystack)) this.findRaw(decoded, found);
    return found;
  }
}

const prefixAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number);

function standsAt(haystack: Uint8Array, at: number, needle: Uint8Array): boolean {
  if (at + needle.length > haystack.length) return false;
  for (let n = 4; n < needle.length; n++) if (haystack[at + n] !== needle[n]) return false;
  return true;
}

/** What the text in these bytes spells: a run may begin anywhere, so each is read from every phase. */
function* decodings(bytes: Uint8Array): Generator<Uint8Array> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  for (const [run] of text.matchAll(HEX_RUN)) for (const phase of [0, 1]) yield Buffer.from(run.slice(phase), 'hex');
  for (const [run] of text.matchAll(BASE64_RUN))
    for (const phase of [0, 1, 2, 3]) yield Buffer.from(run.slice(phase), 'base64');
  for (const [run] of text.matchAll(NUMBER_RUN))
    yield Uint8Array.from(run.split(',').map((part) => Number(part.split(':').at(-1)) & 255));
}
