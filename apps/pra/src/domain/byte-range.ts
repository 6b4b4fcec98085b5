/** One byte range of a GET (RFC 9110 14): enough to resume a download. */
export type RangeAsked =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const SINGLE_RANGE = /^bytes=(\d{0,12})-(\d{0,12})$/;
const WHOLE: RangeAsked = { kind: 'whole' };
const UNSATISFIABLE: RangeAsked = { kind: 'unsatisfiable' };

/** `end` is exclusive. What is no single range of bytes is ignored, as RFC 9110 14.2 wants it. */
export function rangeAsked(header: string | undefined, size: number): RangeAsked {
  const match = header === undefined ? null : SINGLE_RANGE.exec(header);
  if (match === null) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return WHOLE;
  return start < size ? { kind: 'part', start, end } : UNSATISFIABLE;
}

function suffix(length: number, size: number): RangeAsked {
  return length === 0 ? UNSATISFIABLE : { kind: 'part', start: Math.max(0, size - length), end: size };
}
