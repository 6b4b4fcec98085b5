/** The small rules of a case: whose it is, what is signed for it, which statements count, and the witness. */
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { approvalTarget } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { expandEntry, type LinkedEntry } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { sealShared } from '#credentials/sealing.js';
import { signData } from '#credentials/signed-data.js';
import type { ListedAuthority, TrustStore } from '#credentials/trust-store.js';
import { authorityBench, type Bench, type Member } from '../../../../test/support/authority-bench.js';
import { reportOf } from '../ma.fixture.js';
import { domainOf, handleFor, withoutReporter } from './accused-domain.js';
import { aboutStep, stepsFor, unsignedApproval, type CaseFacts } from './case-steps.js';
import { isOperator, operatorProofId, operatorProofInput } from './operator-proof.js';
import { chainOf, witness, type RevealedSeed } from './revoked-chain.js';
import { checkPcaStatement, checkPraStatement, statementsFor } from './statements.js';

let bench: Bench;
let trust: TrustStore;
let now: number;
beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  trust = await bench.trust();
  now = bench.clock.nowMillis();
});

const id = (name: string): Uint8Array => hashedId8(bench.member(name).certificate);
const listed = (name: string): ListedAuthority => trust.authority(id(name), now) as ListedAuthority;
const facts: CaseFacts = {
  id: systemRandom.bytes(16),
  salt: systemRandom.bytes(16),
  certificateHash: systemRandom.bytes(32),
  iCert: 358,
  linkageValue: systemRandom.bytes(9),
};
const target = approvalTarget(facts.salt, facts.certificateHash);

describe('whose case it is', () => {
  const rules = () => ({ trust, profile: ccsa, self: listed('a-ma'), nowMillis: now });

  it('is ours when our PCA certified the accused', () => {
    expect(domainOf(listed('a-pca'), ccsa.aid.bsm, rules())).toBe('own');
  });

  it('is that of the MA in the TDCL entry of the PCA, at its maUrl', () => {
    expect(domainOf(listed('b-pca'), ccsa.aid.bsm, rules())).toEqual({
      address: 'bench:b-ma/lines/ma-ma',
      hostname: 'ma.b.chrysalis.example',
    });
  });

  it("is nobody's when that MA does not mind the application, or says no address", () => {
    expect(domainOf(listed('b-pca'), 9999, rules())).toEqual({ kind: 'refused', reason: 'no-ma-for-domain' });
    const silent = {
      sameDomain: (one: ListedAuthority, other: ListedAuthority) => trust.sameDomain(one, other),
      authorities: () => trust.authorities(now).map((one) => ({ ...one, maUrl: undefined })),
    } as unknown as TrustStore;
    const outcome = domainOf(listed('b-pca'), ccsa.aid.bsm, { ...rules(), trust: silent });
    expect(outcome).toEqual({ kind: 'refused', reason: 'no-ma-for-domain' });
  });

  it('passes a reporter on under a new handle, another for each week and each MA', () => {
    const [secret, handle] = [systemRandom.bytes(32), systemRandom.bytes(16)];
    const handles = [
      handleFor(secret, handle, 358, 'ma.b'),
      handleFor(secret, handle, 359, 'ma.b'),
      handleFor(secret, handle, 358, 'ma.c'),
      handleFor(systemRandom.bytes(32), handle, 358, 'ma.b'),
      handle,
    ].map(hex);
    expect(new Set(handles).size).toBe(5);
    expect(handles.every((one) => one.length === 32)).toBe(true);
    expect(hex(handleFor(secret, handle, 358, 'ma.b'))).toBe(handles[0]);
  });

  it('passes no place, no minute and nothing of the reporter’s sensors', () => {
    const report = reportOf([Uint8Array.of(1)], { generationMillis: now + 123_456 });
    report.report.content.nonV2xPduEvidence.push({ id: 1, evidence: Uint8Array.of(1) });
    const passed = withoutReporter(report);
    expect(passed.observationLocation).toEqual({ latitude: 900_000_001, longitude: 1_800_000_001, elevation: 0 });
    expect(passed.generationTime % 3_600_000_000n).toBe(0n);
    expect(passed.report.content.nonV2xPduEvidence).toEqual([]);
    expect(passed.report.content.v2xPduEvidence).toEqual(report.report.content.v2xPduEvidence);
  });
});

const BOTH = ['la1', 'la2'] as const;

