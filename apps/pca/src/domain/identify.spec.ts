import { decode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { addSignature, approvalTarget, newApproval, type Approval, type ApprovalScope } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { asSignedData, isSignedWith, signedPayload } from '#credentials/signed-data.js';
import { isRefused } from '#credentials/refusal.js';
import { replayMemory } from '#edge/replay-memory.js';
import { PcaStatement, type IdentifyCertificate } from '#edges/ma-pca/identify.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench, type Operator } from '../../../../test/support/authority-bench.js';
import { identify, type IdentifyNeeds } from './identify.js';

let bench: Bench;
let needs: IdentifyNeeds;
let known: { iValue: number; lv: Uint8Array; certificateHash: Uint8Array; itemHash: Uint8Array };

beforeEach(async () => {
  bench = await authorityBench();
  known = {
    iValue: 358,
    lv: systemRandom.bytes(9),
    certificateHash: systemRandom.bytes(32),
    itemHash: systemRandom.bytes(32),
  };
  const { identity, operators } = await bench.contextFor('a-pca');
  const used = replayMemory();
  needs = {
    identity,
    operators,
    useOnce: (hash, expires) => used.noteFirst(hash, bench.clock.nowMillis(), expires),
    issued: {
      findCertificate: async (i, lv, hash) =>
        i === known.iValue && lv === known.lv && hash === known.certificateHash
          ? { itemHash: known.itemHash, pra: 'pra.a.chrysalis.example' }
          : undefined,
    },
  };
});

async function request(
  options: { scope?: Partial<ApprovalScope>; by?: readonly Operator[]; change?: Partial<IdentifyCertificate> } = {},
): Promise<IdentifyCertificate> {
  const salt = systemRandom.bytes(16);
  let approval: Approval = newApproval({
    caseId: new Uint8Array(16).fill(1),
    action: 'identify',
    addressee: hashedId8(bench.member('a-pca').certificate),
    target: approvalTarget(salt, known.certificateHash),
    nonce: systemRandom.bytes(16),
    expiry: time32FromMillis(bench.clock.nowMillis() + 3_600_000),
    ...options.scope,
  });
  for (const operator of options.by ?? bench.operators.slice(0, 2)) approval = await addSignature(approval, operator);
  return { approval, salt, ...known, ...options.change };
}

describe('identifying a certificate (RV3)', () => {
  it.each([
    ['approval-signatures', 'without approval', () => ({ by: [] })],
    ['approval-signatures', 'with one approval', () => ({ by: bench.operators.slice(0, 1) })],
    ['approval-signatures', 'with one operator twice', () => ({ by: [bench.operators[0], bench.operators[0]] })],
    ['approval-scope', 'approved for another action', () => ({ scope: { action: 'blacklist' } })],
    ['approval-scope', 'approved for another authority', () => ({ scope: { addressee: new Uint8Array(8) } })],
    ['approval-expired', 'approved in the past', () => ({ scope: { expiry: 1 } })],
    ['target-mismatch', 'approved for another certificate', () => ({ scope: { target: new Uint8Array(32) } })],
    ['target-mismatch', 'with another salt', () => ({ change: { salt: new Uint8Array(16) } })],
    ['certificate-unknown', 'with another linkage value (RV4)', () => ({ change: { lv: new Uint8Array(9) } })],
    ['certificate-unknown', 'in another period', () => ({ change: { iValue: 1 } })],
  ])('is refused with %s: %s', async (reason, _, options) => {
    expect(await identify(await request(options()), needs)).toEqual({ kind: 'refused', reason });
  });

  it('is refused the second time under one approval', async () => {
    const asked = await request();
    expect(isRefused(await identify(asked, needs))).toBe(false);
    expect(await identify(asked, needs)).toEqual({ kind: 'refused', reason: 'approval-used' });
  });

  it('does not use up the approval of a request that names another certificate', async () => {
    const asked = await request();
    expect(await identify({ ...asked, salt: new Uint8Array(16) }, needs)).toMatchObject({ reason: 'target-mismatch' });
    expect(isRefused(await identify(asked, needs))).toBe(false);
  });

  it('answers a statement signed by the PCA and bound to case and target (RV4)', async () => {
    const asked = await request();
    const answer = await identify(asked, needs);
    if (isRefused(answer)) throw new Error(answer.reason);
    const signed = asSignedData(answer.signedStatement);
    expect(signed && isSignedWith(signed, bench.member('a-pca').certificate)).toBe(true);
    expect(decode(PcaStatement, (signed && signedPayload(signed)) as Uint8Array)).toEqual({
      caseId: new Uint8Array(16).fill(1),
      target: asked.approval.scope.value.target,
      itemHash: known.itemHash,
      pra: 'pra.a.chrysalis.example',
    });
  });
});
