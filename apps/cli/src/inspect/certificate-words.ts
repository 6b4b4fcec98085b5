/** A certificate in words: whose it is, who issued it, its identifier, where it is valid. */
import type { GeographicRegion, HashAlgorithm } from '#wire/base-types.js';
import type { Certificate, IssuerIdentifier } from '#wire/secured-data.js';
import { certificateId } from './certificate-id.js';
import { countryName } from './country-names.js';
import { hexOf } from './json-value.js';
import { plural } from './time-words.js';

const ALGORITHMS: Readonly<Record<HashAlgorithm, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sm3: 'SM3' };

export const algorithmName = (algorithm: string): string => ALGORITHMS[algorithm as HashAlgorithm] ?? algorithm;

/** Text from outside in quotes: what could steer a terminal is written as an escape. */
export function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
  return `"${escaped}"`;
}

/** `v2x.caict.ac.cn` in quotes, or what stands in its place. */
export function holderWords({ value }: Certificate): string {
  const { id } = value.toBeSigned.value;
  switch (id.kind) {
    case 'name':
      return quoted(id.value);
    case 'linkageData':
      return `a pseudonym of period ${id.value.iCert}, linkage value ${hexOf(id.value['linkage-value'])}`;
    case 'binaryId':
      return `binary id ${hexOf(id.value)}`;
    case 'none':
      return 'nobody named';
    default:
      return 'an identifier of a later edition';
  }
}

export function issuerWords(issuer: IssuerIdentifier): string {
  if (issuer.kind === 'self') return `itself (${algorithmName(issuer.value)})`;
  const algorithm = issuer.kind.replace('AndDigest', '');
  return issuer.value instanceof Uint8Array ? `${hexOf(issuer.value)} (${algorithmName(algorithm)})` : 'unknown';
}

/** `0b2c85a0f3b2622c (SM3)`. */
export function idWords(certificate: Certificate): string {
  const id = certificateId(certificate);
  return id === undefined ? 'of an unknown algorithm' : `${hexOf(id.hashedId8)} (${algorithmName(id.algorithm)})`;
}

/** One line that tells which certificate it is. */
export const certificateWords = (certificate: Certificate): string =>
  `certificate of ${holderWords(certificate)}, HashedId8 ${idWords(certificate)}`;

type Identified = Extract<GeographicRegion, { kind: 'identifiedRegion' }>['value'][number];

function identifiedWords(region: Identified): string {
  switch (region.kind) {
    case 'countryOnly':
      return countryName(region.value);
    case 'countryAndRegions':
      return `${countryName(region.value.countryOnly)}, ${plural(region.value.regions.length, 'region')} of it`;
    case 'countryAndSubregions':
      return `${countryName(region.value.countryOnly)}, parts of ${plural(region.value.regionAndSubregions.length, 'region')}`;
    default:
      return 'a region of a later edition';
  }
}

/** Countries by name, other shapes counted. */
export function regionWords(region: GeographicRegion): string {
  switch (region.kind) {
    case 'identifiedRegion':
      return region.value.map(identifiedWords).join('; ') || 'none';
    case 'circularRegion':
      return `a circle of ${region.value.radius} m`;
    case 'rectangularRegion':
      return plural(region.value.length, 'rectangle');
    case 'polygonalRegion':
      return `a polygon of ${plural(region.value.length, 'corner')}`;
    default:
      return 'a region of a later edition';
  }
}
