// test/vectors/messages: what another compiler reads in messages of all five kinds, field by field.
import { readFileSync } from 'node:fs';
import type { Described } from '../codec.js';
import { decodeMessageFrame, encodeMessageFrame, MessageFrame } from './message-frame.js';

const vectors = readFileSync('test/vectors/messages/asn1c.txt', 'utf8')
  .trimEnd()
  .split(/\n(?=\S)/)
  .map((text) => text.split('\n'))
  .map(([hex, ...says]) => ({ hex: hex as string, says: says.map((line) => line.trim()) }));

/** A value as lines of a path and a leaf, as the other compiler's are. */
function linesOf({ shape }: Described, value: unknown, path: string): string[] {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  switch (shape.kind) {
    case 'sequence': {
      const members = value as Record<string, unknown>;
      const present = shape.root.filter(({ key }) => members[key] !== undefined);
      return present.length === 0
        ? [path]
        : present.flatMap(({ key, codec }) => linesOf(codec, members[key], below(key)));
    }
    case 'choice': {
      const { kind, value: inner } = value as { kind: string; value: unknown };
      const chosen = shape.root.find(({ key }) => key === kind);
      return linesOf(chosen?.codec as Described, inner, below(kind));
    }
    case 'sequenceOf':
      return (value as unknown[]).flatMap((item, index) => linesOf(shape.item, item, `${path}[${index}]`));
    case 'bits':
      return [`${path} ${(value as boolean[]).map(Number).join('')}`.trimEnd()];
    case 'octets':
      return [`${path} ${Array.from(value as Uint8Array, (octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(' ')}`]; // prettier-ignore
    default:
      return [`${path} ${String(value)}`];
  }
}

it.each(vectors.map(({ hex, says }) => [says[0], hex, says] as const))('%s …', (_, hex, says) => {
  const frame = decodeMessageFrame(Uint8Array.from(Buffer.from(hex, 'hex')));
  expect(linesOf(MessageFrame, frame, '')).toEqual(says);
  expect(Buffer.from(encodeMessageFrame(frame)).toString('hex')).toBe(hex);
});

it('four messages of each kind, with more than a thousand fields', () => {
  const kinds = vectors.map(({ says }) => says[0]?.split('.')[0]);
  for (const kind of ['bsmFrame', 'mapFrame', 'rsmFrame', 'spatFrame', 'rsiFrame'])
    expect(kinds.filter((one) => one === kind)).toHaveLength(4);
  expect(vectors.flatMap(({ says }) => says).length).toBeGreaterThan(1000);
});
