/** Downloads that break off, come in pieces, and come twice: what is stored in the end is one whole bundle or none. */
import { decode, encode } from '#coer/codec.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { partPeriods } from './bundle-download.js';
import type { DeviceContext } from './device-context.js';
import { enrol } from './enrolment.js';
import { anyBirth, DoubleHouse, type Bends } from './house.fixture.js';
import { download, requestCertificates } from './provisioning.js';
import { heldPeriods } from './pseudonyms.js';
import { BundlePart } from './records.js';

let house: DoubleHouse;
let context: DeviceContext;
let i: number;

beforeEach(async () => {
  house = await DoubleHouse.build();
  house.keepBundles();
  context = await house.device();
  i = periodAt(ccsa.epochMillis, house.bench.clock.nowMillis());
  for (const step of [await enrol(context, anyBirth), await requestCertificates(context, 2)])
    if (isRefused(step)) throw new Error(step.reason);
});

const reasonOf = (outcome: object): string => (isRefused(outcome) ? (outcome as { reason: string }).reason : 'taken');
const fetched = async (week = i): Promise<string> => reasonOf(await download(context, week));
const statuses = (): number[] => house.conversations.map(({ status }) => status);
const sent = (): number => house.conversations.reduce((sum, { bytes }) => sum + bytes, 0);

async function nothingIsKept(): Promise<void> {
  expect(await heldPeriods(context.store)).toEqual([]);
  expect(await partPeriods(context.store)).toEqual([]);
}

async function part(): Promise<BundlePart> {
  const bytes = await context.store.read(`parts/${String(i)}`);
  if (bytes === undefined) throw new Error('no part');
  return decode(BundlePart, bytes);
}

describe('a connection that breaks', () => {
  it.each([1, 29, 30, 5000, 10_000])('after %i bytes is taken up there, and no byte comes twice', async (after) => {
    house.bend.bundle = { breaks: [after] };
    expect(await fetched()).toBe('taken');
    expect(house.conversations.map(({ range }) => range)).toEqual([undefined, `bytes=${String(after)}-`]);
    expect(statuses()).toEqual([200, 206]);
    const length = sent();
    expect(length).toBeGreaterThan(10_000);
    expect(await fetched(i + 1)).toBe('taken');
    expect(house.conversations.at(-1)?.bytes).toBe(length);
    expect(await partPeriods(context.store)).toEqual([]);
  });

  it('again and again gets on, and what came survives until the device comes again', async () => {
    house.bend.bundle = { breaks: [1000, 1000, 1000, 1000] };
    expect(await fetched()).toBe('no-answer');
    expect(await heldPeriods(context.store)).toEqual([]);
    expect((await part()).bytes).toHaveLength(4000);
    expect(await fetched()).toBe('taken');
    expect(house.conversations.at(-1)?.range).toBe('bytes=4000-');
  });

  it('before the first byte is not tried again at once', async () => {
    house.bend.bundle = { breaks: [0] };
    expect(await fetched()).toBe('no-answer');
    expect(house.conversations).toHaveLength(1);
    await nothingIsKept();
  });

  it.each<[string, (tag: string) => string | undefined]>([
    ['no tag', () => undefined],
    ['a weak tag', (tag) => `W/${tag}`],
    ['a tag without quotes', (tag) => tag.slice(1, -1)],
    ['a tag without end', () => `"${'x'.repeat(300)}"`],
  ])('under %s leaves nothing to go on with', async (_, tag) => {
    house.bend.bundle = { breaks: [5000], tag };
    expect(await fetched()).toBe('no-answer');
    await nothingIsKept();
    expect(await fetched()).toBe('taken');
    expect(statuses()).toEqual([200, 200]);
  });
});

