import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { sha384 } from '#crypto/sha384.js';
import { FullIeeeTbsCtl, SequenceOfCertificate, type MultiSignedCtl } from '#wire/dot2dot1/cert-management.js';
import { IeeeScmsPdu } from '#wire/dot2dot1/scms-pdu.js';
import type { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { ToBeSignedPkiCtl, ToBeSignedRootCtl, type PkiCtl, type RootCtl } from '#wire/trust-lists.js';
import { ccsa } from '../profile.js';
import { explain } from './explain.js';
import {
  asked,
  certified,
  DAY,
  group,
  issuerOf,
  newKey,
  NOON,
  pcaTbs,
  poolOf,
  rootTbs,
  signatureOf,
  signedBy,
  whyOf,
  wrongIn,
  wrongSteps,
  type Holder,
} from './house.fixture.js';
import { identityOf } from './identity.js';
import { materialOf, type GivenFile } from './material.js';
import type { Question } from './question.js';
import type { Subject } from './subject.js';

const tbs = rootTbs(ccsa.aid.crl, ccsa.aid.management);
const ofCcsa = { profile: ccsa, isProfileGiven: true };

describe('TRCL and TDCL', () => {
  let trcla: Holder;
  let root: Holder;
  let pca: Holder;
  let pc: Holder;
  beforeAll(() => {
    trcla = certified('sm2', 'self', { tbs: { ...tbs, id: { kind: 'name', value: 'trcla.example' } } });
    root = certified('sm2', 'self', { tbs });
    pca = certified('sm2', root, { tbs: { ...pcaTbs, certIssuePermissions: [group([111])] } });
    pc = certified('sm2', pca, { tbs: { appPermissions: [{ psid: 111 }] } });
  });

  const trcl = (change: Partial<ToBeSignedRootCtl> = {}, by = trcla, privateKey = by.privateKey): RootCtl => {
    const toBeSignedRootCtl = preserve(ToBeSignedRootCtl, {
      version: 1,
      issuer: issuerOf(by.certificate),
      series: 1,
      issueDate: time32FromMillis(NOON - DAY),
      nextRootCtl: time32FromMillis(NOON + DAY),
      pkiCtlInfoList: [{ rootCertificate: root.certificate }],
      ...change,
    });
    return { toBeSignedRootCtl, signature: signatureOf('sm2', privateKey, by.certificate, toBeSignedRootCtl.bytes) };
  };
  const tdcl = (change: Partial<ToBeSignedPkiCtl> = {}, by = root): PkiCtl => {
    const toBeSignedPkiCtl = preserve(ToBeSignedPkiCtl, {
      version: 1,
      issuer: issuerOf(by.certificate),
      series: 1,
      issueDate: time32FromMillis(NOON - DAY),
      nextPkiCtl: time32FromMillis(NOON + DAY),
      pkiCertInfoList: [{ certificate: [pca.certificate] }],
      ...change,
    });
    return { toBeSignedPkiCtl, signature: signatureOf('sm2', by.privateKey, by.certificate, toBeSignedPkiCtl.bytes) };
  };
  const wrongTrcl = (list: RootCtl, pool = poolOf([trcla])): string[] =>
    wrongIn({ kind: 'trcl', list }, asked(pool, ofCcsa));
  const wrongTdcl = (list: PkiCtl, pool = poolOf([root])): string[] =>
    wrongIn({ kind: 'tdcl', list }, asked(pool, ofCcsa));

  it('hold under whom one trusts', () => {
    expect(wrongTrcl(trcl())).toEqual([]);
    expect(wrongTdcl(tdcl())).toEqual([]);
  });

  it('TL1 are refused by chain alone under a stranger, and unjudged without their issuer', () => {
    expect(wrongTrcl(trcl(), poolOf([], [trcla]))).toEqual(['chain']);
    expect(wrongTrcl(trcl(), poolOf([]))).toEqual(['chain', 'signature']);
    expect(wrongTdcl(tdcl(), poolOf([], [root]))).toEqual(['chain']);
  });

  it('TL2 are refused by time alone when they are old, or of the future', () => {
    const future = time32FromMillis(NOON + DAY);
    const now = time32FromMillis(NOON);
    expect(wrongTrcl(trcl({ nextRootCtl: now }))).toEqual(['time']);
    expect(wrongTrcl(trcl({ issueDate: future }))).toEqual(['time']);
    expect(wrongTdcl(tdcl({ nextPkiCtl: now }))).toEqual(['time']);
    expect(wrongTdcl(tdcl({ issueDate: future }))).toEqual(['time']);
  });

  it('are refused by structure alone in another version, by signature alone with another key', () => {
    expect(wrongTrcl(trcl({ version: 2 }))).toEqual(['structure']);
    expect(wrongTrcl(trcl({}, trcla, newKey('sm2')))).toEqual(['signature']);
    expect(wrongTdcl({ ...tdcl(), signature: tdcl({ series: 2 }).signature })).toEqual(['signature']);
  });

  it('are refused by permissions of one who is no root by its SSP', () => {
    const plain = certified('sm2', 'self', { tbs: { ...tbs, appPermissions: [] } });
    expect(wrongTrcl(trcl({}, plain), poolOf([plain]))).toEqual(['permissions']);
  });

  it('TL3 are refused by their contents alone: no root, one that did not sign itself, a CA of another root', () => {
    expect(wrongTrcl(trcl({ pkiCtlInfoList: [{ rootCertificate: pca.certificate }] }))).toEqual(['contents']);
    const forged = certified('sm2', 'self', { tbs, signedWith: newKey('sm2') });
    expect(wrongTrcl(trcl({ pkiCtlInfoList: [{ rootCertificate: forged.certificate }] }))).toEqual(['contents']);
    const stranger = certified('sm2', certified('sm2', 'self', { tbs }), { tbs: pcaTbs });
    const entries = [{ certificate: [pca.certificate, stranger.certificate] }];
    expect(wrongTdcl(tdcl({ pkiCertInfoList: entries }))).toEqual(['contents']);
    const bent = certified('sm2', root, { tbs: pcaTbs, signedWith: newKey('sm2') });
    expect(wrongTdcl(tdcl({ pkiCertInfoList: [{ certificate: [bent.certificate] }] }))).toEqual(['contents']);
  });

  describe('as files beside a certificate', () => {
    const file = (subject: Subject): GivenFile => ({ label: 'a file', subject });
    const certificate = (holder: Holder): GivenFile => file({ kind: 'certificate', certificate: holder.certificate });
    const at = { profile: ccsa, atMillis: NOON, isAtGiven: true };
    const wrongWith = (trust: GivenFile[], chain: GivenFile[]): string[] => {
      const question: Question = { ...at, isProfileGiven: true, ...materialOf({ trust, chain, crl: [] }, at) };
      return wrongIn({ kind: 'certificate', certificate: pc.certificate }, question);
    };
    const theTrcl = (change: Partial<ToBeSignedRootCtl> = {}): GivenFile => file({ kind: 'trcl', list: trcl(change) });
    const theTdcl = (): GivenFile => file({ kind: 'tdcl', list: tdcl() });

    it('a TRCL of a trusted TRCLA makes its roots trusted, a TDCL gives certificates', () => {
      expect(wrongWith([certificate(trcla)], [theTrcl(), theTdcl()])).toEqual([]);
      expect(wrongWith([certificate(root)], [theTdcl()])).toEqual([]);
      expect(wrongWith([certificate(trcla)], [theTdcl()])).toContain('chain');
    });

    it('a TRCL that does not hold gives bytes and no trust, wherever it stands', () => {
      const old = theTrcl({ nextRootCtl: time32FromMillis(NOON) });
      expect(wrongWith([certificate(trcla)], [old, theTdcl()])).toEqual(['chain']);
      expect(wrongWith([certificate(trcla), old], [theTdcl()])).toEqual(['chain']);
      const forged = file({ kind: 'trcl', list: trcl({}, trcla, newKey('sm2')) });
      expect(wrongWith([certificate(trcla)], [forged, theTdcl()])).toEqual(['chain']);
      expect(wrongWith([certificate(pca), forged], [theTdcl()])).toEqual([]);
    });

    it('a TRCL without its TRCLA is trusted where it is handed in as trusted, and only there', () => {
      expect(wrongWith([theTrcl()], [theTdcl()])).toEqual([]);
      expect(wrongWith([certificate(trcla)], [theTrcl(), theTdcl()])).toEqual([]);
      const stranger = certified('sm2', 'self', { tbs });
      expect(wrongWith([certificate(stranger)], [theTrcl(), theTdcl()])).toEqual(['chain']);
    });

    it('of a trusted file with several certificates the roots are trusted', () => {
      const bundle = file({ kind: 'several', parts: [root, pca].map((one) => certificate(one)) });
      expect(wrongWith([bundle], [])).toEqual([]);
      const other = file({ kind: 'several', parts: [certificate(pca)] });
      expect(wrongWith([other], [])).toContain('chain');
    });
  });
});

describe('a CTL', () => {
  const ELECTOR = { certIssuePermissions: undefined };
  let electors: Holder[];
  let root: Holder;
  beforeAll(() => {
    const ieeeTbs = rootTbs(256, 35);
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
    change: { sequenceNumber?: number; key?: Uint8Array } = {},
  ): V2XSecData => {
    const statement = {
      ctlSeriesId: list.ctlSeriesId,
      ctlType: 1,
      sequenceNumber: change.sequenceNumber ?? list.sequenceNumber,
      tbsCtlHash: sha384(encode(FullIeeeTbsCtl, list)),
    };
    const pdu = {
      version: 2,
      content: { kind: 'cert', value: { kind: 'tbsCtlSignature', value: statement } },
    } as const;
    return signedBy(elector, {
      payload: encode(IeeeScmsPdu, pdu),
      header: { psid: 35 },
      named: 'digest',
      ...(change.key === undefined ? {} : { privateKey: change.key }),
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

  it('is refused by quorum alone with too few, one twice, or ones that nobody trusts', () => {
    const list = listOf();
    expect(wrong(ctlOf(list, votes(list, 0)))).toEqual(['quorum']);
    expect(wrong(ctlOf(list, votes(list, 1, 1)))).toEqual(['quorum']);
    expect(wrong(ctlOf(list, votes(list, 0, 1)), [electors[0] as Holder])).toEqual(['quorum']);
    const explanation = explain({ kind: 'ctl', ctl: ctlOf(list, votes(list, 0)) }, asked(poolOf(electors)));
    expect(whyOf(explanation, 'quorum')).toContain('1 trusted elector signed it, the quorum is 2');
  });

  it('is refused by signature alone when one of more than enough does not verify or is over another list', () => {
    const list = listOf();
    const enough = votes(list, 0, 1);
    const third = electors[2] as Holder;
    expect(wrong(ctlOf(list, [...enough, voteBy(third, list, { key: newKey('p256') })]))).toEqual(['signature']);
    expect(wrong(ctlOf(list, [...enough, voteBy(third, list, { sequenceNumber: 4 })]))).toEqual(['signature']);
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
    const stranger = certified('p256', 'self', { tbs: rootTbs(256, 35) });
    const ctl: Subject = { kind: 'ctl', ctl: ctlOf(list, [], [...electors, root, stranger]) };
    const at = { profile: asked(poolOf([])).profile, atMillis: NOON, isAtGiven: true };
    const { pool } = materialOf({ trust: [{ label: 'ctl.oer', subject: ctl }], chain: [], crl: [] }, at);
    expect(wrongIn({ kind: 'certificate', certificate: pca.certificate }, asked(pool))).toEqual([]);
    expect(pool.trustedBy(stranger.certificate)).toBeUndefined();
  });
});
