// All five messages together: what a codec can say goes there and back, and bytes that are bent or cut end in a value or in
// an UperError, with work that the number of bits bounds.
import fc from 'fast-check';
import { arbitraryOf } from '../arbitrary-of.fixture.js';
import { decodeUper, encodeUper, type Described } from '../codec.js';
import { UperError } from '../uper-error.js';
import { decodeMessageFrame, encodeMessageFrame, MessageFrame } from './message-frame.js';

const KINDS = ['bsmFrame', 'mapFrame', 'rsmFrame', 'spatFrame', 'rsiFrame', 'later'] as const;
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** One encoding of each kind with something in it, the same in every run. */
const samples = KINDS.map((kind) => {
  const found = fc
    .sample(arbitraryOf(MessageFrame), { numRuns: 200, seed: 53 })
    .filter((frame) => frame.kind === kind)
    .map(encodeMessageFrame);
  return [kind, found.find(({ length }) => length > 60 && length < 200) ?? found[0]] as const;
});

function judge(bytes: Uint8Array): MessageFrame | undefined {
  try {
    return decodeMessageFrame(bytes);
  } catch (error) {
    if (error instanceof UperError) return undefined;
    throw error;
  }
}

/** Refused, or the one spelling of what was read. */
function isTakenRightly(bytes: Uint8Array): boolean {
  const frame = judge(bytes);
  if (frame !== undefined) expect(toHex(encodeMessageFrame(frame))).toBe(toHex(bytes));
  return frame !== undefined;
}

describe('MessageFrame', () => {
  it('takes every message there and back', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryOf(MessageFrame), (frame) => {
        const bytes = encodeMessageFrame(frame);
        expect(decodeMessageFrame(bytes)).toEqual(frame);
        met.set(frame.kind, (met.get(frame.kind) ?? 0) + 1);
      }),
      { numRuns: 300 },
    );
    for (const kind of KINDS) expect([kind, (met.get(kind) ?? 0) > 5]).toEqual([kind, true]);
  });

  it.each(samples)('refuses every prefix: %s', (_, whole) => {
    const bytes = whole as Uint8Array;
    for (let length = 0; length < bytes.length; length++) expect(judge(bytes.subarray(0, length))).toBeUndefined();
  });

  it.each(samples)('refuses a byte more: %s', (_, bytes) => {
    expect(judge(Uint8Array.of(...(bytes as Uint8Array), 0))).toBeUndefined();
  });

  it('judges every flipped bit, so every flipped count and length, and takes one spelling only', () => {
    let [accepted, refused] = [0, 0];
    for (const [, bytes] of samples as [string, Uint8Array][])
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const bent = Uint8Array.from(bytes);
        bent[bit >> 3] = (bent[bit >> 3] as number) ^ (0x80 >> (bit & 7));
        if (isTakenRightly(bent)) accepted++;
        else refused++;
      }
    expect(accepted).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });

  it('ends in a value or an UperError for any bytes behind any kind', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat({ max: 7 }), fc.uint8Array({ minLength: 1, maxLength: 200 }), (kind, bytes) => {
        bytes[0] = (kind << 4) | ((bytes[0] as number) & 0x0f);
        if (!isTakenRightly(bytes)) refused++;
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('ends with the bytes when every bit is set or none is', () => {
    for (const fill of [0x00, 0xff])
      for (const first of [0x0f, 0x1f, 0x2f, 0x3f, 0x4f, 0x10, 0x20, 0x30, 0x40]) {
        const bytes = new Uint8Array(20_000).fill(fill);
        bytes[0] = first;
        expect(judge(bytes)).toBeUndefined();
      }
  });

  it('has no list whose items take no bits: a count alone makes no work', () => {
    const lists: [string, number][] = [];
    const met = new Set<Described>();
    const visit = (type: Described): void => {
      if (met.has(type)) return;
      met.add(type);
      if (type.shape.kind === 'sequenceOf') {
        lists.push([type.name, leastBits(type.shape.item)]);
        visit(type.shape.item);
      } else if ('root' in type.shape) type.shape.root.forEach(({ codec }) => visit(codec));
    };
    visit(MessageFrame);
    expect(lists.filter(([, bits]) => bits === 0)).toEqual([]);
    expect(lists.length).toBeGreaterThan(15);
  });

  it('reads a value of every kind with the codec alone', () => {
    for (const [kind, bytes] of samples) {
      const frame = decodeUper(MessageFrame, bytes as Uint8Array);
      expect(frame.kind).toBe(kind);
      expect(encodeUper(MessageFrame, frame)).toEqual(bytes);
    }
  });
});

/** The fewest bits a value takes; every kind of which that is more than none counts as one. */
function leastBits({ shape }: Described): number {
  switch (shape.kind) {
    case 'integer':
      return shape.minimum === shape.maximum ? 0 : 1;
    case 'sequence': {
      const preamble = shape.extensible || shape.root.some(({ presence }) => presence === 'optional') ? 1 : 0;
      return shape.root.reduce((sum, { codec }) => sum + leastBits(codec), preamble);
    }
    default:
      return 1;
  }
}
