/** Names files of other worlds, so that nobody looks for a fault in a certificate that is none of ours. */
import * as asn1js from 'asn1js';
import { Certificate, CertificateRevocationList, CertificationRequest } from 'pkijs';
import { quoted } from './certificate-words.js';

export interface ForeignFormat {
  /** `zip`, `X.509 certificate`. */
  readonly name: string;
  /** What more could be read, and what to do with it. */
  readonly detail?: string;
}

/** By the first bytes, as hexadecimal. None of them begins anything of the standards that goes on as these do. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, format: ForeignFormat])[] = [
  [/^504b(0304|0506)/, { name: 'zip', detail: 'unpack it and inspect the files that are in it' }],
  [/^1f8b08/, { name: 'gzip', detail: 'unpack it and inspect what is in it' }],
  [
    /^(d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d)/,
    { name: 'pcap', detail: 'a capture of packets: inspect the payload of one' },
  ],
  [/^0a0d0d0a/, { name: 'pcapng', detail: 'a capture of packets: inspect the payload of one' }],
  [/^25504446/, { name: 'PDF' }],
  [/^89504e47/, { name: 'PNG' }],
  [/^7f454c46/, { name: 'ELF' }],
];

/** The format of bytes that are not V2X data; `undefined` when they may be. */
export function foreignFormat(bytes: Uint8Array): ForeignFormat | undefined {
  if (bytes.length === 0) return { name: 'empty' };
  if (bytes.every((byte) => byte === 0)) return { name: 'zeros', detail: 'nothing but zero bytes' };
  const beginning = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  return BEGINNINGS.find(([pattern]) => pattern.test(beginning))?.[1] ?? derOf(bytes) ?? textOf(bytes);
}

// ---- text -------------------------------------------------------------------------------------------------------------

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): ForeignFormat | undefined {
  const text = readUtf8(bytes);
  // Control characters do not stand in texts; bytes that happen to be UTF-8 have some.
  if (text === undefined || /[^\P{Cc}\t\n\f\r]/u.test(text)) return undefined;
  const pem = PEM.exec(text);
  if (pem !== null) return pemOf(pem[1] as string, pem[2] as string);
  if (text.trim() === '') return { name: 'empty', detail: 'nothing but blanks' };
  if (isJson(text)) return { name: 'JSON' };
  return /^\s*<(\?xml|!doctype|html|[a-z]+[ >])/i.test(text) ? { name: 'XML or HTML' } : { name: 'text' };
}

function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    // Bytes that are no text: the next question is another's.
    return undefined;
  }
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // A text that only begins like JSON.
    return false;
  }
}

function pemOf(label: string, body: string): ForeignFormat {
  const inner = derOf(new Uint8Array(Buffer.from(body, 'base64')));
  return { name: `PEM ${label}`, ...(inner?.detail === undefined ? {} : { detail: inner.detail }) };
}

// ---- DER --------------------------------------------------------------------------------------------------------------

const LARGEST_DER = 1 << 20;

/** A SEQUENCE in DER that takes all bytes. */
function derOf(bytes: Uint8Array): ForeignFormat | undefined {
  if (bytes[0] !== 0x30 || bytes.length > LARGEST_DER) return undefined;
  const parsed = attempt(() => asn1js.fromBER(new Uint8Array(bytes).buffer));
  if (parsed?.offset !== bytes.length) return undefined;
  for (const read of [x509Certificate, x509Crl, x509Request]) {
    const format = attempt(() => read(parsed.result));
    if (format !== undefined) return format;
  }
  return { name: 'DER', detail: 'a SEQUENCE in DER, of no kind that is known here' };
}

/** What the parser throws means that it is another structure. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function x509Certificate(schema: asn1js.AsnType): ForeignFormat {
  const { subject, issuer, notAfter } = new Certificate({ schema });
  const until = notAfter.value.toISOString().replace('.000Z', 'Z');
  return { name: 'X.509 certificate', detail: `subject ${nameOf(subject)}, issuer ${nameOf(issuer)}, until ${until}` };
}

function x509Crl(schema: asn1js.AsnType): ForeignFormat {
  const { issuer } = new CertificateRevocationList({ schema });
  return { name: 'X.509 CRL', detail: `issuer ${nameOf(issuer)}` };
}

function x509Request(schema: asn1js.AsnType): ForeignFormat {
  const { subject } = new CertificationRequest({ schema });
  return { name: 'PKCS#10 request', detail: `subject ${nameOf(subject)}` };
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

function nameOf({ typesAndValues }: Certificate['subject']): string {
  const parts = typesAndValues.map(
    ({ type, value }) => `${ATTRIBUTES[type] ?? type}=${String(value.valueBlock.value)}`,
  );
  return quoted(parts.join(', '));
}
