/** What a field says, in words, by its type; empty for one whose bytes say it all. */
import type { OtherEdition } from '#coer/sequence.js';
import type { Profile } from '#credentials/profile.js';
import { periodStartMillis } from '#credentials/period.js';
import type { PsidSsp, ValidityPeriod } from '#wire/base-types.js';
import type { Certificate, PsidGroupPermissions } from '#wire/secured-data.js';
import { applicationName } from './application-names.js';
import { certificateWords, quoted } from './certificate-words.js';
import { countryName } from './country-names.js';
import type { Field } from './field-tree.js';
import { hexOf } from './json-value.js';
import { groupWords, permissionWords } from './permission-words.js';
import { durationWords, instant, plural, time32Words, time64Words, validityWords } from './time-words.js';

type Words = (value: never, profile: Profile) => string;

const degrees = (unknown: number) => (tenMillionths: number) =>
  tenMillionths === unknown ? 'unknown' : `${(tenMillionths / 1e7).toFixed(7)}°`;

/** By the name of the type. */
const BY_TYPE: Readonly<Record<string, Words>> = {
  Time32: time32Words,
  Time64: time64Words,
  Duration: durationWords,
  ValidityPeriod: (value: ValidityPeriod) => validityWords(value),
  Aid: applicationName,
  Latitude: degrees(900_000_001),
  Longitude: degrees(1_800_000_001),
  // IEEE 1609.2-2022, Elevation: tenths of a metre above -409.6 m.
  Elevation: (value: number) => `${((value - 4096) / 10).toFixed(1)} m`,
  IValue: (value: number, profile) =>
    `${value}, the week from ${instant(periodStartMillis(profile.epochMillis, value))}`,
  SubjectAssurance: ([byte = 0]: Uint8Array) => `level ${byte >> 5}, confidence ${byte & 3}`,
  PsidSsp: (value: PsidSsp) => `may use ${permissionWords(value)}`,
  PsidGroupPermissions: (value: PsidGroupPermissions) => groupWords(value),
  Certificate: (value: Certificate) => certificateWords(value),
};

/** By the component, where its type is a number that means something else elsewhere. */
const BY_KEY: Readonly<Record<string, Words>> = {
  countryOnly: countryName,
  radius: (value: number) => `${value} m`,
  iMax: (value: number, profile) => BY_TYPE['IValue']?.(value as never, profile) ?? '',
  'compressed-y-0': () => 'point, y even',
  'compressed-y-1': () => 'point, y odd',
  'x-only': () => 'x of a point',
  fill: () => 'no point',
};

/** Of the messages of T/CSAE 53-2020, by the type's name there. */
const OF_MESSAGE: Readonly<Record<string, (value: never) => string>> = {
  Position3D: ({ lat, long }: { lat: number; long: number }) =>
    `${(lat / 1e7).toFixed(7)}°, ${(long / 1e7).toFixed(7)}°`,
  Speed: (value: number) => (value === 8191 ? 'unknown' : `${(value * 0.02).toFixed(2)} m/s`),
  Heading: (value: number) => (value === 28_800 ? 'unknown' : `${(value * 0.0125).toFixed(4)}°`),
  TimeMark: (value: number) => (value === 36_001 ? 'unknown' : `${(value / 10).toFixed(1)} s`),
  LaneWidth: (value: number) => `${(value / 100).toFixed(2)} m`,
  Radius: (value: number) => `${(value / 10).toFixed(1)} m`,
};

export function fieldWords(field: Field, profile: Profile): string {
  const words = describe(field, profile);
  if (field.isDefault !== undefined) return `${words} (default, not encoded)`;
  return field.note === undefined ? words : `${words} (${field.note})`;
}

function describe(field: Field, profile: Profile): string {
  const { kind, type, key, value, children } = field;
  if (type === 'extensions') return editionWords(value as OtherEdition | undefined);
  const ofMessage = OF_MESSAGE[field.messageType ?? ''];
  if (ofMessage !== undefined) return ofMessage(value as never);
  const special = field.messageType === undefined ? (BY_KEY[key] ?? BY_TYPE[type]) : undefined;
  if (special !== undefined) return special(value as never, profile);
  if (kind === 'list') return plural(children.length, 'item');
  if (kind === 'opened') return `${plural(bytesOf(value), 'byte')}, read below`;
  return kind === 'leaf' || kind === 'plain' ? plainWords(value, field.isText) : '';
}

const bytesOf = (value: unknown): number => (value as Uint8Array).length;

function editionWords(other: OtherEdition | undefined): string {
  return other === undefined ? 'additions follow' : `additions follow, of an edition that has ${other.count}`;
}

/** Longer octets are counted; the bytes stand beside. */
const SHOWN_OCTETS = 10;

function plainWords(value: unknown, isText: true | undefined): string {
  if (value instanceof Uint8Array) return value.length > SHOWN_OCTETS ? plural(value.length, 'byte') : hexOf(value);
  if (value instanceof Set) return [...(value as Set<string>)].join(', ') || 'none';
  if (value === null) return '';
  return isText ? quoted(value as string) : String(value as number | bigint | boolean | string);
}
