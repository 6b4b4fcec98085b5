import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import { certificateToBytes } from './certificate-facts.js';
import { bendSignature } from './chain.fixture.js';
import { spanOf } from './period.js';
import { ccsa } from './profile.js';
import { refused } from './refusal.js';
import { signSuccession, verifySuccession } from './root-succession.js';
import { signData } from './signed-data.js';

describe('the statement of a root that another follows it', () => {
  let bench: Bench;
  let next: Bench;
  let now: number;
  beforeAll(async () => {
    [bench, next] = [await authorityBench({ domains: [] }), await authorityBench({ domains: [] })];
    now = bench.clock.nowMillis();
  });

  const judged = (
    bytes: Uint8Array,
    changes: Partial<Parameters<typeof verifySuccession>[1]> = {},
    at = now,
  ): unknown =>
    verifySuccession(bytes, { root: bench.root.certificate, successor: next.root.certificate, ...changes }, at);

  it('TL6 holds for this root and this successor', async () => {
    expect(judged(await signSuccession(next.root.certificate, bench.root.signer))).toEqual({ kind: 'checked' });
  });

  it('TL6 does not hold for another successor, of another root, unsigned, or past the end of the root', async () => {
    const statement = await signSuccession(next.root.certificate, bench.root.signer);
    expect(judged(statement, { successor: bench.trcla.certificate })).toEqual(refused('succession-of-another'));
    expect(judged(statement, { successor: bendSignature(next.root.certificate) })).toEqual(
      refused('succession-of-another'),
    );
    expect(judged(statement, { root: bench.trcla.certificate })).toEqual(refused('succession-signer'));
    const bytes = Uint8Array.from(statement);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    expect(judged(bytes)).toEqual(refused('succession-signature'));
    // A certificate is not a statement: the new root's own signature says nothing of the old one.
    expect(judged(certificateToBytes(next.root.certificate))).toEqual(refused('succession-malformed'));
    const { endMillis } = spanOf(bench.root.certificate.value.toBeSigned.value.validityPeriod);
    expect(judged(statement, {}, Math.floor(endMillis) + 1)).toEqual(refused('succession-root-expired'));
  });

  it.each([
    ['under another application', { psid: ccsa.aid.crl }],
    ['with more in its header', { psid: ccsa.aid.management, generationTime: 1n }],
  ])('does not hold %s', async (_, header) => {
    const payload = certificateToBytes(next.root.certificate);
    expect(judged(await signData(payload, header, bench.root.signer, 'digest'))).toEqual(
      refused('succession-malformed'),
    );
  });

  it('does not hold when the signer is named by a certificate', async () => {
    const payload = certificateToBytes(next.root.certificate);
    const statement = await signData(payload, { psid: ccsa.aid.management }, bench.root.signer, 'certificate');
    expect(judged(statement)).toEqual(refused('succession-signer'));
  });
});
