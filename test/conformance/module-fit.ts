/** Whether a module stands with the others: its file, what it imports, and what it uses. */
import type { AsnModule, AsnType } from '../support/asn1-parser.js';

/** What is wrong with `module`, which stands in `file`, among `all`; empty when nothing is. */
export function fitProblems(file: string, module: AsnModule, all: readonly AsnModule[]): string[] {
  const used = new Set([...module.types.values()].flatMap(referencesOf));
  const isDefinedBy = (from: string, name: string): boolean =>
    all.find((other) => other.name === from)?.types.has(name) === true;
  return [
    ...(file === `${module.name}.asn` ? [] : [`${file} holds ${module.name}`]),
    ...[...module.imports]
      .filter(([name, from]) => !isDefinedBy(from, name))
      .map(([name, from]) => `${from} has no ${name}`),
    ...[...used]
      .filter((name) => !module.types.has(name) && !module.imports.has(name))
      .map((name) => `${name} is not defined`),
    ...[...module.imports.keys()].filter((name) => !used.has(name)).map((name) => `${name} is imported and not used`),
  ];
}

/** The names of the types that a type is made of. */
function referencesOf(type: AsnType): string[] {
  switch (type.kind) {
    case 'reference':
      return [type.name];
    case 'sequenceOf':
      return referencesOf(type.item);
    case 'containing':
      return referencesOf(type.content);
    case 'sequence':
    case 'choice':
      return [...type.root, ...type.extensions].flatMap((component) => referencesOf(component.type));
    default:
      return [];
  }
}
