import { encode } from '#coer/codec.js';
import { sha384 } from '#crypto/sha384.js';
import {
  FullIeeeTbsCtl,
  SequenceOfCertificate,
  type MultiSignedCtl,
  type ToBeSignedCtlSignature,
} from '#wire/dot2dot1/cert-management.js';
import { IeeeScmsPdu } from '#wire/dot2dot1/scms-pdu.js';
import type { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { explain } from './explain.js';
import {
  asked,
  certified,
  DAY,
  ieee,
  newKey,
  NOON,
  pcaTbs,
  poolOf,
  rootTbs,
  signedBy,
  whyOf,
  wrongIn,
  wrongSteps,
  type Holder,
} from './house.fixture.js';
import { canonicalBytes, identityOf } from './identity.js';
import { materialOf } from './material.js';
import type { Subject } from './subject.js';

describe('a CTL', () => {
  const ELECTOR = { certIssuePermissions: undefined };
  let electors: Holder[];
  let root: Holder;
  beforeAll(() => {
    const ieeeTbs = rootTbs(ieee.aid.crl, ieee.aid.management);
    electors = [1, 2, 3].map(() =>
      certified('p256', 'self', { tbs: { ...ieeeTbs, ...ELECTOR, appPermissions: [{ psid: 35 }] } }),
    );
    root = certified('p256', 'self', { tbs: ieeeTbs });
  });
  const entryOf = ({ certificate }: Holder): Uint8Array => {
    const entry = new Uint8Array(48);
    entry.set(identityOf(certificate).hash, 16);
    return entry;
  };
  const listOf = (change: Partial<FullIeeeTbsCtl> = {}): FullIeeeTbsCtl => ({
    type: 1,
    ctlSeriesId: new Uint8Array(8).fill(0xff),
    sequenceNumber: 3,
    effectiveDate: time32FromMillis(NOON - DAY),
    electorApprove: electors.map(entryOf),
    electorRemove: [],
    rootCaApprove: [identityOf(root.certificate).hash],
    rootCaRemove: [],
    quorum: 2,
    ...change,
  });
  const voteBy = (
    elector: Holder,
    list: FullIeeeTbsCtl,
    change: Partial<ToBeSignedCtlSignature> & { key?: Uint8Array } = {},
  ): V2XSecData => {
    const { key, ...statementChange } = change;
    const statement = {
      ctlSeriesId: list.ctlSeriesId,
      ctlType: 1,
      sequenceNumber: list.sequenceNumber,
      tbsCtlHash: sha384(encode(FullIeeeTbsCtl, list)),
      ...statementChange,
    };
    const pdu = {
      version: 2,
      content: { kind: 'cert', value: { kind: 'tbsCtlSignature', value: statement } },
    } as const;
    return signedBy(elector, {
      payload: encode(IeeeScmsPdu, pdu),
      header: { psid: 35 },
      named: 'digest',
      ...(key === undefined ? {} : { privateKey: key }),
    });
  };
  const ctlOf = (
    list: FullIeeeTbsCtl,
    signatures: V2XSecData[],
    certificates = [...electors, root],
  ): MultiSignedCtl => ({
    type: 1,
    tbsCtl: encode(FullIeeeTbsCtl, list),
    unsigned: encode(
      SequenceOfCertificate,
      certificates.map(({ certificate }) => certificate),
    ),
    signatures,
  });
  const wrong = (ctl: MultiSignedCtl, trusted = electors): string[] =>
    wrongIn({ kind: 'ctl', ctl }, asked(poolOf(trusted)));
  const votes = (list: FullIeeeTbsCtl, ...numbers: number[]): V2XSecData[] =>
    numbers.map((number) => voteBy(electors[number] as Holder, list));

  it('holds when a quorum of trusted electors signed it', () => {
    const list = listOf();
    expect(wrong(ctlOf(list, votes(list, 0, 1)))).toEqual([]);
    expect(wrong(ctlOf(list, votes(list, 0, 1, 2)))).toEqual([]);
  });

  it('holds whichever way a hash stands in its 48 bytes', () => {
    const padded = electors.map((elector) =>
      Uint8Array.from([...identityOf(elector.certificate).hash, ...new Uint8Array(16)]),
    );
    const long = electors.map(({ certificate }) => sha384(canonicalBytes(certificate)));
    for (const electorApprove of [padded, long]) {
      const list = listOf({ electorApprove });
      expect(wrong(ctlOf(list, votes(list, 0, 1)))).toEqual([]);
    }
  });

  it('is refused by quorum alone with too few, one twice, or ones that nobody trusts', () => {
    const list = listOf();
    expect(wrong(ctlOf(list, votes(list, 0)))).toEqual(['quorum']);
    expect(wrong(ctlOf(list, votes(list, 1, 1)))).toEqual(['quorum']);
    expect(wrong(ctlOf(listOf({ quorum: 0 }), []))).toEqual(['quorum']);
    expect(wrong(ctlOf(list, votes(list, 0, 1)), [electors[0] as Holder])).toEqual(['quorum']);
    const explanation = explain({ kind: 'ctl', ctl: ctlOf(list, votes(list, 0)) }, asked(poolOf(electors)));
    expect(whyOf(explanation, 'quorum')).toContain('1 trusted elector signed it, the quorum is 2');
  });

  it('is refused by signature alone when one of more than enough does not verify or is over another list', () => {
    const list = listOf();
    const enough = votes(list, 0, 1);
    const third = electors[2] as Holder;
    expect(wrong(ctlOf(list, [...enough, voteBy(third, list, { key: newKey('p256') })]))).toEqual(['signature']);
    for (const change of [{ sequenceNumber: 4 }, { ctlType: 2 }, { ctlSeriesId: new Uint8Array(8) }])
      expect(wrong(ctlOf(list, [...enough, voteBy(third, list, change)]))).toEqual(['signature']);
    expect(wrong(ctlOf(list, [...enough, ...votes(listOf({ quorum: 1 }), 2)]))).toEqual(['signature']);
    const stranger = certified('p256', 'self');
    expect(wrong(ctlOf(list, [...enough, voteBy(stranger, list)]))).toEqual(['signature']);
    expect(wrong(ctlOf(list, [...enough, signedBy(third, { named: 'digest' })]))).toEqual(['signature']);
  });

  it('is refused by contents alone with a certificate that it does not approve, by time alone before it takes effect', () => {
    const list = listOf();
    const stranger = certified('p256', 'self');
    expect(wrong(ctlOf(list, votes(list, 0, 1), [...electors, root, stranger]))).toEqual(['contents']);
    const coming = listOf({ effectiveDate: time32FromMillis(NOON + DAY) });
    expect(wrong(ctlOf(coming, votes(coming, 0, 1)))).toEqual(['time']);
  });

  it('is refused by structure as another type, inside or outside', () => {
    const list = listOf({ type: 2 });
    const explanation = explain({ kind: 'ctl', ctl: ctlOf(list, []) }, asked(poolOf(electors)));
    expect(wrongSteps(explanation)).toContain('structure');
    expect(wrong({ ...ctlOf(listOf(), []), type: 2 })).toEqual(['structure']);
    expect(wrong({ ...ctlOf(listOf(), []), tbsCtl: Uint8Array.of(1) })).toEqual(['structure']);
  });

  it('handed in as trusted makes what it approves trusted, and nothing else in it', () => {
    const pca = certified('p256', root, { tbs: pcaTbs });
    const list = listOf();
    const stranger = certified('p256', 'self', { tbs: rootTbs(ieee.aid.crl, ieee.aid.management) });
    const ctl: Subject = { kind: 'ctl', ctl: ctlOf(list, [], [...electors, root, stranger]) };
    const at = { profile: ieee, atMillis: NOON, isAtGiven: true };
    const { pool } = materialOf({ trust: [{ label: 'ctl.oer', subject: ctl }], chain: [], crl: [] }, at);
    expect(wrongIn({ kind: 'certificate', certificate: pca.certificate }, asked(pool))).toEqual([]);
    expect(pool.trustedBy(stranger.certificate)).toBeUndefined();
  });
});
