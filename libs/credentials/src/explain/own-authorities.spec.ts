import { decode } from '#coer/codec.js';
import { V2XSecData } from '#wire/secured-data.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { BENCH_START, authorityBench, DOMAIN_MEMBERS, type Bench } from '../../../../test/support/authority-bench.js';
import { CRL_SERIES } from '../authority-certificate.js';
import { buildLinkedCrl, expandEntry, signCrl, type LinkedEntry } from '../linked-crl.js';
import { periodAt } from '../period.js';
import { ccsa } from '../profile.js';
import { message, pseudonym } from '../spdu.fixture.js';
import { signedSubject, wrongIn } from './house.fixture.js';
import { crlsIn, materialOf, type GivenFile } from './material.js';
import type { Question } from './question.js';
import { subjectOf, type Subject } from './subject.js';

/** What the authorities of this system make holds for whoever has the TRCLA and the lists, as it does for a device. */
describe('what our own authorities make', () => {
  let bench: Bench;
  let question: Question;
  const file = (subject: Subject): GivenFile => ({ label: 'a file', subject });
  beforeAll(async () => {
    bench = await authorityBench();
    const at = { profile: ccsa, atMillis: BENCH_START, isAtGiven: true };
    const chain = [
      file({ kind: 'trcl', list: decode(RootCtl, bench.trcl) }),
      file({ kind: 'tdcl', list: decode(PkiCtl, await bench.tdcl(['a'], BENCH_START - 60_000)) }),
    ];
    const trust = [file({ kind: 'certificate', certificate: bench.trcla.certificate })];
    question = { ...at, isProfileGiven: true, ...materialOf({ trust, chain, crl: [] }, at) };
  });

  it.each(['ica', ...DOMAIN_MEMBERS])('the certificate of the %s holds', (name) => {
    const { certificate } = bench.member(`a-${name}`);
    expect(wrongIn({ kind: 'certificate', certificate }, question)).toEqual([]);
  });

  it('the lists hold', async () => {
    expect(wrongIn(subjectOf(RootCtl, bench.trcl), question)).toEqual([]);
    expect(wrongIn(subjectOf(PkiCtl, await bench.tdcl(['a'], BENCH_START - 60_000)), question)).toEqual([]);
  });

  it('a message under a pseudonym holds, until the CRL of the CRA names its device', async () => {
    const [cra, pca] = [bench.member('a-cra'), bench.member('a-pca')];
    const i = periodAt(ccsa.epochMillis, BENCH_START);
    const entry: LinkedEntry = {
      iRev: i,
      iMax: i + 3,
      jMax: 20,
      la1Id: Uint8Array.of(0, 1),
      seed1: new Uint8Array(16).fill(5),
      la2Id: Uint8Array.of(0, 2),
      seed2: new Uint8Array(16).fill(6),
    };
    const value = { iCert: i, 'linkage-value': expandEntry(entry, i)[7] as Uint8Array };
    const id = { kind: 'linkageData', value } as const;
    const signer = await pseudonym(pca.signer, cra.certificate, BENCH_START, { id });
    const sent = signedSubject(decode(V2XSecData, await message(signer, BENCH_START)));
    const listOf = async (entries: LinkedEntry[], indexWithinI: number): Promise<Subject> => {
      const times = { issueMillis: BENCH_START - 60_000, nextMillis: BENCH_START + 60_000 };
      const list = { craca: cra.certificate, series: CRL_SERIES, entries, iRev: i, indexWithinI, ...times };
      return signedSubject(decode(V2XSecData, await signCrl(buildLinkedCrl(list), cra.signer, ccsa)));
    };
    const [before, after] = [await listOf([], 0), await listOf([entry], 1)];
    expect([wrongIn(before, question), wrongIn(after, question)]).toEqual([[], []]);
    expect(wrongIn(sent, { ...question, crls: crlsIn(file(before)) })).toEqual([]);
    expect(wrongIn(sent, { ...question, crls: crlsIn(file(after)) })).toEqual(['revocation']);
  });
});