describe('the rest of a bundle', () => {
  const breakOnce = async (): Promise<void> => {
    house.bend.bundle = { breaks: [4000, 0] };
    expect(await fetched()).toBe('no-answer');
    expect((await part()).bytes).toHaveLength(4000);
  };

  it('of a bundle that was made anew is the whole of the new one', async () => {
    await breakOnce();
    house.keepBundles();
    expect(await fetched()).toBe('taken');
    expect(statuses()).toEqual([200, 206, 200]);
  });

  it.each<[string, NonNullable<Bends['bundle']['part']>]>([
    ['under another tag', (rest) => ({ ...rest, tag: '"another"' })],
    ['from another byte on', (rest) => ({ ...rest, contentRange: rest.contentRange.replace('4000', '3999') })],
    ['that ends early', (rest) => ({ ...rest, contentRange: rest.contentRange.replace(/-\d+/, '-9000') })],
    ['of a bundle too large', (rest) => ({ ...rest, contentRange: 'bytes 4000-99999999/100000000' })],
    ['longer than it says', (rest) => ({ ...rest, bytes: new Uint8Array([...rest.bytes, ...rest.bytes]) })],
    ['of no stated place', (rest) => ({ ...rest, contentRange: 'items 1-2/3' })],
  ])('%s is put to nothing, and the next connection begins with the first byte', async (_, bend) => {
    await breakOnce();
    house.bend.bundle = { part: bend };
    expect(await fetched()).toBe('no-answer');
    expect(statuses().at(-1)).toBe(206);
    await nothingIsKept();
    expect(await fetched()).toBe('taken');
    expect(statuses().at(-1)).toBe(200);
  });

  it('that is shorter than it says is waited for', async () => {
    await breakOnce();
    house.bend.bundle = { part: (rest) => ({ ...rest, bytes: rest.bytes.slice(0, 100) }) };
    expect(await fetched()).toBe('no-answer');
    expect((await part()).bytes).toHaveLength(4400);
    house.bend.bundle = {};
    expect(await fetched()).toBe('taken');
  });

  it('of other bytes than the first makes a bundle that is refused and forgotten', async () => {
    await breakOnce();
    house.bend.bundle = { part: (rest) => ({ ...rest, bytes: rest.bytes.map((byte) => byte ^ 1) }) };
    expect(await fetched()).not.toBe('taken');
    await nothingIsKept();
    house.bend.bundle = {};
    expect(await fetched()).toBe('taken');
  });

  it.each([100, 700, 3999])(
    'of a part that was damaged at byte %i where it lay never ends in a stored bundle',
    async (at) => {
      await breakOnce();
      const held = await part();
      const bytes = held.bytes.map((byte, n) => (n === at ? byte ^ 0x10 : byte));
      await context.store.write(`parts/${String(i)}`, encode(BundlePart, { ...held, bytes }));
      house.bend.bundle = {};
      expect(await fetched()).not.toBe('taken');
      await nothingIsKept();
      expect(await fetched()).toBe('taken');
    },
  );

  it('is asked for under the name it began with: the part of another file is none', async () => {
    await breakOnce();
    const held = await part();
    await context.store.write(
      `parts/${String(i)}`,
      encode(BundlePart, { ...held, filename: `${'0'.repeat(16)}_1.zip` }),
    );
    house.bend.bundle = {};
    expect(await fetched()).toBe('taken');
    expect(house.conversations.at(-1)).toMatchObject({ range: undefined, status: 200 });
  });

  it('of a part that is longer than the bundle is not asked for twice', async () => {
    await breakOnce();
    const held = await part();
    await context.store.write(`parts/${String(i)}`, encode(BundlePart, { ...held, bytes: new Uint8Array(50_000) }));
    house.bend.bundle = {};
    expect(await fetched()).toBe('no-answer');
    expect(statuses().at(-1)).toBe(416);
    expect(await fetched()).toBe('taken');
  });
});

describe('a bundle that is here and could not be taken yet', () => {
  it('is not sent again: it is taken when the lists name its PCA', async () => {
    const trust = await house.bench.trust();
    const late = await house.device({ trust: house.emptyTrust(), keys: context.keys, store: context.store });
    expect(reasonOf(await download(late, i))).toBe('pca-not-listed');
    expect((await part()).isWhole).toBe('yes');
    const before = sent();
    expect(reasonOf(await download({ ...late, trust }, i))).toBe('taken');
    expect(house.conversations.at(-1)).toMatchObject({ status: 304, bytes: 0 });
    expect([sent(), await partPeriods(context.store)]).toEqual([before, []]);
  });

  it('is given one more look, and then fetched anew: what lay here may have been damaged', async () => {
    const late = await house.device({ trust: house.emptyTrust(), keys: context.keys, store: context.store });
    for (let times = 0; times < 3; times++) expect(reasonOf(await download(late, i))).toBe('pca-not-listed');
    expect(statuses()).toEqual([200, 304, 200]);
  });

  it('is sent anew when it was made anew', async () => {
    const late = await house.device({ trust: house.emptyTrust(), keys: context.keys, store: context.store });
    await download(late, i);
    house.keepBundles();
    expect(await fetched()).toBe('taken');
    expect(house.conversations.at(-1)).toMatchObject({ status: 200 });
  });

  it('is not what a device that holds nothing takes “not changed” for', async () => {
    house.bend.bundle = { status: { status: 304 } };
    expect(await fetched()).toBe('no-answer');
    await nothingIsKept();
  });
});

describe('what a device hears instead of a bundle', () => {
  it.each([
    ['when to come again', { status: 404, retryAfter: 77 }, { reason: 'not-yet', retryAfterSeconds: 77 }],
    ['that nobody has the file', { status: 404 }, { reason: 'authority-refused', code: '404' }],
    [
      'that it comes too often',
      { status: 400, code: '400-76', retryAfter: 9 },
      { reason: 'authority-refused', code: '400-76', retryAfterSeconds: 9 },
    ],
    [
      'that too many come',
      { status: 429, retryAfter: 9 },
      { reason: 'authority-refused', code: '429', retryAfterSeconds: 9 },
    ],
    [
      'that too much is owed',
      { status: 503, retryAfter: 9 },
      { reason: 'authority-refused', code: '503', retryAfterSeconds: 9 },
    ],
    ['a time beyond reason', { status: 503, retryAfter: 99_999_999 }, { reason: 'authority-refused', code: '503' }],
  ])('%s', async (_, status, said) => {
    house.bend.bundle = { status };
    expect(await download(context, i)).toEqual({ kind: 'refused', ...said });
    await nothingIsKept();
  });

  it('keeps what came before it', async () => {
    house.bend.bundle = { breaks: [4000, 0] };
    await fetched();
    house.bend.bundle = { status: { status: 503, retryAfter: 9 } };
    expect(await fetched()).toBe('authority-refused');
    house.bend.bundle = {};
    expect(await fetched()).toBe('taken');
    expect(house.conversations.at(-1)?.range).toBe('bytes=4000-');
  });
});
