/**
 * A batch of devices as a CSV file (RFC 4180 without quotes, which no field needs): `serial,profile` in the first line, one
 * device a line. It is read as it comes, line by line; each line gives a device or says what is wrong with it.
 */
import { isProfileName } from './profile.js';
import { isSerial } from './serial-proof.js';

export const CSV_HEADER = 'serial,profile';
export const MOST_ROWS = 100_000;
const LONGEST_LINE = 256;
const BYTE_ORDER_MARK = '\ufeff';

export type CsvProblem =
  | 'header'
  | 'line-too-long'
  | 'encoding'
  | 'columns'
  | 'serial-form'
  | 'profile-form'
  | 'serial-repeated'
  | 'too-many-rows';

/** Lines are counted from 1, the header is line 1. */
export type CsvRow =
  | { readonly line: number; readonly serial: string; readonly profile: string }
  | { readonly line: number; readonly problem: CsvProblem };

/** The rows of a file; empty lines are left out. Ends after a wrong header, a line that is too long, and one row too many. */
export async function* readDeviceCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const seen = new Set<string>();
  for await (const { line, text, problem } of linesOf(chunks)) {
    if (problem !== undefined) yield { line, problem };
    if (problem === 'line-too-long') return;
    if (text === undefined) continue;
    if (line === 1) {
      if (text === CSV_HEADER) continue;
      yield { line, problem: 'header' };
      return;
    }
    if (text === '') continue;
    if (seen.size >= MOST_ROWS) {
      yield { line, problem: 'too-many-rows' };
      return;
    }
    yield rowIn(text, line, seen);
  }
}

function rowIn(text: string, line: number, seen: Set<string>): CsvRow {
  const [serial = '', profile = '', ...more] = text.split(',');
  if (profile === '' || more.length > 0) return { line, problem: 'columns' };
  if (!isSerial(serial)) return { line, problem: 'serial-form' };
  if (!isProfileName(profile)) return { line, problem: 'profile-form' };
  if (seen.has(serial)) return { line, problem: 'serial-repeated' };
  seen.add(serial);
  return { line, serial, profile };
}

interface Line {
  readonly line: number;
  readonly text?: string;
  readonly problem?: 'line-too-long' | 'encoding';
}

/** Lines ended by LF or CRLF, the last by the end; no more than one line and one chunk is held. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let rest: Uint8Array = new Uint8Array();
  let line = 0;
  for await (const chunk of chunks) {
    let bytes = Buffer.concat([rest, chunk]);
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a)) {
      yield lineOf(bytes.subarray(0, end), ++line);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE) {
      yield { line: line + 1, problem: 'line-too-long' };
      return;
    }
    rest = bytes;
  }
  if (rest.length > 0) yield lineOf(rest, line + 1);
}

function lineOf(bytes: Uint8Array, line: number): Line {
  if (bytes.length > LONGEST_LINE) return { line, problem: 'line-too-long' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r$/, '');
    return { line, text: line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
  } catch {
    // Bytes from outside that are no UTF-8: the line says so.
    return { line, problem: 'encoding' };
  }
}
