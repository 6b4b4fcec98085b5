import { decode, encode } from '#coer/codec.js';
import { concat } from '#crypto/bytes.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { periodValidity } from '#credentials/period.js';
import { RaAcaCertRequest } from '#wire/scms-pdu.js';
import { ToBeSignedCertificate } from '#wire/secured-data.js';
import { freshKey, itemBench, LA1, oneLa, twoLas, type ItemBench, type Request } from './items.fixture.js';
import { readItem } from './item.js';

let b: ItemBench;
beforeAll(async () => (b = await itemBench()));

/** A request with one field of its certificate bent. */
const tbs =
  (change: (tbs: ToBeSignedCertificate) => Partial<ToBeSignedCertificate>) =>
  (request: Request): Request => ({ ...request, tbsCert: { ...request.tbsCert, ...change(request.tbsCert) } });
const id = (change: object) =>
  tbs(({ id }) => ({ id: { kind: 'linkageData', value: { ...(id.value as object), ...change } as never } }));
const notOnCurve = { kind: 'compressed-y-0', value: new Uint8Array(32).fill(0xff) } as const;
const permission = {
  subjectPermissions: { kind: 'all', value: null },
  minChainLength: 1,
  chainLengthRange: 0,
  eeType: new Set(['app'] as const),
} as const;

const onlyOne = ({ secondLinkageInfo: _, ...request }: Request): Request => request;

const refusedItems: [string, string, (request: Request) => Request][] = [
  ['item-version', 'another version', (r) => ({ ...r, version: 2 })],
  [
    'item-version',
    'another version of a sealed value',
    (r) => ({ ...r, linkageInfo: { ...r.linkageInfo!, version: 2 } }),
  ],
  [
    'item-version',
    'another version of the second sealed value',
    (r) => ({ ...r, secondLinkageInfo: { ...r.secondLinkageInfo!, version: 2 } }),
  ],
  ['item-flags', 'no butterfly flag', (r) => ({ ...r, flags: new Set() })],
  ['item-flags', 'a further flag', (r) => ({ ...r, flags: new Set(['butterflyExplicit', 'cubk'] as const) })],
  ['item-linkage-missing', 'no value', (r) => ({ ...r, linkageInfo: undefined })],
  ['item-linkage-missing', 'the value of one LA only, where there are two (a downgrade)', onlyOne],
  ['item-same-la', 'two values of one LA (LK4)', (r) => ({ ...r, secondLinkageInfo: b.seal(LA1, b.currentI) })],
  ['item-encryption-key', 'no encryption key', (r) => ({ ...r, certEncKey: undefined })],
  [
    'item-encryption-key',
    'an encryption key of another curve',
    (r) => ({
      ...r,
      certEncKey: { supportedSymmAlg: 'aes128Ccm', publicKey: { kind: 'eciesNistP256', value: notOnCurve } },
    }),
  ],
  [
    'item-encryption-key',
    'an encryption key off the curve',
    (r) => ({ ...r, certEncKey: { supportedSymmAlg: 'sm4Ccm', publicKey: { kind: 'ecencSm2', value: notOnCurve } } }),
  ],
  ['item-id', 'a name', tbs(() => ({ id: { kind: 'name', value: 'a car' } }))],
  ['item-id', 'a linkage value of its own', id({ 'linkage-value': new Uint8Array(9).fill(1) })],
  [
    'item-id',
    'a group linkage value',
    id({ 'group-linkage-value': { jValue: new Uint8Array(4), value: new Uint8Array(9) } }),
  ],
  ['item-id', 'a cracaId of its own', tbs(() => ({ cracaId: Uint8Array.of(1, 2, 3) }))],
  ['item-id', 'a CRL series of its own', tbs(() => ({ crlSeries: 1 }))],
  ['item-fields', 'an assurance level', tbs(() => ({ assuranceLevel: Uint8Array.of(0x20) }))],
  ['item-fields', 'permission to issue', tbs(() => ({ certIssuePermissions: [permission] }))],
  ['item-fields', 'permission to request', tbs(() => ({ certRequestPermissions: [permission] }))],
  ['item-fields', 'permission to roll over', tbs(() => ({ canRequestRollover: null }))],
  ['item-fields', 'an encryption key in the certificate', (r) => tbs(() => ({ encryptionKey: r.certEncKey }))(r)],
  ['item-fields', 'a flag of IEEE 1609.2-2022', tbs(() => ({ flags: new Set(['usesCubk'] as const) }))],
  ['item-fields', 'an extension', tbs(() => ({ appExtensions: [{ id: 1, content: new Uint8Array(3) }] }))],
  [
    'item-fields',
    'an extension to issue',
    tbs(() => ({ certIssueExtensions: [{ id: 1, permissions: { kind: 'all', value: null } }] })),
  ],
  [
    'item-fields',
    'an extension to ask for',
    tbs(() => ({ certRequestExtension: [{ id: 1, permissions: { kind: 'all', value: null } }] })),
  ],
  ['item-fields', 'no permission', tbs(() => ({ appPermissions: undefined }))],
  ['item-fields', 'one AID twice', tbs(() => ({ appPermissions: [{ psid: 111 }, { psid: 111 }] }))],
  [
    'item-period',
    'a validity of another period',
    tbs(() => ({ validityPeriod: periodValidity(ccsa.epochMillis, b.currentI + 1) })),
  ],
  [
    'item-period',
    'a validity that starts a second late',
    tbs(({ validityPeriod: v }) => ({ validityPeriod: { ...v, start: v.start + 1 } })),
  ],
  [
    'item-period',
    'a validity that lasts an hour longer',
    tbs(({ validityPeriod: v }) => ({ validityPeriod: { ...v, duration: { kind: 'hours', value: 169 } } })),
  ],
  [
    'item-period',
    'a week spelled in minutes',
    tbs(({ validityPeriod: v }) => ({ validityPeriod: { ...v, duration: { kind: 'minutes', value: 10080 } } })),
  ],
  [
    'item-cocoon-key',
    'a reconstruction value',
    tbs(() => ({ verifyKeyIndicator: { kind: 'reconstructionValue', value: notOnCurve } })),
  ],
  [
    'item-cocoon-key',
    'a cocoon key of another curve',
    tbs(() => ({
      verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecdsaNistP256', value: notOnCurve } },
    })),
  ],
  [
    'item-cocoon-key',
    'a cocoon key off the curve',
    tbs(() => ({ verifyKeyIndicator: { kind: 'verificationKey', value: { kind: 'ecsigSm2', value: notOnCurve } } })),
  ],
  [
    'item-cocoon-key',
    'a cocoon key without its y',
    tbs(() => ({
      verifyKeyIndicator: {
        kind: 'verificationKey',
        value: { kind: 'ecsigSm2', value: { kind: 'x-only', value: freshKey().subarray(1) } },
      },
    })),
  ],
];

