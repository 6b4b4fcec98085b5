import { preserve } from '#coer/preserved.js';
import { time32FromMillis } from '#wire/time.js';
import { ToBeSignedPkiCtl, ToBeSignedRootCtl, type PkiCtl, type RootCtl } from '#wire/trust-lists.js';
import { ccsa } from '../profile.js';
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
  wrongIn,
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
    const issuer = { kind: 'sha256AndDigest', value: identityOf(trcla.certificate).hashedId8 } as const;
    expect(wrongTrcl(trcl({ issuer }))).toEqual(['chain', 'signature']);
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
    const ownIssuer = { issuer: { kind: 'self', value: 'sm3' } } as const;
    expect(wrongTrcl(trcl(ownIssuer))).toEqual(['structure', 'chain', 'signature']);
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