describe('what operators sign', () => {
  it('is one approval a step, each for its authority and its action', () => {
    expect(stepsFor(2, BOTH)).toEqual([
      'identify',
      'blacklist',
      'reveal-0-la1',
      'reveal-0-la2',
      'reveal-1-la1',
      'reveal-1-la2',
      'revoke',
    ]);
    expect(stepsFor(1, BOTH).map(aboutStep)).toEqual([
      { action: 'identify', peer: 'pca' },
      { action: 'blacklist', peer: 'pra' },
      { action: 'reveal-seed', peer: 'la1' },
      { action: 'reveal-seed', peer: 'la2' },
      { action: 'revoke', peer: 'cra' },
    ]);
  });

  it('asks no second LA where there is one', () => {
    expect(stepsFor(1, ['la1'])).toEqual(['identify', 'blacklist', 'reveal-0-la1', 'revoke']);
  });

  it('names case and target, the certificate only by a salted hash, and a nonce of its own', () => {
    const make = () => unsignedApproval(facts, 'identify', id('a-pca'), { random: systemRandom, expiresMillis: now });
    const { scope, signatures } = make();
    expect(signatures).toEqual([]);
    expect(scope.value).toMatchObject({ caseId: facts.id, action: 'identify', addressee: id('a-pca'), target });
    expect(Buffer.from(scope.bytes).includes(Buffer.from(facts.certificateHash))).toBe(false);
    expect(make().scope.value.nonce).not.toEqual(scope.value.nonce);
  });
});

describe('a statement', () => {
  const rules = () => ({ trust, nowMillis: now, managementAid: ccsa.aid.management, facts });
  const PRA = 'pra.a.chrysalis.example';
  const pcaStatement = { caseId: facts.id, target, itemHash: systemRandom.bytes(32), pra: PRA };
  const byPca = (over: Partial<PcaStatement> = {}, by = 'a-pca', psid = ccsa.aid.management) =>
    signData(encode(PcaStatement, { ...pcaStatement, ...over }), { psid }, bench.member(by).signer);
  const checkPca = (bytes: Uint8Array) => checkPcaStatement(bytes, id('a-pca'), PRA, rules());

  it.each<[string, () => Promise<Uint8Array>]>([
    ['no statement', async () => Uint8Array.of(1, 2, 3)],
    ['another case', () => byPca({ caseId: systemRandom.bytes(16) })],
    ['another certificate', () => byPca({ target: systemRandom.bytes(32) })],
    ['another PCA’s word', () => byPca({}, 'b-pca')],
    ['another application', () => byPca({}, 'a-pca', ccsa.aid.bsm)],
    [
      'a forged signature',
      async () => {
        const bytes = await byPca();
        bytes[bytes.length - 1]! ^= 1;
        return bytes;
      },
    ],
    [
      'an authority on no list',
      async () => signData(encode(PcaStatement, pcaStatement), { psid: 3627 }, (await stranger()).signer),
    ],
  ])('of the PCA is refused for %s (RV4)', async (_, make) => {
    expect(checkPca(await make())).toEqual({ kind: 'refused', reason: 'pca-statement' });
  });
  const stranger = async (): Promise<Member> => (await authorityBench({ domains: ['a'] })).member('a-pca');

  it('of the PCA is refused when it leads to a PRA that is not ours', async () => {
    expect(checkPca(await byPca({ pra: 'pra.b.chrysalis.example' }))).toEqual({
      kind: 'refused',
      reason: 'pra-of-another-name',
    });
  });

  it('of the PCA, for this case and certificate, is taken', async () => {
    expect(checkPca(await byPca())).toMatchObject({ itemHash: pcaStatement.itemHash });
  });

  const chainId = sealShared(Uint8Array.of(3, 128, 0), systemRandom.bytes(16), systemRandom);
  const praStatement: PraStatement = {
    ...{ caseId: facts.id, target, laId: Uint8Array.of(0, 1), iMax: 360, jMax: 20 },
    linkageChainId: chainId,
  };
  const checkPra = async (over: Partial<PraStatement> = {}, by = 'a-pra') => {
    const payload = encode(PraStatement, { ...praStatement, ...over });
    const bytes = await signData(payload, { psid: ccsa.aid.management }, bench.member(by).signer);
    return checkPraStatement(bytes, id('a-pra'), Uint8Array.of(0, 1), rules());
  };

  it('of the PRA is refused for another case, certificate, LA or signer (RV4)', async () => {
    for (const outcome of [
      await checkPra({ caseId: systemRandom.bytes(16) }),
      await checkPra({ target: systemRandom.bytes(32) }),
      await checkPra({ laId: Uint8Array.of(0, 2) }),
      await checkPra({}, 'a-pca'),
    ]) {
      expect(outcome).toEqual({ kind: 'refused', reason: 'pra-statement' });
    }
    expect(await checkPra()).toMatchObject({ iMax: 360, jMax: 20 });
  });
});

