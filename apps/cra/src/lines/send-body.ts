/** A prepared body as HTTP: unchanged, in part, compressed or whole (RFC 9110 sections 12.5.3, 13.1.2, 14). */
import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from '../jobs/publication.js';

/** What is used here of node's ServerResponse. */
export interface Reply {
  writeHead(status: number, headers: Record<string, string | number>): Reply;
  end(body?: Buffer): unknown;
}

const OCTETS = 'application/octet-stream';
/** To be asked for again each time; with the tag that costs nothing. */
const COMMON = { 'cache-control': 'no-cache', vary: 'accept-encoding' };

export function sendBody(body: Body, headers: IncomingHttpHeaders, reply: Reply): void {
  const { 'if-none-match': known, range } = headers;
  const encodings = headers['accept-encoding']?.toString();
  if (known !== undefined && isKnown(body, known)) {
    reply.writeHead(304, { ...COMMON, etag: body.tag }).end();
    return;
  }
  // Parts are of the bytes as they are: half a compressed list is nothing.
  const part = range === undefined ? undefined : partOf(range, headers['if-range']?.toString(), body);
  if (part === 'unsatisfiable') {
    reply.writeHead(416, { ...COMMON, 'content-range': `bytes */${body.bytes.length}` }).end();
  } else if (part !== undefined) {
    const { first, last } = part;
    const contentRange = `bytes ${first}-${last}/${body.bytes.length}`;
    const bytes = body.bytes.subarray(first, last + 1);
    const head = { ...COMMON, etag: body.tag, 'content-type': OCTETS, 'content-length': bytes.length };
    reply.writeHead(206, { ...head, 'content-range': contentRange }).end(bytes);
  } else sendWhole(body, encodings, reply);
}

function sendWhole({ bytes, tag, gzip, gzipTag }: Body, encodings: string | undefined, reply: Reply): void {
  const head = { ...COMMON, 'accept-ranges': 'bytes', 'content-type': OCTETS };
  if (gzip !== undefined && takesGzip(encodings)) {
    reply
      .writeHead(200, { ...head, etag: gzipTag, 'content-encoding': 'gzip', 'content-length': gzip.length })
      .end(gzip);
  } else reply.writeHead(200, { ...head, etag: tag, 'content-length': bytes.length }).end(bytes);
}

/** If-None-Match: a list of tags, weak ones too, or `*`. */
function isKnown({ tag, gzipTag }: Body, ifNoneMatch: string): boolean {
  if (ifNoneMatch === tag) return true;
  const tags = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes(gzipTag) || tags.includes('*');
}

function takesGzip(encodings: string | undefined): boolean {
  const gzip = encodings?.split(',').find((one) => /^\s*(?:gzip|\*)\s*(?:;|$)/.test(one));
  return gzip !== undefined && !/;\s*q=0(?:\.0*)?\s*$/.test(gzip);
}

interface Span {
  readonly first: number;
  /** The last byte itself. */
  readonly last: number;
}

/** One range of bytes; several, and what is no range, are not answered with parts: then the whole is sent. */
function partOf(range: string, ifRange: string | undefined, { bytes, tag }: Body): Span | 'unsatisfiable' | undefined {
  if (ifRange !== undefined && ifRange !== tag) return undefined;
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === '' && to === '') return undefined;
  const end = bytes.length - 1;
  const first = from === '' ? Math.max(0, bytes.length - Number(to)) : Number(from);
  const last = from === '' || to === '' ? end : Math.min(end, Number(to));
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  return first > end ? 'unsatisfiable' : { first, last };
}
