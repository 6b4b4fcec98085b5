import { encode, type Infer } from '#coer/codec.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { smSuite } from '#crypto/suite.js';
import { addSignature, newApproval, type ApprovalScope } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { asSignedData, signData } from '#credentials/signed-data.js';
import { replayMemory } from '#edge/replay-memory.js';
import { PraStatement, type RevealSeed } from '#edges/la-ma/seeds.js';
import { V2XSecData } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench, type Operator } from '../../../../test/support/authority-bench.js';
import { memoryChainStore } from '../store/chain.memory.fixture.js';
import { sealChainHandle } from './chain-handle.js';
import { newChain, type StoredChain } from './chain-seeds.js';
import { revealSeed, type RevealNeeds } from './reveal-seed.js';

const LA1 = Uint8Array.of(0, 1);
const I = 350;
let bench: Bench;
let needs: RevealNeeds;
let chain: StoredChain;
let seed: Uint8Array;
let now: number;

beforeAll(async () => (bench = await authorityBench({ domains: ['a', 'b'] })));
beforeEach(async () => {
  const { identity, device, operators } = await bench.contextFor('a-la1');
  const used = replayMemory();
  const chains = memoryChainStore();
  now = I;
  ({ chain, seed } = await newChain({ currentI: I, iMax: I + 4 }, systemRandom, device));
  await chains.claim([chain], []);
  needs = {
    identity,
    laId: LA1,
    operators,
    useOnce: (hash, expires) => used.noteFirst(hash, bench.clock.nowMillis(), expires),
    chains,
    vault: device,
    currentI: () => now,
  };
});

interface Bent {
  scope?: Partial<ApprovalScope>;
  by?: readonly Operator[];
  statement?: Partial<Infer<typeof PraStatement>>;
  signer?: string;
  psid?: number;
  named?: 'digest';
}
const statementBytes = (statement: Infer<typeof PraStatement>): Uint8Array => encode(PraStatement, statement);

async function request(bent: Bent = {}): Promise<RevealSeed> {
  const scope: ApprovalScope = {
    caseId: new Uint8Array(16).fill(1),
    action: 'reveal-seed',
    addressee: hashedId8(bench.member('a-la1').certificate),
    target: new Uint8Array(32).fill(2),
    nonce: systemRandom.bytes(16),
    expiry: time32FromMillis(bench.clock.nowMillis() + 3_600_000),
    ...bent.scope,
  };
  let approval = newApproval(scope);
  for (const operator of bent.by ?? bench.operators.slice(0, 2)) approval = await addSignature(approval, operator);
  const statement = statementBytes({
    caseId: new Uint8Array(16).fill(1),
    target: new Uint8Array(32).fill(2),
    laId: LA1,
    linkageChainId: await sealChainHandle(chain.chainId, I, needs.vault),
    iMax: I + 4,
    jMax: 20,
    ...bent.statement,
  });
  const { signer } = bench.member(bent.signer ?? 'a-pra');
  const header = { psid: bent.psid ?? ccsa.aid.management };
  return { approval, praStatement: await signData(statement, header, signer, bent.named) };
}

describe('revealing a seed (RV3)', () => {
  it.each<[string, string, () => Bent | Promise<Bent>]>([
    ['statement-signer', 'a statement of an LA', () => ({ signer: 'a-la2' })],
    ['statement-signer', 'a statement of the PRA of another domain', () => ({ signer: 'b-pra' })],
    ['statement-signer', 'a statement that names its signer by digest', () => ({ named: 'digest' })],
    ['statement-malformed', 'a statement under another AID', () => ({ psid: 111 })],
    ['statement-other-case', 'a statement of another case', () => ({ statement: { caseId: new Uint8Array(16) } })],
    ['statement-other-case', 'a statement of another target', () => ({ statement: { target: new Uint8Array(32) } })],
    ['statement-other-la', 'a statement for the other LA', () => ({ statement: { laId: Uint8Array.of(0, 2) } })],
    ['approval-signatures', 'no approval', () => ({ by: [] })],
    ['approval-signatures', 'one approval', () => ({ by: bench.operators.slice(0, 1) })],
    ['approval-signatures', 'one operator twice', () => ({ by: [bench.operators[0], bench.operators[0]] })],
    ['approval-scope', 'an approval of another action', () => ({ scope: { action: 'identify' } })],
    ['approval-scope', 'an approval for another authority', () => ({ scope: { addressee: new Uint8Array(8) } })],
    ['approval-expired', 'an approval that has expired', () => ({ scope: { expiry: 1 } })],
    [
      'chain-handle',
      'a handle of the other LA',
      async () => ({
        statement: {
          linkageChainId: await sealChainHandle(chain.chainId, I, bench.member('a-la2').device),
        },
      }),
    ],
    [
      'chain-unknown',
      'a chain that is not ours',
      async () => ({
        statement: {
          linkageChainId: await sealChainHandle(systemRandom.bytes(16), I, needs.vault),
        },
      }),
    ],
  ])('is refused with %s: %s', async (reason, _, bent) => {
    expect(await revealSeed(await request(await bent()), needs)).toEqual({ kind: 'refused', reason });
  });

  it('is refused when the statement was changed after the PRA signed it', async () => {
    const asked = await request();
    const bytes = asked.praStatement.slice();
    const signed = asSignedData(bytes);
    signed!.tbsData.bytes[10]! ^= 1;
    expect(await revealSeed({ ...asked, praStatement: bytes }, needs)).toMatchObject({ reason: 'statement-signature' });
  });

  it('is refused when the statement is no signed data, or not a statement', async () => {
    const asked = await request();
    const unsigned = encode(V2XSecData, {
      protocolVersion: 3,
      content: { kind: 'unsecuredData', value: asked.praStatement },
    });
    const other = await signData(Uint8Array.of(1), { psid: ccsa.aid.management }, bench.member('a-pra').signer);
    for (const praStatement of [unsigned, other]) {
      expect(await revealSeed({ ...asked, praStatement }, needs)).toMatchObject({ reason: 'statement-malformed' });
    }
  });

  it('is refused the second time under one approval', async () => {
    const asked = await request();
    expect(isRefused(await revealSeed(asked, needs))).toBe(false);
    expect(await revealSeed(asked, needs)).toEqual({ kind: 'refused', reason: 'approval-used' });
  });

  it('is refused after the last period of the chain', async () => {
    now = I + 5;
    expect(await revealSeed(await request(), needs)).toEqual({ kind: 'refused', reason: 'chain-ended' });
  });

  it.each([0, 1, 4])('gives the seed of the current period by our own clock, %d periods on', async (ahead) => {
    now = I + ahead;
    expect(await revealSeed(await request(), needs)).toEqual({
      laId: LA1,
      iValue: I + ahead,
      seed: advanceLinkageSeed(smSuite, LA1, seed, ahead),
    });
  });
});
