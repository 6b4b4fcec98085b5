import { encode } from '#coer/codec.js';
import { octets } from '#coer/strings.js';
import { newApproval } from '#credentials/approval.js';
import { Approval } from '#credentials/approval.js';
import { refused } from '#credentials/refusal.js';
import { systemRandom } from '#crypto/random.js';
import { LineFailure } from '#edge/transport.js';
import { memoryDevice } from '#keys/software-device.js';
import type { CaseStore, StoredStep } from '../store/case.store.js';
import { needsApproval, runStep } from './run-step.js';

const Word = octets('Word', 1);
const caseId = new Uint8Array(16);
const approval = encode(
  Approval,
  newApproval({
    caseId,
    action: 'identify',
    addressee: new Uint8Array(8),
    target: new Uint8Array(32),
    nonce: new Uint8Array(16),
    expiry: 1,
  }),
);
const signed: StoredStep = {
  ...({ step: 'identify', approval, isSigned: true, expiresMillis: 1, attempts: 1, answer: undefined } as const),
};

describe('a step of a case', () => {
  const device = memoryDevice(systemRandom);
  let now: StoredStep;
  let dropped: number;
  beforeEach(() => {
    now = signed;
    dropped = 0;
  });
  const cases = {
    steps: async () => [now],
    noteAttempt: async () => undefined,
    dropApproval: async () => void dropped++,
    storeAnswer: async () => undefined,
  } as Partial<CaseStore> as CaseStore;
  const run = (ask: () => Promise<ReturnType<typeof refused> | Uint8Array>, stored: StoredStep | undefined = signed) =>
    runStep(caseId, stored, { name: 'identify', answer: Word, ask }, { cases, device });

  it('is not asked without a signed approval', async () => {
    const never = (): never => {
      throw new Error('asked');
    };
    expect(await run(never, { ...signed, isSigned: false })).toEqual(needsApproval('more-chains'));
  });

  it('needs another approval when the answer to the last was lost', async () => {
    expect(await run(async () => refused('approval-used'))).toEqual(needsApproval('answer-lost'));
    expect(dropped).toBe(1);
  });

  it('takes the answer that another worker got with the same approval, and gives up nothing', async () => {
    const answer = await device.seal('case-answers', Uint8Array.of(7));
    const ask = async () => {
      now = { ...signed, answer };
      return refused('approval-used');
    };
    expect(await run(ask)).toEqual(Uint8Array.of(7));
    expect(dropped).toBe(0);
  });

  it('stops the case for what the authority refuses, and waits when it failed', async () => {
    expect(await run(async () => refused('target-mismatch'))).toEqual(refused('refused-by-identify: target-mismatch'));
    await expect(run(async () => refused('internal'))).rejects.toThrow(LineFailure);
  });
});
