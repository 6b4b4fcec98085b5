/** RV3: what an authority asks before it tells anything about somebody. */
import { systemRandom } from '#crypto/random.js';
import { memoryDevice } from '#keys/software-device.js';
import { time32FromMillis } from '#wire/time.js';
import {
  addSignature,
  approvalTarget,
  checkApproval,
  newApproval,
  operatorIdOf,
  type Approval,
  type ApprovalRules,
  type ApprovalScope,
} from './approval.js';
import { refused } from './refusal.js';

const NOW = Date.UTC(2026, 10, 17, 4);
const SELF = new Uint8Array(8).fill(7);
const HOUR_MILLIS = 3_600_000;

interface Operator {
  publicKey: Uint8Array;
  sign: (id: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
}

describe('RV3 an approval', () => {
  let anna: Operator;
  let ben: Operator;
  let stranger: Operator;
  let used: Set<string>;

  async function newOperator(): Promise<Operator> {
    const device = memoryDevice(systemRandom);
    return {
      publicKey: await device.createKey('operator'),
      sign: (id, message) => device.sign('operator', id, message),
    };
  }

  beforeAll(async () => {
    [anna, ben, stranger] = [await newOperator(), await newOperator(), await newOperator()];
  });
  beforeEach(() => {
    used = new Set();
  });

  const scope = (changes: Partial<ApprovalScope> = {}): ApprovalScope => ({
    caseId: new Uint8Array(16).fill(1),
    action: 'identify',
    addressee: SELF,
    target: approvalTarget(new Uint8Array(16), new Uint8Array(32)),
    nonce: systemRandom.bytes(16),
    expiry: time32FromMillis(NOW + HOUR_MILLIS),
    ...changes,
  });
  const rules = (changes: Partial<ApprovalRules> = {}): ApprovalRules => ({
    action: 'identify',
    self: SELF,
    operators: [anna.publicKey, ben.publicKey],
    nowMillis: NOW,
    useOnce: async (nonceHash) => {
      const key = Buffer.from(nonceHash).toString('hex');
      return !used.has(key) && used.add(key).has(key);
    },
    ...changes,
  });
  async function signedBy(operators: Operator[], changes: Partial<ApprovalScope> = {}): Promise<Approval> {
    let approval = newApproval(scope(changes));
    for (const operator of operators) approval = await addSignature(approval, operator);
    return approval;
  }

  it('is refused without any signature', async () => {
    expect(await checkApproval(await signedBy([]), rules())).toEqual(refused('approval-signatures'));
    expect(used.size).toBe(0);
  });

  it('is refused with one signature', async () => {
    expect(await checkApproval(await signedBy([anna]), rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when one operator signed twice', async () => {
    expect(await checkApproval(await signedBy([anna, anna]), rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when one operator signed twice and is configured twice', async () => {
    const twice = rules({ operators: [anna.publicKey, anna.publicKey] });
    expect(await checkApproval(await signedBy([anna, anna]), twice)).toEqual(refused('approval-signatures'));
  });

  it('is refused when the second operator is unknown', async () => {
    expect(await checkApproval(await signedBy([anna, stranger]), rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when a stranger signs under the name of an operator', async () => {
    const forged = await signedBy([anna, { ...ben, sign: stranger.sign }]);
    expect(await checkApproval(forged, rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when a good signature stands under another operator’s name', async () => {
    const { signatures, ...rest } = await signedBy([anna, anna]);
    const [first, second] = signatures as [(typeof signatures)[0], (typeof signatures)[0]];
    const renamed = { ...rest, signatures: [first, { ...second, operatorId: operatorIdOf(ben.publicKey) }] };
    expect(await checkApproval(renamed, rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when a good signature stands under a stranger’s name', async () => {
    const { signatures, ...rest } = await signedBy([anna, ben]);
    const [first, second] = signatures as [(typeof signatures)[0], (typeof signatures)[0]];
    const renamed = { ...rest, signatures: [first, { ...second, operatorId: operatorIdOf(stranger.publicKey) }] };
    expect(await checkApproval(renamed, rules())).toEqual(refused('approval-signatures'));
  });

  it('is refused when signatures were taken from another approval', async () => {
    const { signatures } = await signedBy([anna, ben], { caseId: new Uint8Array(16).fill(2) });
    expect(await checkApproval({ ...newApproval(scope()), signatures }, rules())).toEqual(
      refused('approval-signatures'),
    );
  });

  it('is refused for another action, however well signed', async () => {
    const approval = await signedBy([anna, ben], { action: 'blacklist' });
    expect(await checkApproval(approval, rules())).toEqual(refused('approval-scope'));
  });

  it('is refused when it is meant for another authority', async () => {
    const approval = await signedBy([anna, ben], { addressee: new Uint8Array(8).fill(8) });
    expect(await checkApproval(approval, rules())).toEqual(refused('approval-scope'));
  });

  it('is refused from the moment it expires', async () => {
    const approval = await signedBy([anna, ben]);
    const late = rules({ nowMillis: NOW + HOUR_MILLIS });
    expect(await checkApproval(approval, late)).toEqual(refused('approval-expired'));
    expect(used.size).toBe(0);
    expect(await checkApproval(approval, rules({ nowMillis: NOW + HOUR_MILLIS - 1 }))).not.toHaveProperty('reason');
  });

  it('is refused when it would live longer than three days', async () => {
    const days = (count: number) => signedBy([anna, ben], { expiry: time32FromMillis(NOW + count * 24 * HOUR_MILLIS) });
    expect(await checkApproval(await days(4), rules())).toEqual(refused('approval-expired'));
    expect(await checkApproval(await days(3), rules())).not.toHaveProperty('reason');
  });

  it('is refused the second time', async () => {
    const approval = await signedBy([anna, ben]);
    expect(await checkApproval(approval, rules())).toEqual(approval.scope.value);
    expect(await checkApproval(approval, rules())).toEqual(refused('approval-used'));
  });

  it('is refused the second time with other signatures as well', async () => {
    const operators = [anna.publicKey, ben.publicKey, stranger.publicKey];
    const approval = await signedBy([anna, ben]);
    await checkApproval(approval, rules({ operators }));
    const again = await addSignature({ ...approval, signatures: approval.signatures.slice(0, 1) }, stranger);
    expect(await checkApproval(again, rules({ operators }))).toEqual(refused('approval-used'));
  });

  it('is taken with two different known signatures, whatever stands beside them', async () => {
    const approval = await signedBy([stranger, ben, anna]);
    expect(await checkApproval(approval, rules())).toEqual(approval.scope.value);
  });

  it('names its target by a hash that differs with the salt', () => {
    const certificate = new Uint8Array(32).fill(9);
    const [a, b] = [
      approvalTarget(new Uint8Array(16), certificate),
      approvalTarget(new Uint8Array(16).fill(1), certificate),
    ];
    expect(a).toHaveLength(32);
    expect(a).not.toEqual(b);
  });
});