describe('an item', () => {
  it.each(refusedItems)('is refused with %s: %s', (reason, _, change) => {
    expect(readItem(b.item(change), twoLas)).toEqual({ kind: 'refused', reason });
  });

  it('is refused when it is malformed or carries an addition that we do not know', () => {
    const item = b.item();
    const malformed = { kind: 'refused', reason: 'item-malformed' };
    expect(readItem(item.subarray(1), twoLas)).toEqual(malformed);
    expect(readItem(concat(item, Uint8Array.of(0)), twoLas)).toEqual(malformed);
    // The bitmap of additions (02 07 80) with a second one that nobody knows, empty, behind the first.
    const at = Buffer.from(item).lastIndexOf(Buffer.from('020780', 'hex'));
    const longer = concat(item.subarray(0, at), Uint8Array.of(2, 6, 0xc0), item.subarray(at + 3), Uint8Array.of(0));
    expect(readItem(longer, twoLas)).toEqual(malformed);
  });

  it('carries the value of one LA where there is one, and is refused with two', () => {
    const alone = readItem(b.item(onlyOne), oneLa);
    if (isRefused(alone)) throw new Error(alone.reason);
    expect(alone.linkage.map(({ laId }) => laId)).toEqual([LA1]);
    expect(readItem(b.item(), oneLa)).toEqual({ kind: 'refused', reason: 'item-linkage-surplus' });
    const bent = (r: Request): Request => onlyOne({ ...r, linkageInfo: { ...r.linkageInfo!, version: 2 } });
    expect(readItem(b.item(bent), oneLa)).toEqual({ kind: 'refused', reason: 'item-version' });
    const none = (r: Request): Request => onlyOne({ ...r, linkageInfo: undefined });
    expect(readItem(b.item(none), oneLa)).toEqual({ kind: 'refused', reason: 'item-linkage-missing' });
  });

  it('of one LA is the standard’s message: not one byte stands behind its certificate', () => {
    // No extension bit in the preamble, which two LAs set for their addition.
    expect(b.item(onlyOne)[0]).toBe(0x60);
    expect(b.item()[0]).toBe(0xe0);
    const { secondLinkageInfo, ...standard } = decode(RaAcaCertRequest, b.item(onlyOne));
    expect(secondLinkageInfo).toBeUndefined();
    const end = encode(ToBeSignedCertificate, standard.tbsCert);
    expect(Buffer.from(b.item((r) => ({ ...onlyOne(r), tbsCert: standard.tbsCert }))).subarray(-end.length)).toEqual(
      Buffer.from(end),
    );
  });

  it('is read with its period, its keys and the hash of its own bytes', () => {
    const item = readItem(b.item(), twoLas);
    if (isRefused(item)) throw new Error(item.reason);
    expect(item.i).toBe(b.currentI);
    expect([item.hash.length, item.cocoonKey.length, item.encryptionKey.length]).toEqual([32, 33, 33]);
  });
});
