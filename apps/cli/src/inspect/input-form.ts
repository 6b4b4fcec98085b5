/**
 * What a file is before it is taken for V2X data: bytes as they are, their hexadecimal or base64 text, or a format of
 * another world, which is named.
 */

export type Encoding = 'binary' | 'hexadecimal' | 'base64';

export interface InputForm {
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
}

const TEXT = /^[\t\n\f\r\x20-\x7e]*$/;
const HEXADECIMAL = /^(?:0x)?(?:[0-9a-f]{2})+$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/;
/** A file that is text is so from its beginning; no list or report is so long that it must be read to its end to tell. */
const LOOKED_AT = 1 << 16;

/** The forms that a file may have, the likelier first: text may be plain text too, so that the bytes themselves come last. */
export function inputForms(file: Uint8Array): InputForm[] {
  const binary: InputForm = { encoding: 'binary', bytes: file };
  const latin = (part: Uint8Array): string => Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
  if (file.length === 0 || !TEXT.test(latin(file.subarray(0, LOOKED_AT)))) return [binary];
  const digits = latin(file).replace(/[\s|:]/g, '');
  if (HEXADECIMAL.test(digits)) {
    return [{ encoding: 'hexadecimal', bytes: new Uint8Array(Buffer.from(digits.replace(/^0x/i, ''), 'hex')) }];
  }
  const lines = latin(file)
    .replace(/[\r\n]/g, '')
    .trim();
  // Words with spaces between them are a text, and not base64.
  if (lines.length > 0 && BASE64.test(lines)) {
    return [{ encoding: 'base64', bytes: new Uint8Array(Buffer.from(lines, 'base64')) }, binary];
  }
  return [binary];
}
