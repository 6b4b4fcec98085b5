/** What signed, encrypted and plain data carry, layer by layer, and the name that the whole has in the standards. */
import type { Profile } from '#credentials/profile.js';
import { ccsaSpdus, ieeeSpdus, type Wrapping } from '#wire/scms-spdus.js';
import { standardName, typeLabel } from './known-types.js';
import type { Field } from './field-tree.js';

export interface Layers {
  /** From the outside: wrappings, types and messages, such as signedData, ScmsPdu, eca-ee, ecaEeCertResponse. */
  readonly path: readonly string[];
  /** SecuredCrl, or the message's name such as EcaEeCertResponseSpdu; the type's own where the standards have no name. */
  readonly name: string;
}

interface SpduForm {
  readonly wrappings: readonly Wrapping[];
  readonly message: readonly [string, string];
}

/** The layers of a tree; those of another type than signed, encrypted or plain data end with the type. */
export function layersOf(root: Field, profile: Profile): Layers {
  const path: string[] = [];
  const wrappings: Wrapping[] = [];
  const innermost = descend(root, path, wrappings);
  const typeName = typeLabel(root.type, profile.name);
  if (root.type !== 'V2XSecData') return { path: path[0] === typeName ? path.slice(1) : path, name: typeName };
  const isSigned = wrappings.length === 1 && wrappings[0] === 'signedData';
  if (innermost.type === 'CrlContents' && isSigned) return { path, name: 'SecuredCrl' };
  return { path, name: spduName(innermost, wrappings, profile) ?? typeName };
}

/** Follows the content inwards; the first field that carries nothing else is returned. */
function descend(field: Field, path: string[], wrappings: Wrapping[]): Field {
  switch (field.type) {
    case 'V2XSecData':
      return intoData(child(field, 'content')?.children[0], field, path, wrappings);
    case 'ScmsPdu':
      path.push('ScmsPdu', ...messageOf(field));
      return field;
    case 'SignedCertificateRequest':
    case 'SignedX509CertificateRequest': {
      const pdu = child(field, 'tbsRequest');
      return pdu === undefined ? field : descend(pdu, path, wrappings);
    }
    default:
      path.push(field.type === '' ? field.key : standardName(field.type));
      return field;
  }
}

function intoData(alternative: Field | undefined, data: Field, path: string[], wrappings: Wrapping[]): Field {
  if (alternative === undefined) return data;
  path.push(alternative.key);
  if (alternative.key === 'unsecuredData') return intoContent(alternative, data, path, wrappings);
  wrappings.push(alternative.key as Wrapping);
  if (alternative.key !== 'signedData') return intoContent(alternative, data, path, wrappings);
  const signed = child(child(child(alternative, 'tbsData'), 'payload'), 'data');
  const inner = child(signed, 'content')?.children[0];
  return inner === undefined ? data : intoData(inner, signed as Field, path, wrappings);
}

function intoContent(alternative: Field, data: Field, path: string[], wrappings: Wrapping[]): Field {
  const content = alternative.kind === 'opened' ? alternative.children[0] : undefined;
  if (content === undefined) return data;
  return descend(content, path, wrappings);
}

const child = (field: Field | undefined, key: string): Field | undefined =>
  field?.children.find((one) => one.key === key);

/** Line and message of an ScmsPdu: the alternatives as far as they are CHOICEs. */
function messageOf(pdu: Field): string[] {
  const line = child(pdu, 'content')?.children[0];
  const message = line?.kind === 'choice' ? line.children[0] : undefined;
  return [line?.key, message?.key].filter((key) => key !== undefined);
}

/** The name under which the standards have a message in these wrappings. Plain data has no wrapping but itself. */
function spduName(innermost: Field, wrappings: readonly Wrapping[], profile: Profile): string | undefined {
  if (innermost.type !== 'ScmsPdu') return undefined;
  const [line, message] = messageOf(innermost);
  const outside = wrappings.length === 0 ? ['unsecuredData'] : wrappings;
  const families = profile.name === 'ieee' ? [ieeeSpdus.forms, ccsaSpdus.forms] : [ccsaSpdus.forms, ieeeSpdus.forms];
  for (const forms of families) {
    const found = Object.entries<SpduForm>(forms).find(
      ([, form]) => form.message[0] === line && form.message[1] === message && form.wrappings.join() === outside.join(),
    );
    if (found !== undefined) return found[0];
  }
  return undefined;
}