describe('the statements of the PRA for a chain', () => {
  const [la1Statement, la2Statement] = [Uint8Array.of(1), Uint8Array.of(2)];

  it('are one for each LA that is asked, in their order', () => {
    expect(statementsFor(BOTH, { la1Statement, la2Statement })).toEqual([la1Statement, la2Statement]);
    expect(statementsFor(['la1'], { la1Statement })).toEqual([la1Statement]);
  });

  it('are refused when one is missing of two, and when there is one more than LAs', () => {
    const refusal = { kind: 'refused', reason: 'pra-statement' };
    expect(statementsFor(BOTH, { la1Statement })).toEqual(refusal);
    expect(statementsFor(['la1'], { la1Statement, la2Statement })).toEqual(refusal);
  });
});

describe('the chain to revoke', () => {
  const seed = (laId: number, iValue: number): RevealedSeed => ({
    laId: Uint8Array.of(0, laId),
    iValue,
    seed: systemRandom.bytes(16),
  });
  const extent = { iMax: 361, jMax: 20 };
  const pair = (): LinkedEntry => chainOf([seed(1, 358), seed(2, 358)], extent);

  it('starts with the later of two answers, the earlier one moved on', () => {
    const [first, second] = [seed(1, 358), seed(2, 359)];
    const chain = chainOf([first, second], extent);
    expect(chain).toMatchObject({ iRev: 359, iMax: 361, jMax: 20, seed2: second.seed });
    expect(chain.seed1).not.toEqual(first.seed);
    expect(chainOf([first, { ...second, iValue: 358 }], extent)).toMatchObject({ iRev: 358, seed1: first.seed });
  });

  it('is the one seed of the one LA, and then alone is borne out by it', () => {
    const first = seed(1, 358);
    const chain = chainOf([first], extent);
    expect(chain).toEqual({ iRev: 358, ...extent, la1Id: first.laId, seed1: first.seed });
    const [linkageValue] = expandEntry(chain, 359) as [Uint8Array];
    expect(witness([chain], { iCert: 359, linkageValue })).toBe('agrees');
    expect(witness([chainOf([first, seed(2, 358)], extent)], { iCert: 359, linkageValue })).toBe('disagrees');
  });

  it('is borne out by the accused certificate, this week or a later one', () => {
    const chain = pair();
    for (const iCert of [358, 360]) {
      for (const linkageValue of expandEntry(chain, iCert))
        expect(witness([chain], { iCert, linkageValue })).toBe('agrees');
    }
  });

  it("is contradicted when it is another device's (RV4)", () => {
    const [own, other] = [pair(), pair()];
    const [linkageValue] = expandEntry(own, 358) as [Uint8Array];
    expect(witness([other], { iCert: 358, linkageValue })).toBe('disagrees');
    expect(witness([other, own], { iCert: 358, linkageValue })).toBe('agrees');
  });

  it('has no witness when the accused period was over before', () => {
    const chain = pair();
    expect(witness([chain], { iCert: 357, linkageValue: systemRandom.bytes(9) })).toBe('impossible');
    expect(witness([], { iCert: 357, linkageValue: systemRandom.bytes(9) })).toBe('impossible');
  });
});

describe('an operator who reads', () => {
  const asked = { method: 'GET', path: '/ydt/v1/cases' };
  const known = () => ({ operators: bench.operators.map(({ publicKey }) => publicKey), nowMillis: now });
  async function proof(over: { path?: string; millis?: number; by?: Bench } = {}): Promise<string> {
    const { operatorIdOf } = await import('#credentials/approval.js');
    const [operator] = (over.by ?? bench).operators;
    const millis = over.millis ?? now;
    const signature = await operator.sign(operatorProofId, operatorProofInput('GET', over.path ?? asked.path, millis));
    return `${hex(operatorIdOf(operator.publicKey))}:${millis}:${hex(signature)}`;
  }

  it('is refused without a proof, with another’s, a stale one or one for another page', async () => {
    expect(isOperator(undefined, asked, known())).toBe(false);
    expect(isOperator('a:b:c', asked, known())).toBe(false);
    expect(isOperator(await proof({ by: await authorityBench({ domains: [] }) }), asked, known())).toBe(false);
    expect(isOperator(await proof({ millis: now - 60_001 }), asked, known())).toBe(false);
    expect(isOperator(await proof({ path: '/ydt/v1/cases/00/approvals' }), asked, known())).toBe(false);
    const moved = (await proof({ millis: now - 1 })).replace(String(now - 1), String(now));
    expect(isOperator(moved, asked, known())).toBe(false);
  });

  it('is known by a fresh signature over the request', async () => {
    expect(isOperator(await proof(), asked, known())).toBe(true);
  });
});
